/** The weights of several small classifiers as a few wide tensors: the time of a step is that of calls, not of sums. */
import * as tf from "@tensorflow/tfjs-core";
import { rocAuc } from "../../core/measure/reliability";
import type { ProbeFile } from "../probes/probe";

export interface Scale {
  /** Of each dimension of a state. */
  mean: Float32Array;
  deviation: Float32Array;
}

/**
 * C classifiers of hidden width H (0: linear), each Linear(d, 1) or Linear(d, H)–ReLU–Linear(H, 1), which begin alike. Nothing is
 * spread over a shape at every step where that can be helped: it costs the plain JavaScript backend more than the products.
 */
export class SideBySide {
  /** [d + 1, C·H], or [d + 1, C] where H is 0; the last row are the biases. */
  private readonly first: tf.Variable;
  /** [C·H, 1] and [C]; not there where H is 0. */
  private readonly second: { weight: tf.Variable; bias: tf.Variable } | undefined;
  /** [C·H, C]: 1 where a unit is a classifier's own. */
  private readonly own: tf.Tensor;
  /** In the shapes of the weights, without the biases. */
  private readonly halfDecays: tf.Tensor[];
  private readonly count: number;

  /**
   * @param decays of the weights, one for each classifier
   * @param seed 0 is one as well: the library takes it for none
   */
  constructor(
    private readonly inputs: number,
    private readonly width: number,
    decays: readonly number[],
    seed: number,
  ) {
    const units = Math.max(1, width);
    const count = (this.count = decays.length);
    const columns = count * units;
    const first = normal([inputs, units], inputs, seed + 1);
    const halves = Array.from({ length: columns }, (_, at) => decays[Math.floor(at / units)]! / 2);
    const filled = (value: (input: number, column: number) => number) =>
      tf.tensor2d(
        Float32Array.from({ length: (inputs + 1) * columns }, (_, at) => {
          const input = Math.floor(at / columns);
          return input < inputs ? value(input, at % columns) : 0;
        }),
        [inputs + 1, columns],
      );
    this.first = tf.variable(filled((input, column) => first[input * units + (column % units)]!));
    this.halfDecays = [filled((_, column) => halves[column]!), tf.tensor2d(halves, [columns, 1])];
    this.own = tf.tensor2d(
      Float32Array.from({ length: columns * count }, (_, at) => Number(Math.floor(at / count / units) === at % count)),
      [columns, count],
    );
    if (width === 0) return;
    const second = normal([width, 1], width, seed + 2);
    const tiled = Float32Array.from({ length: columns }, (_, at) => second[at % width]!);
    this.second = { weight: tf.variable(tf.tensor2d(tiled, [columns, 1])), bias: tf.variable(tf.zeros([count])) };
  }

  /** @param states [B, d + 1], standardised, and a column of ones @returns [B, C] */
  logits(states: tf.Tensor2D): tf.Tensor2D {
    const read = tf.matMul(states, this.first as unknown as tf.Tensor2D);
    if (!this.second) return read as tf.Tensor2D;
    const weights = tf.mul(this.own, this.second.weight) as tf.Tensor2D;
    return tf.add(tf.matMul(tf.relu(read), weights), this.second.bias);
  }

  /** Σ over the classifiers of their decay times half the sum of their squared weights. */
  penalty(): tf.Scalar {
    const squares = [this.first, ...(this.second ? [this.second.weight] : [])].map((weight) => tf.square(weight));
    return tf.addN(squares.map((each, at) => tf.sum(tf.mul(each, this.halfDecays[at]!)))) as tf.Scalar;
  }

  /** How well each tells right from wrong. */
  async aucs(states: tf.Tensor2D, right: readonly boolean[]): Promise<number[]> {
    const logits = tf.tidy(() => this.logits(states));
    const values = await logits.data();
    logits.dispose();
    return Array.from({ length: this.count }, (_, at) =>
      rocAuc(right.map((each, row) => ({ probability: values[row * this.count + at]!, right: each }))),
    );
  }

  /** The layers as files hold them, with the standardisation folded into the first. */
  async layers({ mean, deviation }: Scale): Promise<ProbeFile["layers"][]> {
    const units = Math.max(1, this.width);
    const columns = this.count * units;
    const first = await this.first.data();
    const [second, secondBias] = [await this.second?.weight.data(), await this.second?.bias.data()];
    return Array.from({ length: this.count }, (_, at) => {
      const weight = Array.from({ length: units }, (_, unit) =>
        Array.from({ length: this.inputs }, (_, input) => first[input * columns + at * units + unit]! / deviation[input]!),
      );
      const folded = weight.map(
        (row, unit) => first[this.inputs * columns + at * units + unit]! - row.reduce((sum, each, input) => sum + each * mean[input]!, 0),
      );
      const layers: ProbeFile["layers"] = [{ weight, bias: folded }];
      if (second && secondBias)
        layers.push({ weight: [Array.from(second.slice(at * units, (at + 1) * units))], bias: [secondBias[at]!] });
      return layers;
    });
  }

  dispose(): void {
    tf.dispose([...this.halfDecays, this.own, this.first, ...(this.second ? [this.second.weight, this.second.bias] : [])]);
  }
}

/** Of deviation 1 / √fan. */
function normal(shape: [number, number], fan: number, seed: number): Float32Array {
  const drawn = tf.randomNormal(shape, 0, fan ** -0.5, "float32", seed);
  const values = drawn.dataSync<"float32">().slice();
  drawn.dispose();
  return values;
}
