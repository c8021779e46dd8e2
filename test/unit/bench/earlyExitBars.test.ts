/** The probe of the bundled models: held to its bar in each family, and its promise of a risk on questions that it was not chosen on. */
import assert from "node:assert/strict";
import { probeQuality } from "../../../bench/bars/earlyExit";
import { coverage, SPLITS } from "../../../bench/bars/trialPoints";
import type { Scored } from "../../../src/core/measure/reliability";
import type { Classifier } from "../../../src/engine/training/calibration";
import type { ProbeQuestion } from "../../../src/engine/training/examples";

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

describe("a threshold for a risk, on held-out questions", () => {
  /** The probability is the logistic function of the only number of a state. */
  const PROBE: Classifier = { layers: [{ weight: [[1]], bias: [0] }], calibration: { scale: 1, shift: 0 } };
  const question = (...checks: [probability: number, right: boolean][]): ProbeQuestion => ({
    thinking: 100,
    correct: true,
    examples: checks.map(([probability, right], at) => ({
      state: new Float32Array([Math.log(probability / (1 - probability))]),
      right,
      at: 10 * at,
    })),
  });
  const settled: [number, boolean][] = [
    [0.9, true],
    [0.9, true],
    [0.9, true],
  ];
  const many = (count: number, each: ProbeQuestion) => Array.from({ length: count }, () => each);
  const families = new Map([
    ["calm", many(200, question(...settled))],
    // Every second first check is wrong and passes, and four in two hundred pass twice.
    [
      "hasty",
      [
        ...many(96, question(...settled)),
        ...many(100, question([0.95, false], [0.2, false], ...settled)),
        ...many(4, question([0.95, false], [0.95, false], ...settled)),
      ],
    ],
    ["unsure", many(10, question([0.3, true]))],
  ]);
  let found: ReturnType<typeof coverage>;
  before(() => void (found = coverage(PROBE, families)));

  it("is found where several passes in a row are asked for, as those of a trained probe are", () => {
    assert.deepEqual([found.chosen, found.kept], [SPLITS, SPLITS]);
    assert.equal(found.checkpoints, 600 + 96 * 3 + 100 * 5 + 4 * 5 + 10);
  });

  it("tells which share of exits was wrong in each family", () => {
    const [calm, hasty, unsure] = found.families;
    assert.deepEqual([calm!.wrong, unsure], [0, { family: "unsure", exits: 0, wrong: 0 }]);
    const share = hasty!.wrong / hasty!.exits;
    assert.ok(share > 0.015 && share < 0.025, `${share}`);
    assert.ok(Math.abs(found.wrong - hasty!.wrong / (calm!.exits + hasty!.exits)) < 1e-12);
  });
});
