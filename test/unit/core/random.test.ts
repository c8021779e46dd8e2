import assert from "node:assert/strict";
import { seededRandom } from "../../../src/core/measure/random";

describe("seededRandom", () => {
  it("gives the same numbers for the same seed, on every machine", () => {
    const random = seededRandom(42);
    assert.deepEqual([random(), random(), random()], [0.6011037519201636, 0.44829055899754167, 0.8524657934904099]);
    assert.notEqual(seededRandom(43)(), seededRandom(42)());
  });

  it("is uniform in [0, 1)", () => {
    const random = seededRandom(7);
    const values = Array.from({ length: 20_000 }, random);
    assert.ok(values.every((value) => value >= 0 && value < 1));
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => values.filter((value) => Math.floor(value * 10) === tenth).length,
    );
    assert.ok(
      tenths.every((count) => Math.abs(count - 2000) < 200),
      String(tenths),
    );
  });
});
