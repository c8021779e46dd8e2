import assert from "node:assert/strict";
import { seededRandom } from "../../../src/core/measure/random";
import { brierScore, calibrationError, reliabilityBins, rocAuc, rocCurve } from "../../../src/core/measure/reliability";
import type { ModelFacts } from "../../../src/engine/decoding/model";
import type { ProbeQuestion } from "../../../src/engine/training/examples";
import { applyProbe, checkProbeFits, type ProbeFile } from "../../../src/engine/probes/probe";
import { splitQuestions, trainProbe } from "../../../src/engine/training/probeTraining";

/** Questions whose states move along one hidden direction once the answer is right; `strength` 0 is noise. */
function questions(count: number, strength: number): ProbeQuestion[] {
  const random = seededRandom(5);
  const normal = () => Array.from({ length: 6 }, random).reduce((sum, value) => sum + value, -3) * Math.SQRT2;
  const direction = Float32Array.from({ length: 24 }, normal);
  return Array.from({ length: count }, () => {
    const settled = 1 + Math.floor(random() * 8);
    const examples = Array.from({ length: 9 }, (_, index) => {
      const right = index >= settled;
      const state = direction.map((value) => normal() + (right ? 1 : -1) * strength * value);
      return { state, right, at: index * 10 };
    });
    return { examples, thinking: 90, correct: true };
  });
}

describe("reliability", () => {
  const scored = [
    { probability: 0.9, right: true },
    { probability: 0.8, right: true },
    { probability: 0.7, right: false },
    { probability: 0.2, right: true },
    { probability: 0.1, right: false },
  ];

  it("AUC is the share of right-wrong pairs in the right order", () => {
    assert.ok(Math.abs(rocAuc(scored) - 5 / 6) < 1e-12);
    assert.equal(rocAuc([{ probability: 0.4, right: true }]), 0.5);
    assert.equal(rocAuc(scored.map((each) => ({ ...each, probability: 0.5 }))), 0.5);
  });

  it("the ROC curve runs from corner to corner", () => {
    const curve = rocCurve(scored);
    assert.deepEqual(curve[0], [0, 0]);
    assert.deepEqual(curve.at(-1), [1, 1]);
  });

  it("calibration error and Brier score of a sure and right guesser are nil", () => {
    const sure = [
      { probability: 1, right: true },
      { probability: 0, right: false },
    ];
    assert.equal(calibrationError(sure), 0);
    assert.equal(brierScore(sure), 0);
    assert.equal(reliabilityBins(sure).length, 2);
    assert.ok(Math.abs(calibrationError([{ probability: 0.75, right: false }]) - 0.75) < 1e-12);
  });
});

describe("trainProbe", () => {
  const grid = { rates: [1e-2], widths: [0, 8], weightDecays: [1e-3], alphas: [1] };

  it("learns a direction that is there, is calibrated, and picks a threshold that keeps the accuracy", async () => {
    const { figures, threshold } = await trainProbe(questions(100, 0.35), { seed: 1, grid });
    assert.ok(figures.auc > 0.95, `AUC ${figures.auc}`);
    assert.ok(figures.ece < 0.08, `ECE ${figures.ece}`);
    assert.ok(threshold >= 0.5 && threshold < 1);
  }).timeout(60_000);

  it("gives the same probe for the same seed, 0 among them", async () => {
    const train = () => trainProbe(questions(30, 0.35), { seed: 0, grid });
    const [first, second] = [await train(), await train()];
    assert.deepEqual(second.layers, first.layers);
  }).timeout(60_000);

  it("finds nothing where there is nothing", async () => {
    const noise = questions(120, 0).map((question) => {
      const random = seededRandom(Math.round(question.examples[0]!.state[0]! * 1e6));
      return { ...question, examples: question.examples.map((example) => ({ ...example, right: random() < 0.5 })) };
    });
    const { figures } = await trainProbe(noise, { seed: 1, grid });
    assert.ok(Math.abs(figures.auc - 0.5) < 0.15, `AUC ${figures.auc}`);
  }).timeout(60_000);

  it("can be cancelled", async () => {
    await assert.rejects(trainProbe(questions(40, 0.3), { seed: 1, grid, signal: AbortSignal.abort() }), {
      name: "AbortError",
    });
  });

  it("splits by question, without overlap or loss", () => {
    const all = questions(50, 1);
    const splits = splitQuestions(all, 3);
    assert.deepEqual(
      [splits.train.length, splits.validation.length, splits.calibration.length, splits.test.length],
      [30, 6, 7, 7],
    );
    assert.equal(new Set(Object.values(splits).flat()).size, 50);
  });
});

describe("a probe's file", () => {
  const file = { model: { id: "m", sha256: "a", hiddenSize: 2 } } as ProbeFile;
  const facts = { sha256: "a", hiddenSize: 2 } as ModelFacts;

  it("refuses another model", () => {
    checkProbeFits(file, facts);
    assert.throws(() => checkProbeFits(file, { ...facts, sha256: "b" }), { code: "probe-mismatch" });
    assert.throws(() => checkProbeFits(file, { ...facts, hiddenSize: 3 }), { code: "probe-mismatch" });
  });

  it("applies a linear layer, or two with a ReLU between", () => {
    const calibration = { scale: 1, shift: 0 };
    const state = Float32Array.of(1, 2);
    const linear = applyProbe({ layers: [{ weight: [[1, -1]], bias: [1] }], calibration }, state);
    assert.equal(linear, 0.5);
    const hidden = applyProbe(
      {
        layers: [
          {
            weight: [
              [-1, 0],
              [0, 1],
            ],
            bias: [0, 0],
          },
          { weight: [[5, 1]], bias: [-2] },
        ],
        calibration,
      },
      state,
    );
    assert.equal(hidden, 0.5);
  });
});
