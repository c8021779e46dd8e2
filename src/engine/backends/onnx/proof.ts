/**
 * Numerical proof that a patched graph computes what the original does, and that what was added does what it says.
 *
 * A few tokens are read, then a few more over the short cache they left, by both graphs.
 */
import type { InferenceSession } from "onnxruntime-node";
import { Tensor } from "./runtime";
import type { GraphFeature, PatchedGraph } from "./patch/graphPatch";
import type { Rows, Step, StepResult } from "./proofStep";
import { dropRow, emptyRows, repeatRows, runStep } from "./proofStep";

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

/** What the original graph computes, gathered before it makes room for the patched one. */
export interface Reference {
  prefix: StepResult;
  step: StepResult;
  past: Rows;
  /** Difference between reading tokens together over a cache and reading the first of them alone. */
  together: number;
}

const prefixLength = 6;
const stepLength = 3;

/** Ids from all over the vocabulary, the same each time. */
function proofIds(graph: PatchedGraph, count: number, seed: number): number[] {
  const vocabulary = graph.vocabSize || 256;
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % vocabulary;
  });
}

/** Runs the original graph. `graph` only tells the names and sizes of the cache. */
export async function gatherReference(original: InferenceSession, graph: PatchedGraph): Promise<Reference> {
  const prefix = await runStep(original, graph, prefixStep(graph), "original");
  const past = prefix.rows;
  const later = laterStep(graph, past);
  const step = await runStep(original, graph, later, "original");
  const alone = await runStep(original, graph, { ...later, ids: [later.ids[0]!.slice(0, 1)] }, "original");
  const together = distance(step.logits.subarray(0, alone.logits.length), alone.logits);
  return { prefix, past, step, together };
}

const prefixStep = (graph: PatchedGraph): Step => ({
  ids: [proofIds(graph, prefixLength, 1)],
  past: emptyRows(graph.cache),
});
const laterStep = (graph: PatchedGraph, past: Rows): Step => ({ ids: [proofIds(graph, stepLength, 50)], past });

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
  expected: { hiddenSize?: number | undefined; vocabSize?: number | undefined },
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
  const { past } = reference;
  const later = laterStep(graph, past);
  let prefix: StepResult | undefined;
  let step: StepResult | undefined;

  await check("logits after a first step", [], async () => {
    prefix = await run(prefixStep(graph));
    return distance(prefix.logits, reference.prefix.logits);
  });
  await check("logits over a cache", [], async () => {
    step = await run(later);
    return distance(step.logits, reference.step.logits);
  });
  if (!prefix || !step) return { checks, bitEqual: false, batch: false };
  const [first, ours] = [prefix, step];
  await check(
    "cache rows",
    [],
    () => Math.max(rowDistance(first, reference.prefix), rowDistance(ours, reference.step)),
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
  if (features.attentionBias) {
    await check("a bias of zeros", ["attentionBias"], async () =>
      compareSteps(await run({ ...later, wholeBias: true }), ours),
    );
    if (features.explicitPositions) {
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

/** Length of the difference over the length of `b`; Infinity for NaN and for other sizes. */
export function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let index = 0; index < a.length; index++) {
    difference += (a[index]! - b[index]!) ** 2;
    size += b[index]! ** 2;
  }
  if (Number.isNaN(difference)) return Infinity;
  return difference && Math.sqrt(difference / (size || 1));
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
