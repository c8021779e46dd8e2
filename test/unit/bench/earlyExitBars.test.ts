/** The probe of the bundled models: held to its bar in each family. */
import assert from "node:assert/strict";
import { probeQuality } from "../../../bench/bars/earlyExit";
import type { Scored } from "../../../src/core/measure/reliability";

describe("the probe's probabilities", () => {
  /** A hundred points, `turned` of them said the wrong way. */
  const points = (turned: number): Scored[] =>
    Array.from({ length: 100 }, (_, at) => {
      const right = at % 2 === 0;
      return { right, probability: right === at >= turned ? 0.97 : 0.03 };
    });

  it("meet the bar where each family does", () => {
    const { met, measured } = probeQuality(new Map(["a", "b"].map((family) => [family, points(2)])));
    assert.equal(met, true);
    assert.match(measured, /^a AUC 0\.980, .*; b AUC .*; all AUC 0\.980, ECE 0\.010 \(200 points\)$/);
  });

  it("do not where one family misses it, whatever all together come to", () => {
    const families = new Map([
      ["a", [points(0), points(0), points(0), points(0)].flat()],
      ["b", points(20)],
    ]);
    const { met, measured } = probeQuality(families);
    assert.match(measured, /all AUC 0\.9\d\d, ECE 0\.0[0-4]/);
    assert.equal(met, false);
  });
});
