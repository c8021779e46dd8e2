/** Fitting the classifiers of a probe's grid (2504.05419, §3), those of one rate and width side by side. */
import * as tf from "@tensorflow/tfjs-core";
import { seededRandom, shuffled } from "../../core/measure/random";
import type { ProbeFile } from "../probes/probe";
import type { ProbeExample } from "./examples";
import { SideBySide, type Scale } from "./sideBySide";

/** What classifiers that are fitted together have in common. */
interface Shape {
  rate: number;
  /** Hidden width; 0 is a linear probe. */
  width: number;
}

/** What each of them has by itself. */
interface Penalty {
  decay: number;
  /** Weight of right answers = α × wrong / right. */
  alpha: number;
}

interface Fitted {
  /** They take raw states. */
  layers: ProbeFile["layers"];
  /** On the validation states. */
  auc: number;
}

/** States and what is to be said of them, as tensors. */
interface Data {
  /** [states, d + 1], standardised, and a column of ones. */
  states: tf.Tensor2D;
  right: readonly boolean[];
}

interface FitOptions {
  seed: number;
  signal?: AbortSignal;
  progress?: (fraction: number) => void;
}

const BATCH = 64;
const EPOCHS = 200;
const PATIENCE = 10;
const LEAST_GAIN = 1e-4;

/** Mean and deviation of each dimension of the states. */
export function scaleOf(examples: readonly ProbeExample[]): Scale {
  const width = examples[0]?.state.length ?? 0;
  const mean = new Float32Array(width);
  const deviation = new Float32Array(width);
  for (const { state } of examples) state.forEach((value, index) => (mean[index]! += value / examples.length));
  for (const { state } of examples)
    state.forEach((value, index) => (deviation[index]! += (value - mean[index]!) ** 2 / examples.length));
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) + 1e-6) };
}

export function toData(examples: readonly ProbeExample[], { mean, deviation }: Scale): Data {
  const width = mean.length + 1;
  const rows = new Float32Array(examples.length * width).fill(1);
  examples.forEach(({ state }, row) =>
    state.forEach((value, index) => (rows[row * width + index] = (value - mean[index]!) / deviation[index]!)),
  );
  return { states: tf.tensor2d(rows, [examples.length, width]), right: examples.map(({ right }) => right) };
}

/**
 * A classifier for each of `penalties`, as if it were fitted alone: all begin alike and see the same batches, and each is taken from
 * the epoch after which its own validation AUC has not risen for a while.
 */
export async function fitTogether(
  train: Data,
  validation: Data,
  scale: Scale,
  { rate, width }: Shape,
  penalties: readonly Penalty[],
  { seed, signal, progress }: FitOptions,
): Promise<Fitted[]> {
  const [count, columns] = train.states.shape;
  const right = train.right.filter(Boolean).length;
  const net = new SideBySide(
    columns - 1,
    width,
    penalties.map(({ decay }) => decay),
    seed,
  );
  const labels = tf.tensor2d(train.right.map(Number), [count, 1]);
  const weightOfRight = tf.tensor1d(penalties.map(({ alpha }) => (alpha * (count - right)) / Math.max(1, right)));
  const optimizer = tf.train.adam(rate);
  const random = seededRandom(seed);
  const places = Array.from({ length: count }, (_, place) => place);
  const best = penalties.map((): (Fitted & { epoch: number }) | undefined => undefined);
  const isOver = (at: number, epoch: number) => epoch - (best[at]?.epoch ?? epoch) > PATIENCE;
  try {
    for (let epoch = 0; epoch < EPOCHS && !best.every((_, at) => isOver(at, epoch)); epoch++) {
      signal?.throwIfAborted();
      // The loop would hold the engine's thread: messages, and with them Cancel, get their turn between epochs.
      await new Promise((resolve) => setImmediate(resolve));
      const order = tf.tensor1d(shuffled(places, random), "int32");
      for (let first = 0; first < count; first += BATCH)
        tf.tidy(() => {
          const rows = tf.slice(order, first, Math.min(BATCH, count - first));
          const [x, y] = [tf.gather(train.states, rows), tf.gather(labels, rows)];
          optimizer.minimize(() => {
            const logits = net.logits(x);
            // −[w·y·log σ(z) + (1−y)·log(1−σ(z))], written with softplus so that large logits do not overflow.
            const loss = tf.add(
              tf.mul(tf.mul(y, weightOfRight), tf.softplus(tf.neg(logits))),
              tf.mul(tf.sub(1, y), tf.softplus(logits)),
            );
            return tf.add(tf.sum(tf.mean(loss, 0)), net.penalty());
          });
        });
      order.dispose();
      const aucs = await net.aucs(validation.states, validation.right);
      const risen = aucs.map((auc, at) => !isOver(at, epoch) && auc > (best[at]?.auc ?? -1) + LEAST_GAIN);
      const layers = risen.includes(true) ? await net.layers(scale) : [];
      risen.forEach((is, at) => {
        if (is) best[at] = { layers: layers[at]!, auc: aucs[at]!, epoch };
      });
      progress?.((epoch + 1) / EPOCHS);
    }
  } finally {
    optimizer.dispose();
    net.dispose();
    tf.dispose([labels, weightOfRight]);
  }
  return best.map((each) => each!);
}
