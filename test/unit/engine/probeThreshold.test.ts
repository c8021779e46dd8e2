/** How a probe's exits are chosen on validation questions. */
import assert from "node:assert/strict";
import { exitForRisk, readProbe } from "../../../src/engine/probes/probe";
import { chooseExit, chooseThreshold, exitCurve, type Classifier } from "../../../src/engine/training/calibration";
import type { ProbeQuestion } from "../../../src/engine/training/examples";

/** The probability is the logistic function of the only number of a state. */
const PROBE: Classifier = { layers: [{ weight: [[1]], bias: [0] }], calibration: { scale: 1, shift: 0 } };
const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** @param checks probability and whether the answer would have been right, in order */
function question(correct: boolean, ...checks: [probability: number, right: boolean][]): ProbeQuestion {
  return {
    thinking: 100,
    correct,
    examples: checks.map(([probability, right], at) => ({ state: new Float32Array([logit(probability)]), right, at })),
  };
}

describe("the threshold of a probe", () => {
  const sound = Array.from({ length: 9 }, () => question(true, [0.2, false], [0.9, true]));

  it("is the lowest that loses nothing", () => {
    assert.equal(chooseThreshold(PROBE, sound, 0), 0.5);
    assert.equal(chooseThreshold(PROBE, [...sound, question(true, [0.705, false], [0.9, true])], 0), 0.71);
  });

  it("may lose what is tolerated, where a standard error more would be tolerated too", () => {
    const questions = [...sound, question(true, [0.705, false], [0.9, true])];
    assert.equal(chooseThreshold(PROBE, questions, 0.2), 0.5);
    assert.equal(chooseThreshold(PROBE, questions, 0.1), 0.71);
  });

  it("is not paid for by wrong answers that an exit puts right", () => {
    const lucky = Array.from({ length: 5 }, () => question(false, [0.6, true]));
    assert.equal(chooseThreshold(PROBE, [...sound, ...lucky, question(true, [0.705, false], [0.9, true])], 0), 0.71);
  });

  it("is hardly ever passed where every one loses", () => {
    assert.equal(chooseThreshold(PROBE, [question(true, [0.999, false])], 0), 0.99);
  });
});

describe("the patience of a probe", () => {
  const settles = (correct: boolean): ProbeQuestion => ({
    ...question(correct, [0.2, false], [0.9, true], [0.95, true]),
    thinking: 40,
  });

  it("is one where one pass is as safe as two", () => {
    const chosen = chooseExit(PROBE, [settles(true), settles(true)], 0, [1, 2]);
    assert.deepEqual([chosen.threshold, chosen.patience], [0.5, 1]);
  });

  it("is more where a state looks settled for one check only, which would ask for a threshold that is hardly ever passed", () => {
    const fooled = question(true, [0.985, false], [0.3, false], [0.9, true], [0.95, true], [0.95, true]);
    const chosen = chooseExit(PROBE, [settles(true), fooled], 0, [1, 2, 3]);
    assert.deepEqual([chosen.threshold, chosen.patience], [0.5, 2]);
    assert.deepEqual(chosen.exits, [
      { patience: 1, threshold: 0.99 },
      { patience: 2, threshold: 0.5 },
      { patience: 3, threshold: 0.5 },
    ]);
  });
});

describe("the exits of a probe on calibration questions", () => {
  const fooled = question(true, [0.805, false], [0.9, true]);
  const many = [...Array.from({ length: 99 }, () => question(true, [0.2, false], [0.9, true])), fooled];
  const curve = exitCurve(PROBE, many, [1, 2]);
  const at = (threshold: number, patience: number) =>
    curve.find((each) => each.threshold === threshold && each.patience === patience);

  it("are counted for every setting, with those that turn a right answer wrong", () => {
    assert.deepEqual(at(0.8, 1), { threshold: 0.8, patience: 1, exits: 100, wrong: 1, thinking: 99 });
    assert.deepEqual(at(0.81, 1), { threshold: 0.81, patience: 1, exits: 100, wrong: 0, thinking: 100 });
    assert.deepEqual(at(0.95, 1), { threshold: 0.95, patience: 1, exits: 0, wrong: 0, thinking: 10_000 });
    assert.deepEqual(at(0.8, 2), { threshold: 0.8, patience: 2, exits: 1, wrong: 0, thinking: 9901 });
  });

  it("give the setting that keeps a risk", () => {
    assert.equal(exitForRisk({ curve }, { risk: 0.05, confidence: 0.9 }).patience, 1);
    assert.ok(exitForRisk({ curve }, { risk: 0.05, confidence: 0.9 }).threshold < 0.81);
    assert.throws(() => exitForRisk({ curve }, { risk: 0.05, confidence: 0.9 }, 2), { code: "probe-curve" });
  });

  it("give the bundled probe a threshold for one in twenty, at nine in ten", async () => {
    const bundled = await readProbe("models/pocket/base/probe.json");
    const chosen = exitForRisk(bundled, { risk: 0.05, confidence: 0.9 });
    assert.ok(chosen.exits >= 60 && chosen.wrong / chosen.exits < 0.05, JSON.stringify(chosen));
    assert.deepEqual(
      bundled.exits!.find(({ patience }) => patience === bundled.patience)!.threshold,
      bundled.threshold,
    );
  });

  it("give none where nothing is proven, or the file is older, with what to do", () => {
    assert.throws(() => exitForRisk({ curve }, { risk: 0.001, confidence: 0.99 }), {
      code: "probe-curve",
      message: /at most 0\.1 % of its exits wrong with 99 % confidence/,
    });
    assert.throws(() => exitForRisk({}, { risk: 0.1, confidence: 0.9 }), {
      code: "probe-curve",
      message: /does not hold/,
    });
  });
});
