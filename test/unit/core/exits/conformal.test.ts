/** The promise of a threshold that is chosen for a risk, kept on questions that nobody looked at. */
import assert from "node:assert/strict";
import { conformalExit, type ExitCount } from "../../../../src/core/exits/conformal";
import { seededRandom } from "../../../../src/core/measure/random";
import { binomialAtMost } from "../../../../src/core/measure/statistics";

const count = (threshold: number, exits: number, wrong: number, thinking: number, patience = 1): ExitCount => ({
  threshold,
  patience,
  exits,
  wrong,
  thinking,
});
const PROMISED = { risk: 0.05, confidence: 0.9 };

describe("a threshold for a risk", () => {
  const cases: [why: string, curve: ExitCount[], threshold: number | undefined][] = [
    ["is the one that thinks least of the proven", [count(0.9, 100, 0, 90), count(0.8, 200, 2, 60)], 0.8],
    [
      "ends at the first that is not proven",
      [count(0.9, 100, 0, 90), count(0.8, 200, 9, 60), count(0.7, 900, 9, 40)],
      0.9,
    ],
    [
      "passes over settings that stop too seldom to prove anything",
      [count(0.9, 20, 0, 95), count(0.8, 200, 2, 60)],
      0.8,
    ],
    ["is none where every one is wrong too often", [count(0.9, 100, 20, 90)], undefined],
    ["is none where the questions are too few", [count(0.9, 44, 0, 90)], undefined],
    ["is one with as few as can be", [count(0.9, 45, 0, 90)], 0.9],
    [
      "shares its doubt between numbers of checks in a row",
      [count(0.9, 45, 0, 90), count(0.9, 45, 0, 95, 2)],
      undefined,
    ],
  ];
  for (const [why, curve, threshold] of cases)
    it(why, () => assert.equal(conformalExit(curve, PROMISED)?.threshold, threshold));

  it("keeps its risk in at least 95 of 100 draws of the questions it was chosen on", () => {
    const random = seededRandom(5);
    // How often an exit above a threshold is wrong: more often, the lower it is.
    const chance = (threshold: number) => 0.2 * (1 - threshold);
    let kept = 0;
    let useful = 0;
    for (let draw = 0; draw < 100; draw++) {
      const curve = [0.99, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5].map((threshold) => {
        const exits = Math.round(400 * (1.2 - threshold));
        const wrong = Array.from({ length: exits }).filter(() => random() < chance(threshold)).length;
        return count(threshold, exits, wrong, 1000 * threshold);
      });
      const chosen = conformalExit(curve, { risk: 0.05, confidence: 0.95 });
      if (chosen) useful += 1;
      if (!chosen || chance(chosen.threshold) <= 0.05) kept += 1;
    }
    assert.ok(kept >= 95, `${kept}`);
    assert.ok(useful >= 80, `${useful}`);
  });
});

describe("the tail of a binomial", () => {
  const cases: [successes: number, trials: number, chance: number, tail: number][] = [
    [0, 3, 0.5, 0.125],
    [1, 3, 0.5, 0.5],
    [3, 3, 0.5, 1],
    [0, 0, 0.5, 1],
    [0, 10, 0, 1],
    [2, 10, 1, 0],
    [500, 2000, 0.25, 0.5119],
  ];
  for (const [successes, trials, chance, tail] of cases)
    it(`of at most ${successes} of ${trials} at ${chance} is ${tail}`, () =>
      assert.ok(Math.abs(binomialAtMost(successes, trials, chance) - tail) < 1e-3));
});
