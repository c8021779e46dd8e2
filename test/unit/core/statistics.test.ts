import assert from "node:assert/strict";
import {
  differenceInterval,
  holm,
  mcnemar,
  meanInterval,
  pairedPermutation,
  wilson,
} from "../../../src/core/measure/statistics";

const close = (actual: number, expected: number, tolerance = 1e-3) =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);

describe("statistics", () => {
  it("wilson: published values", () => {
    // Newcombe 1998, table I: 81 of 263 and 0 of 20.
    const [low, high] = wilson(81, 263);
    close(low, 0.2553);
    close(high, 0.3662);
    close(wilson(0, 20)[0], 0);
    close(wilson(0, 20)[1], 0.1611);
  });

  it("mcnemar: exact two-sided binomial", () => {
    close(mcnemar(1, 9), 0.0215);
    close(mcnemar(0, 5), 0.0625);
    assert.equal(mcnemar(0, 0), 1);
    assert.equal(mcnemar(4, 4), 1);
    assert.ok(mcnemar(200, 400) < 1e-10);
  });

  it("holm: the published example, in any order, never above 1 and never out of order", () => {
    // Holm 1979's procedure on 0.01, 0.04, 0.03, 0.005: multiplied by 3, 1, 2, 4, and no less than a smaller one's.
    for (const [adjusted, expected] of [
      [holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]],
      [holm([0.6, 0.9]), [1, 1]],
      [holm([0.2]), [0.2]],
      [holm([]), []],
    ] as const) {
      assert.equal(adjusted.length, expected.length);
      adjusted.forEach((p, index) => close(p, expected[index]!, 1e-12));
    }
  });

  it("paired permutation: sees a shift and no shift", () => {
    const shifted = Array.from({ length: 30 }, (_, index) => 5 + (index % 7) - 3);
    assert.ok(pairedPermutation(shifted) < 0.001);
    assert.ok(pairedPermutation([3, -3, 2, -2, 1, -1, 4, -4]) > 0.9);
    assert.equal(pairedPermutation([0, 0, 0]), 1);
  });

  it("difference interval: as wide as its standard error says, alike for one seed, and a point where nothing varies", () => {
    // One in four is 1: a standard error of 0.0433.
    const differences = Array.from({ length: 100 }, (_, index) => Number(index % 4 === 0));
    const [low, high] = differenceInterval(differences, 3);
    close(low, 0.25 - 1.96 * 0.0433, 0.015);
    close(high, 0.25 + 1.96 * 0.0433, 0.015);
    assert.deepEqual(differenceInterval(differences, 3), [low, high]);
    assert.deepEqual(differenceInterval([1, 1, 1]), [1, 1]);
    assert.deepEqual(differenceInterval([]), [0, 0]);
  });

  it("mean interval: contains the mean and shrinks with more values", () => {
    const [low, high] = meanInterval([1, 2, 3, 4, 5]);
    close((low + high) / 2, 3);
    const wide = high - low;
    const [a, b] = meanInterval(Array.from({ length: 500 }, (_, index) => 1 + (index % 5)));
    assert.ok(b - a < wide);
  });
});
