/**
 * Numerical proof that a patched graph computes what the original does, and that what was added does what it says.
 *
 * A few tokens are read, then a few more over the short cache they left, by both graphs.
 */
import type { InferenceSession } from "onnxruntime-node";
import type { GraphFeature, PatchedGraph, RowPart } from "./patch/patchedGraph";
import { isRowPart } from "./patch/patchedGraph";
import type { Reference } from "./proofReference";
import { distance, stepLength } from "./proofReference";
import { followSequences } from "./proofSequence";
import type { Rows, Step, StepResult } from "./proofStep";
import { dropRow, emptyRows, repeatRows, runStep } from "./proofStep";
import { Tensor } from "./runtime";

/** One comparison. A difference is a vector's length over that of the expected vector. */
export interface ProofCheck {
  name: string;
  difference: number;
  allowed: number;
  passed: boolean;
  /** Features that must be ruled out when it fails; none = the patch as a whole. */
  features: GraphFeature[];
  error?: string;
}

export interface Proof {
  checks: ProofCheck[];
  /** Logits and cache rows are equal bit for bit. */
  bitEqual: boolean;
  /** Several sequences can be run in one step over a cache. */
  batch: boolean;
}

/** What the model's configuration says, where it says it. */
export interface Expected {
  hiddenSize?: number | undefined;
  vocabSize?: number | undefined;
  /** Tokens. */
  contextLength?: number | undefined;
}

/** Largest differences allowed. */
const allowances = {
  /** Same operations in the same order, perhaps fused otherwise. */
  same: 1e-4,
  /** Sums taken in another order in float32. */
  split: 1e-4,
  /** The same through weights and activations rounded to few bits. */
  quantized: 5e-2,
};

/** Compares a patched graph with the reference. Never throws: a graph that does not run has failed the check. */
export async function proveGraph(
  patched: InferenceSession,
  embedding: InferenceSession | undefined,
  graph: PatchedGraph,
  reference: Reference,
  expected: Expected,
): Promise<Proof> {
  const { features, cache } = graph;
  const allowed =
    graph.quantized || graph.halfCache
      ? allowances.quantized
      : graph.attention === "two-segment"
        ? allowances.split
        : allowances.same;
  const checks: ProofCheck[] = [];
  const check = async (
    name: string,
    blamed: GraphFeature[],
    compare: () => Promise<number> | number,
    limit = allowed,
  ): Promise<void> => {
    try {
      const difference = await compare();
      checks.push({ name, difference, allowed: limit, passed: difference <= limit, features: blamed });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      checks.push({ name, difference: Infinity, allowed: limit, passed: false, features: blamed, error: text });
    }
  };
  const run = (step: Step): Promise<StepResult> => runStep(patched, graph, step, "patched");
  const { texts } = reference;
  let later: Step = { ids: [texts.later], past: reference.past };
  let prefix: StepResult | undefined;
  let step: StepResult | undefined;

  await check("logits after a first step", [], async () => {
    prefix = await run({ ids: [texts.prefix], past: emptyRows(cache) });
    later = { ids: [texts.later], past: ownWindows(graph, reference.past, prefix.rows) };
    return distance(prefix.logits, reference.prefix.logits);
  });
  await check("logits over a cache", [], async () => {
    step = await run(later);
    return distance(step.logits, reference.step.logits);
  });
  if (!prefix || !step) return { checks, bitEqual: false, batch: false };
  const [first, ours] = [prefix, step];
  const { past } = later;
  await check(
    "cache rows",
    [],
    () =>
      Math.max(
        againstOriginal(graph, first.rows, reference.prefix.rows, past.count),
        againstOriginal(graph, ours.rows, reference.step.rows, past.count + stepLength),
      ),
    // One layer's rows are nearer to the rounding than the logits, in which errors average out.
    2 * allowed,
  );
  const bitEqual = checks.every(({ difference }) => difference === 0);

  if (features.hiddenStates)
    await check("width of the hidden states", ["hiddenStates"], () => {
      const width = (ours.hidden?.length ?? 0) / stepLength;
      return Math.abs(width - (expected.hiddenSize ?? width));
    });
  await check("width of the logits", [], () => {
    // A head is often padded to a round number beyond the vocabulary.
    const width = ours.logits.length / stepLength;
    return width === graph.vocabSize || !graph.vocabSize ? 0 : Math.max(0, (expected.vocabSize ?? 0) - width);
  });
  if (features.lastLogitsOnly)
    await check("logits of chosen tokens", ["lastLogitsOnly"], async () => {
      const width = ours.logits.length / stepLength;
      const last = await run({ ...later, logitsAt: [-1] });
      const two = await run({ ...later, logitsAt: [0, 2] });
      const rows = (indices: number[]): Float32Array =>
        Float32Array.from(indices.flatMap((index) => [...ours.logits.subarray(index * width, (index + 1) * width)]));
      return Math.max(distance(last.logits, rows([2])), distance(two.logits, rows([0, 2])));
    });
  if (features.logitStatistics)
    await check("statistics of the logits", ["logitStatistics"], () => statisticsError(ours), 1e-3);
  if (features.softTokens)
    await check("soft tokens in place of ids", ["softTokens"], async () => {
      const embeddings = await lookUp(embedding, later.ids[0]!);
      const soft = await run({ ...later, ids: [later.ids[0]!.map(() => -1)], embeddings });
      const mixed = await run({
        ...later,
        ids: [later.ids[0]!.map((id, index) => (index === 1 ? -1 : id))],
        embeddings,
      });
      return Math.max(compareSteps(soft, ours), compareSteps(mixed, ours));
    });
  await check(
    "three steps, a rewind and a fork",
    [],
    () => followSequences(patched, graph, reference, expected.contextLength ?? Infinity),
    // Each step reads what the steps before it rounded otherwise; another text is further away by far.
    3 * allowed,
  );
  if (features.attentionBias) {
    await check("a bias of zeros", ["attentionBias"], async () =>
      compareSteps(await run({ ...later, wholeBias: true }), ours),
    );
    // Only of a cache of rows can one be dropped.
    if (features.explicitPositions && cache.every(({ kind }) => kind === "rows")) {
      const positions = Array.from({ length: stepLength }, (_, index) => past.count + index);
      await check(
        "a row hidden by the bias and the same row dropped",
        ["attentionBias", "explicitPositions"],
        async () => {
          const hidden = await run({ ...later, positions, hide: [2] });
          const dropped = await run({ ...later, positions, past: dropRow(cache, past, 2) });
          if (distance(hidden.logits, ours.logits) === 0) throw new Error("hiding a row changed nothing");
          return distance(hidden.logits, dropped.logits);
        },
      );
    }
  }
  // The operator itself takes several sequences one token at a time only.
  if (graph.attention === "fused") return { checks, bitEqual, batch: false };
  await check("two sequences in one step", [], async () => {
    const both = await run({ ...later, ids: [later.ids[0]!, later.ids[0]!], past: repeatRows(past, 2) });
    const half = both.logits.length / 2;
    return Math.max(
      distance(both.logits.subarray(0, half), ours.logits),
      distance(both.logits.subarray(half), ours.logits),
    );
  });
  // Batches are a convenience: a graph without them is no failure.
  const batch = checks.pop()!.passed;
  return { checks, bitEqual, batch };
}

async function lookUp(embedding: InferenceSession | undefined, ids: number[]): Promise<Float32Array> {
  if (!embedding) throw new Error("there is no look-up model");
  const feed = new Tensor("int64", BigInt64Array.from(ids.map(BigInt)), [1, ids.length]);
  return (await embedding.run({ input_ids: feed })).embeddings!.data as Float32Array;
}

function compareSteps(a: StepResult, b: StepResult): number {
  return Math.max(distance(a.logits, b.logits), rowDistance(a, b));
}

function rowDistance(a: StepResult, b: StepResult): number {
  return Math.max(...a.rows.values.map((rows, index) => distance(rows, b.rows.values[index]!)));
}

/** The original's cache, but of parts that it keeps bounded the rows of the patched graph. */
function ownWindows({ cache }: PatchedGraph, past: Rows, own: Rows): Rows {
  const isBounded = (index: number): boolean => isRowPart(cache[index]!) && past.dims[index] !== undefined;
  return {
    count: past.count,
    values: past.values.map((values, index) => (isBounded(index) ? own.values[index]! : values)),
    dims: past.dims.map((dims, index) => (isBounded(index) ? undefined : dims)),
  };
}

/** Largest difference of the cache after a step, of `total` tokens in all. */
function againstOriginal({ cache }: PatchedGraph, ours: Rows, original: Rows, total: number): number {
  return Math.max(
    ...cache.map((part, index) => {
      const [values, expected] = [ours.values[index]!, original.values[index]!];
      if (!isRowPart(part) || !original.dims[index]) return distance(values, expected);
      // A bounded cache holds its latest rows first, and nothing behind them.
      const kept = Math.min(total, part.reach!);
      const count = Math.min(kept, ours.count);
      return distance(
        someRows(part, values, ours.count, ours.count - count, count),
        someRows(part, expected, part.reach!, kept - count, count),
      );
    }),
  );
}

/** Rows [from, from + count) of each head of [heads, width, headSize]. */
function someRows({ heads, headSize }: RowPart, values: Float32Array, width: number, from: number, count: number) {
  const out = new Float32Array(heads * count * headSize);
  for (let head = 0; head < heads; head++) {
    const start = (head * width + from) * headSize;
    out.set(values.subarray(start, start + count * headSize), head * count * headSize);
  }
  return out;
}

/** Largest error of the graph's log-probabilities and entropies against those computed from its logits. */
function statisticsError({ logits, topIds, topLogprobs, entropy }: StepResult): number {
  if (!topIds || !topLogprobs || !entropy) return Infinity;
  const width = logits.length / stepLength;
  const count = topIds.length / stepLength;
  let largest = 0;
  for (let row = 0; row < stepLength; row++) {
    const values = [...logits.subarray(row * width, (row + 1) * width)];
    const highest = values.reduce((a, b) => Math.max(a, b));
    const normaliser = highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
    const own = -values.reduce((sum, value) => sum + Math.exp(value - normaliser) * (value - normaliser), 0);
    largest = Math.max(largest, Math.abs(own - entropy[row]!));
    const sorted = values.toSorted((a, b) => b - a);
    for (let rank = 0; rank < count; rank++) {
      const at = row * count + rank;
      const logit = values[Number(topIds[at])] ?? NaN;
      largest = Math.max(largest, Math.abs(logit - sorted[rank]!), Math.abs(logit - normaliser - topLogprobs[at]!));
    }
  }
  return Number.isNaN(largest) ? Infinity : largest;
}
