/** Training a probe (2504.05419, §3): a grid of small classifiers on hidden states, chosen by AUC on validation questions. */
import * as tf from "@tensorflow/tfjs-core";
import { seededRandom } from "../../core/measure/random";
import { brierScore, calibrationError, rocAuc, type Scored } from "../../core/measure/reliability";
import type { ProbeQuestion } from "./examples";
import { chooseExit, exitCurve, platt, type Classifier } from "./calibration";
import { applyProbe, type ProbeFile } from "../probes/probe";
import { readyTensors } from "./tensors";

interface ProbeGrid {
  rates: readonly number[];
  /** Hidden widths; 0 is a linear probe. */
  widths: readonly number[];
  weightDecays: readonly number[];
  /** Weight of right answers = α × wrong / right. */
  alphas: readonly number[];
}

/** The paper's rates and widths, with two weight decays and three weights of right answers of our own choice. */
const DEFAULT_GRID: ProbeGrid = {
  rates: [1e-3, 1e-4, 1e-5],
  widths: [0, 16, 32],
  weightDecays: [1e-3, 1e-2],
  alphas: [0.5, 1, 2],
};

/** Passes in a row that an exit may take: a state that looks settled for one line only is no reason to stop. */
export const PATIENCES: readonly number[] = [1, 2, 3];

const BATCH = 64;
const EPOCHS = 200;
const PATIENCE = 10;

export interface TrainedProbe {
  layers: ProbeFile["layers"];
  calibration: ProbeFile["calibration"];
  threshold: number;
  patience: number;
  exits: NonNullable<ProbeFile["exits"]>;
  curve: NonNullable<ProbeFile["curve"]>;
  figures: ProbeFile["figures"];
  /** Scores on the test questions, for the ROC and the reliability diagram. */
  test: Scored[];
}

export interface TrainingOptions {
  seed: number;
  grid?: ProbeGrid;
  /** Accuracy that early exit may lose on validation questions, as a share. */
  tolerance?: number;
  /** How many passes in a row an exit may be made to take. */
  patiences?: readonly number[];
  signal?: AbortSignal;
  progress?: (fraction: number) => void;
}

interface Data {
  states: tf.Tensor2D;
  labels: tf.Tensor1D;
}

interface Split {
  /** What weights are fitted to. */
  train: ProbeQuestion[];
  /** What the grid, the epoch, Platt scaling and the probe's own exit are chosen on. */
  validation: ProbeQuestion[];
  /** What nothing is fitted to, so that a risk can be proven by them. */
  calibration: ProbeQuestion[];
  /** What figures are of. */
  test: ProbeQuestion[];
}

/** Questions, not states, are split: states of one question are alike. 60 % train, and a third of the rest each. */
export function splitQuestions(questions: readonly ProbeQuestion[], seed: number): Split {
  const random = seededRandom(seed);
  const shuffled = [...questions];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [shuffled[index], shuffled[other]] = [shuffled[other]!, shuffled[index]!];
  }
  const places = [0, 9, 11, 13, 15].map((fifteenths) => Math.floor((shuffled.length * fifteenths) / 15));
  const [train, validation, calibration, test] = [0, 1, 2, 3].map((part) => shuffled.slice(places[part], places[part + 1]));
  return { train: train!, validation: validation!, calibration: calibration!, test: test! };
}

/**
 * @throws when a split holds only right or only wrong answers: there is nothing to tell apart
 */
export async function trainProbe(questions: readonly ProbeQuestion[], options: TrainingOptions): Promise<TrainedProbe> {
  await readyTensors();
  const { train, validation, calibration: unfitted, test } = splitQuestions(questions, options.seed);
  const grid = options.grid ?? DEFAULT_GRID;
  const settings = grid.rates.flatMap((rate) =>
    grid.widths.flatMap((width) =>
      grid.weightDecays.flatMap((decay) => grid.alphas.map((alpha) => ({ rate, width, decay, alpha }))),
    ),
  );
  const scale = standardiser(train);
  const data = toData(train, scale);
  let best: { layers: ProbeFile["layers"]; auc: number } | undefined;
  for (const [index, setting] of settings.entries()) {
    const layers = await fit(data, validation, scale, setting, options);
    const auc = rocAuc(score({ layers, calibration: { scale: 1, shift: 0 } }, validation));
    if (!best || auc > best.auc) best = { layers, auc };
    options.progress?.((index + 1) / settings.length);
  }
  data.states.dispose();
  data.labels.dispose();
  const { layers } = best!;
  const calibration = platt(score({ layers, calibration: { scale: 1, shift: 0 } }, validation));
  const scored = score({ layers, calibration }, test);
  const patiences = options.patiences ?? PATIENCES;
  const exit = chooseExit({ layers, calibration }, validation, options.tolerance ?? 0.005, patiences);
  return {
    layers,
    calibration,
    ...exit,
    curve: exitCurve({ layers, calibration }, unfitted, patiences),
    figures: {
      auc: rocAuc(scored),
      ece: calibrationError(scored),
      brier: brierScore(scored),
      accuracy:
        scored.filter(({ probability, right }) => probability > 0.5 === right).length / Math.max(1, scored.length),
      questions: test.length,
      states: scored.length,
    },
    test: scored,
  };
}

function score(probe: Classifier, questions: readonly ProbeQuestion[]): Scored[] {
  return questions.flatMap(({ examples }) =>
    examples.map(({ state, right }) => ({ probability: applyProbe(probe, state), right })),
  );
}

interface Standardiser {
  mean: Float32Array;
  deviation: Float32Array;
}

function standardiser(questions: readonly ProbeQuestion[]): Standardiser {
  const states = questions.flatMap(({ examples }) => examples.map(({ state }) => state));
  const width = states[0]?.length ?? 0;
  const mean = new Float32Array(width);
  const deviation = new Float32Array(width);
  for (const state of states) state.forEach((value, index) => (mean[index]! += value / states.length));
  for (const state of states)
    state.forEach((value, index) => (deviation[index]! += (value - mean[index]!) ** 2 / states.length));
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) + 1e-6) };
}

function toData(questions: readonly ProbeQuestion[], { mean, deviation }: Standardiser): Data {
  const examples = questions.flatMap((question) => question.examples);
  const rows = new Float32Array(examples.length * mean.length);
  examples.forEach(({ state }, row) =>
    state.forEach((value, index) => (rows[row * mean.length + index] = (value - mean[index]!) / deviation[index]!)),
  );
  return {
    states: tf.tensor2d(rows, [examples.length, mean.length]),
    labels: tf.tensor1d(examples.map(({ right }) => Number(right))),
  };
}

/** One setting of the grid, stopped when validation AUC has not risen for a while. */
async function fit(
  { states, labels }: Data,
  validation: readonly ProbeQuestion[],
  scale: Standardiser,
  { rate, width, decay, alpha }: { rate: number; width: number; decay: number; alpha: number },
  { seed, signal }: TrainingOptions,
): Promise<ProbeFile["layers"]> {
  const inputs = states.shape[1];
  const sizes = width === 0 ? [inputs, 1] : [inputs, width, 1];
  // The library takes a seed of 0 for none.
  const weights = sizes
    .slice(1)
    .map((out, layer) =>
      tf.variable(tf.randomNormal([sizes[layer]!, out], 0, sizes[layer]! ** -0.5, "float32", seed + layer + 1)),
    );
  const biases = sizes.slice(1).map((out) => tf.variable(tf.zeros([out])));
  const right = (await tf.sum(labels).data())[0]!;
  const positiveWeight = (alpha * (states.shape[0] - right)) / Math.max(1, right);
  const optimizer = tf.train.adam(rate);
  const random = seededRandom(seed);
  let best: { layers: ProbeFile["layers"]; auc: number; epoch: number } | undefined;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    signal?.throwIfAborted();
    // The loop would hold the engine's thread: messages, and with them Cancel, get their turn between epochs.
    await new Promise((resolve) => setImmediate(resolve));
    const order = tf.tensor1d(permutation(states.shape[0], random), "int32");
    for (let first = 0; first < states.shape[0]; first += BATCH) {
      tf.tidy(() => {
        const rows = tf.slice(order, first, Math.min(BATCH, states.shape[0] - first));
        const x = tf.gather(states, rows);
        const y = tf.gather(labels, rows);
        optimizer.minimize(() => {
          const logits = forward(x, weights, biases);
          // −[w·y·log σ(z) + (1−y)·log(1−σ(z))], written with softplus so that large logits do not overflow.
          const loss = tf.add(
            tf.mul(tf.mul(y, positiveWeight), tf.softplus(tf.neg(logits))),
            tf.mul(tf.sub(1, y), tf.softplus(logits)),
          );
          const penalty = tf.addN(weights.map((weight) => tf.sum(tf.square(weight))));
          return tf.add(tf.mean(loss), tf.mul(penalty, decay / 2));
        });
      });
    }
    order.dispose();
    const layers = await exported(weights, biases, scale);
    const auc = rocAuc(score({ layers, calibration: { scale: 1, shift: 0 } }, validation));
    if (!best || auc > best.auc + 1e-4) best = { layers, auc, epoch };
    else if (epoch - best.epoch >= PATIENCE) break;
  }
  optimizer.dispose();
  tf.dispose([...weights, ...biases]);
  return best!.layers;
}

function forward(x: tf.Tensor2D, weights: readonly tf.Variable[], biases: readonly tf.Variable[]): tf.Tensor1D {
  let state: tf.Tensor = x;
  weights.forEach((weight, layer) => {
    state = tf.add(tf.matMul(state as tf.Tensor2D, weight as unknown as tf.Tensor2D), biases[layer]!);
    if (layer < weights.length - 1) state = tf.relu(state);
  });
  return tf.reshape(state, [-1]);
}

/** The layers as files hold them, with the standardisation folded into the first. */
async function exported(
  weights: readonly tf.Variable[],
  biases: readonly tf.Variable[],
  { mean, deviation }: Standardiser,
): Promise<ProbeFile["layers"]> {
  return Promise.all(
    weights.map(async (variable, layer) => {
      const [inputs, outputs] = variable.shape as [number, number];
      const values = await variable.data();
      const bias = Array.from(await biases[layer]!.data());
      const weight = Array.from({ length: outputs }, (_, out) =>
        Array.from({ length: inputs }, (_, at) => values[at * outputs + out]!),
      );
      if (layer > 0) return { weight, bias };
      const folded = weight.map((row) => row.map((value, at) => value / deviation[at]!));
      return {
        weight: folded,
        bias: bias.map((value, out) => value - folded[out]!.reduce((sum, each, at) => sum + each * mean[at]!, 0)),
      };
    }),
  );
}

function permutation(length: number, random: () => number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let index = length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}
