/** One step of an original or a patched graph, as the proof compares them. */
import type { InferenceSession } from "onnxruntime-node";
import { Tensor } from "./runtime";
import type { CachePart, PatchedGraph, RowPart } from "./patch/patchedGraph";
import { isRowPart, rowParts } from "./patch/patchedGraph";

/** A cache: of each row part its rows, flat [B, heads, rows, headSize]; of other parts all of it. */
export interface Rows {
  count: number;
  values: Float32Array[];
  /** Sizes of the parts that are put out whole, and of bounded ones in the original. */
  dims: (readonly number[] | undefined)[];
}

export interface Step {
  /** Token ids of each sequence of the batch, all of one length; -1 = soft. */
  ids: number[][];
  past: Rows;
  /** First position, or all of them; P… by default. */
  positions?: number[];
  /** Columns that the bias hides from every row. */
  hide?: number[];
  /** Columns that the bias hides from rows from the given one on. */
  hideFrom?: [row: number, columns: number[]];
  /** Embeddings [B, S, H] for soft tokens. */
  embeddings?: Float32Array;
  logitsAt?: number[];
  /** Feed the bias at its full size [1, 1, S, P+S] instead of [1, 1, 1, 1]. */
  wholeBias?: boolean;
}

export interface StepResult {
  /** [B, K, V] */
  logits: Float32Array;
  /** Cache rows of this step only; parts that are put out whole as they are after it. */
  rows: Rows;
  hidden?: Float32Array;
  topIds?: BigInt64Array;
  topLogprobs?: Float32Array;
  entropy?: Float32Array;
}

export const emptyRows = (cache: readonly CachePart[], kind: Kind = "patched"): Rows => {
  const dims = cache.map((part) => (isRowPart(part) ? boundedDims(part, kind) : part.dims));
  return { count: 0, values: dims.map((sizes) => new Float32Array(sizes ? product(sizes) : 0)), dims };
};

/** An operator that keeps a bounded cache is given as little room as it takes. */
function boundedDims({ bounded, reach, heads, headSize }: RowPart, kind: Kind): readonly number[] | undefined {
  return kind === "original" && bounded ? [1, heads, reach!, headSize] : undefined;
}

/** The cache after a step: the rows of `a` followed by those of `b`, for a batch of `batch`. */
export function joinRows(cache: readonly CachePart[], a: Rows, b: Rows, batch = 1): Rows {
  const count = a.count + b.count;
  const values = cache.map((part, index) => {
    if (a.dims[index]) return b.values[index]!;
    const { heads, headSize } = part as RowPart;
    const out = new Float32Array(batch * heads * count * headSize);
    for (let head = 0; head < batch * heads; head++) {
      out.set(rowsOf(a, index, head, headSize), head * count * headSize);
      out.set(rowsOf(b, index, head, headSize), (head * count + a.count) * headSize);
    }
    return out;
  });
  return { count, values, dims: b.dims };
}

/** Rows without those at `dropped`. */
export function dropRow(cache: readonly CachePart[], rows: Rows, dropped: number): Rows {
  const count = rows.count - 1;
  const values = rowParts(cache).map(({ headSize }, index) =>
    rows.values[index]!.filter((_, at) => Math.floor(at / headSize) % rows.count !== dropped),
  );
  return { count, values, dims: rows.dims };
}

/** The same rows for every sequence of a batch. */
export function repeatRows(rows: Rows, batch: number): Rows {
  const values = rows.values.map((one) => {
    const out = new Float32Array(one.length * batch);
    for (let index = 0; index < batch; index++) out.set(one, index * one.length);
    return out;
  });
  return { ...rows, values };
}

function rowsOf(rows: Rows, index: number, head: number, headSize: number): Float32Array {
  return rows.values[index]!.subarray(head * rows.count * headSize, (head + 1) * rows.count * headSize);
}

type Kind = "original" | "patched";

/** Runs one step. `patched` is left out for the original graph, which knows less inputs and gives all rows back. */
export async function runStep(
  session: InferenceSession,
  graph: PatchedGraph,
  step: Step,
  kind: Kind,
): Promise<StepResult> {
  const { cache } = graph;
  const batch = step.ids.length;
  const length = step.ids[0]!.length;
  const total = step.past.count + length;
  const positions = step.positions ?? Array.from({ length }, (_, index) => step.past.count + index);
  const patched = kind === "patched";
  const offered: Record<string, () => Tensor> = {
    input_ids: () => int64(step.ids.flat(), [batch, length]),
    attention_mask: () => int64(new Array<number>(batch * total).fill(1), [batch, total]),
    position_ids: () =>
      int64(
        step.ids.flatMap(() => positions),
        [batch, length],
      ),
    num_logits_to_keep: () => int64([0], []),
    use_cache_branch: () => new Tensor("bool", [step.past.count > 0], [1]),
    inputs_embeds: () =>
      step.embeddings
        ? new Tensor("float32", step.embeddings, [batch, length, graph.embeddingSize])
        : new Tensor("float32", new Float32Array(graph.embeddingSize), [1, 1, graph.embeddingSize]),
    logits_at: () => {
      const at = step.logitsAt ?? positions.map((_, index) => index);
      return int64(at, [at.length]);
    },
    attention_bias: () => biasOf(step, length, total),
  };
  const feeds: Record<string, Tensor> = {};
  for (const [index, part] of cache.entries()) {
    const dims = step.past.dims[index] ?? [1, (part as RowPart).heads, step.past.count, (part as RowPart).headSize];
    feeds[part.past] = new Tensor("float32", step.past.values[index]!, [batch * dims[0]!, ...dims.slice(1)]);
  }
  for (const name of session.inputNames) if (!(name in feeds) && offered[name]) feeds[name] = offered[name]();
  const outputs = await session.run(feeds);
  const names = cache.map(({ present, output }) => outputs[patched ? output : present]!);
  const values = cache.map((part, index) => {
    const whole = names[index]!.data as Float32Array;
    if (!isRowPart(part) || step.past.dims[index]) return whole;
    const size = batch * part.heads * length * part.headSize;
    return patched && part.rows === "new"
      ? whole.slice(part.slot * size, (part.slot + 1) * size)
      : lastRows(whole, batch * part.heads, total, length, part.headSize);
  });
  const dims = step.past.dims.map((sizes, index) => sizes && [sizes[0]!, ...names[index]!.dims.slice(1)]);
  const float = (name: string): Float32Array | undefined => outputs[name]?.data as Float32Array | undefined;
  const result: StepResult = { logits: float("logits")!, rows: { count: length, values, dims } };
  if (outputs.hidden_states) result.hidden = float("hidden_states")!;
  if (outputs.top_ids) {
    result.topIds = outputs.top_ids.data as BigInt64Array;
    result.topLogprobs = float("top_logprobs")!;
    result.entropy = float("entropy")!;
  }
  return result;
}

function biasOf(step: Step, length: number, total: number): Tensor {
  if (!step.hide && !step.hideFrom && !step.wholeBias) return new Tensor("float32", new Float32Array(1), [1, 1, 1, 1]);
  const bias = new Float32Array(length * total);
  const [from, columns] = step.hideFrom ?? [0, []];
  for (let row = 0; row < length; row++) {
    for (const column of step.hide ?? []) bias[row * total + column] = -1e9;
    if (row >= from) for (const column of columns) bias[row * total + column] = -1e9;
  }
  return new Tensor("float32", bias, [1, 1, length, total]);
}

function lastRows(whole: Float32Array, heads: number, total: number, length: number, headSize: number): Float32Array {
  const out = new Float32Array(heads * length * headSize);
  for (let head = 0; head < heads; head++) {
    const from = (head * total + total - length) * headSize;
    out.set(whole.subarray(from, from + length * headSize), head * length * headSize);
  }
  return out;
}

const product = (sizes: readonly number[]): number => sizes.reduce((size, each) => size * each, 1);

function int64(values: number[], dims: number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values.map(BigInt)), dims);
}
