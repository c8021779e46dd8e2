/** The weights of several small classifiers as a few wide tensors: the time of a step is that of calls, not of sums. */
import * as tf from "@tensorflow/tfjs-core";
import { rocAuc } from "../../core/measure/reliability";
import type { ProbeFile } from "../probes/probe";

export interface Scale {
  /** Of each dimension of a state. */
  mean: Float32Array;
  deviation: Float32Array;
}

/** C classifiers of hidden width H (0: linear), each Linear(d, 1) or Linear(d, H)–ReLU–Linear(H, 1), which begin alike. */
export class SideBySide {
  /** [d, C·H], or [d, C] where H is 0. */
  private readonly first: tf.Variable;
  private readonly firstBias: tf.Variable;
  /** [C·H] and [C]; not there where H is 0. */
  private readonly second: { weight: tf.Variable; bias: tf.Variable } | undefined;
  /** In the shapes of the weights: what is spread over a shape at every step costs more than all else. */
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
    const halves = decays.flatMap((decay) => Array.from({ length: units }, () => decay / 2));
    const spread = Float32Array.from({ length: inputs * halves.length }, (_, at) => halves[at % halves.length]!);
    this.halfDecays = [tf.tensor2d(spread, [inputs, halves.length]), tf.tensor1d(halves)];
    const first = normal([inputs, units], inputs, seed + 1);
    const tiled = Float32Array.from({ length: inputs * count * units }, (_, at) => {
      const [input, unit] = [Math.floor(at / (count * units)), at % units];
      return first[input * units + unit]!;
    });
    this.first = tf.variable(tf.tensor2d(tiled, [inputs, count * units]));
    this.firstBias = tf.variable(tf.zeros([count * units]));
    if (width === 0) return;
    const second = normal([width, 1], width, seed + 2);
    this.second = {
      weight: tf.variable(tf.tensor1d(Float32Array.from({ length: count * width }, (_, at) => second[at % width]!))),
      bias: tf.variable(tf.zeros([count])),
    };
  }

  /** @param states [B, d], standardised @returns [B, C] */
  logits(states: tf.Tensor2D): tf.Tensor2D {
    const read = tf.add(tf.matMul(states, this.first as unknown as tf.Tensor2D), this.firstBias);
    if (!this.second) return read as tf.Tensor2D;
    const weighed = tf.reshape(tf.mul(tf.relu(read), this.second.weight), [-1, this.count, this.width]);
    return tf.add(tf.sum(weighed, 2), this.second.bias);
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
    const [first, bias] = [await this.first.data(), await this.firstBias.data()];
    const [second, secondBias] = [await this.second?.weight.data(), await this.second?.bias.data()];
    return Array.from({ length: this.count }, (_, at) => {
      const weight = Array.from({ length: units }, (_, unit) =>
        Array.from({ length: this.inputs }, (_, input) => first[input * columns + at * units + unit]! / deviation[input]!),
      );
      const folded = weight.map(
        (row, unit) => bias[at * units + unit]! - row.reduce((sum, each, input) => sum + each * mean[input]!, 0),
      );
      const layers: ProbeFile["layers"] = [{ weight, bias: folded }];
      if (second && secondBias)
        layers.push({ weight: [Array.from(second.slice(at * units, (at + 1) * units))], bias: [secondBias[at]!] });
      return layers;
    });
  }

  dispose(): void {
    tf.dispose([...this.halfDecays, this.first, this.firstBias, ...(this.second ? [this.second.weight, this.second.bias] : [])]);
  }
}

/** Of deviation 1 / √fan. */
function normal(shape: [number, number], fan: number, seed: number): Float32Array {
  const drawn = tf.randomNormal(shape, 0, fan ** -0.5, "float32", seed);
  const values = drawn.dataSync<"float32">().slice();
  drawn.dispose();
  return values;
}
