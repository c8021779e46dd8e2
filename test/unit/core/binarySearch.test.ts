import assert from "node:assert/strict";
import fc from "fast-check";
import { countBefore } from "../../../src/core/measure/binarySearch";

describe("a binary search", () => {
  for (const [list, wanted, count] of [
    [[], 1, 0],
    [[2], 1, 0],
    [[1, 2, 2, 3], 2, 1],
    [[1, 2, 2, 3], 4, 4],
  ] as const)
    it(`finds ${count} of [${list.join(", ")}] before ${wanted}`, () =>
      assert.equal(
        countBefore(list.length, (index) => list[index]! < wanted),
        count,
      ));

  it("finds what going through the list finds", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (values, wanted) => {
        const list = values.toSorted((a, b) => a - b);
        const found = countBefore(list.length, (index) => list[index]! <= wanted);
        assert.equal(found, list.filter((value) => value <= wanted).length);
      }),
    );
  });
});
