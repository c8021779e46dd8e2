/** The input tensors of one step of a graph, besides its cache. */
import { Tensor } from "./runtime";
import type { GraphLayout } from "./graphLayout";

/** What is added to the attention score of a row that must not be seen; its weight is then exactly 0 in float32. */
const HIDDEN = -1e9;

/** One chunk of a feed. S is the number of its ids. */
export interface StepInput {
  /** [S], −1 where a soft token stands. */
  ids: readonly number[];
  /** Embeddings of the soft tokens, [count of −1, embeddingSize]. */
  soft: Float32Array | undefined;
  /** [S] */
  positions: readonly number[];
  /** Live rows of the cache before the step, and rows of its tensors: those beyond are padding. */
  rows: number;
  width: number;
  /** May id `query` of this chunk see row `row`, live rows first and then this chunk's? */
  sees: ((query: number, row: number) => boolean) | undefined;
  /** How many of the last ids want logits. */
  wanted: number;
}

type Build = (input: StepInput, layout: GraphLayout) => Tensor;

const BUILDERS: Readonly<Record<string, Build>> = {
  input_ids: ({ ids }) => int64(ids, [1, ids.length]),
  position_ids: ({ positions }) => int64(positions, [1, positions.length]),
  attention_mask: ({ width, ids }) => ones(width + ids.length),
  inputs_embeds: (input, layout) => embeddings(input, layout.embeddingSize),
  attention_bias: (input) => bias(input),
  // Without a wanted position the last one is computed all the same, and not read.
  logits_at: ({ ids, wanted }) => {
    const count = Math.max(1, wanted);
    return int64(
      Array.from({ length: count }, (_, index) => ids.length - count + index),
      [count],
    );
  },
  num_logits_to_keep: ({ wanted }) => int64([Math.max(1, wanted)], []),
  use_cache_branch: ({ rows }) => new Tensor("bool", [rows > 0], [1]),
};

export function addStepInputs(feeds: Record<string, Tensor>, input: StepInput, layout: GraphLayout): void {
  for (const name of layout.inputs) {
    const build = BUILDERS[name];
    if (build) feeds[name] = build(input, layout);
  }
}

type BuildMany = (steps: readonly StepInput[], layout: GraphLayout) => Tensor;

/** Inputs of several sequences, B of them, each with one id, whose tensors have one width; those that are the same for all are as of one. */
const BATCH_BUILDERS: Readonly<Record<string, BuildMany>> = {
  input_ids: (steps) =>
    int64(
      steps.map(({ ids }) => ids[0]!),
      [steps.length, 1],
    ),
  position_ids: (steps) =>
    int64(
      steps.map(({ positions }) => positions[0]!),
      [steps.length, 1],
    ),
  attention_mask: (steps) => ones(steps[0]!.width + 1, steps.length),
  inputs_embeds: ([step], layout) => embeddings(step!, layout.embeddingSize),
  attention_bias: (steps) => biases(steps),
  logits_at: ([step], layout) => BUILDERS["logits_at"]!(step!, layout),
  num_logits_to_keep: ([step], layout) => BUILDERS["num_logits_to_keep"]!(step!, layout),
};

/** Whether all of a graph's inputs besides its cache can be given for several sequences at once. */
export const canBatchInputs = (inputs: ReadonlySet<string>): boolean =>
  [...inputs].every((name) => name in BATCH_BUILDERS || !(name in BUILDERS));

/** @param steps of one id each, and all of one width */
export function addBatchInputs(feeds: Record<string, Tensor>, steps: readonly StepInput[], layout: GraphLayout): void {
  for (const name of layout.inputs) {
    const build = BATCH_BUILDERS[name];
    if (build) feeds[name] = build(steps, layout);
  }
}

function int64(values: readonly number[], dims: number[]): Tensor {
  const data = new BigInt64Array(values.length);
  for (let index = 0; index < values.length; index++) data[index] = BigInt(values[index]!);
  return new Tensor("int64", data, dims);
}

let manyOnes = new BigInt64Array(0);

/** Padding counts as in use here and is hidden by the bias: some graphs work out lengths from the sum of the mask. */
function ones(count: number, sequences = 1): Tensor {
  const all = sequences * count;
  if (manyOnes.length < all) manyOnes = new BigInt64Array(2 * all).fill(1n);
  return new Tensor("int64", manyOnes.subarray(0, all), [sequences, count]);
}

const zeros = new Map<number, Tensor>();

function embeddings({ ids, soft }: StepInput, size: number): Tensor {
  if (!soft) {
    const zero = zeros.get(size) ?? new Tensor("float32", new Float32Array(size), [1, 1, size]);
    zeros.set(size, zero);
    return zero;
  }
  const values = new Float32Array(ids.length * size);
  let next = 0;
  ids.forEach((id, place) => {
    if (id === -1) values.set(soft.subarray(next * size, ++next * size), place * size);
  });
  return new Tensor("float32", values, [1, ids.length, size]);
}

const NO_BIAS = new Tensor("float32", new Float32Array(1), [1, 1, 1, 1]);

function bias({ ids, rows, width, sees }: StepInput): Tensor {
  if (!sees && rows === width) return NO_BIAS;
  const columns = width + ids.length;
  const queries = sees ? ids.length : 1;
  const values = new Float32Array(queries * columns);
  for (let query = 0; query < queries; query++) {
    const start = query * columns;
    values.fill(HIDDEN, start + rows, start + width);
    if (!sees) continue;
    for (let row = 0; row < rows + ids.length; row++) {
      if (!sees(query, row)) values[start + (row < rows ? row : row + width - rows)] = HIDDEN;
    }
  }
  return new Tensor("float32", values, [1, 1, queries, columns]);
}

/** Of several sequences, [B, 1, 1, width + 1]. */
function biases(steps: readonly StepInput[]): Tensor {
  const { width } = steps[0]!;
  const values = new Float32Array(steps.length * (width + 1));
  for (const [sequence, { rows }] of steps.entries()) {
    const start = sequence * (width + 1);
    values.fill(HIDDEN, start + rows, start + width);
  }
  return new Tensor("float32", values, [steps.length, 1, 1, width + 1]);
}
