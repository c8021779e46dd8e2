/**
 * Numerical proof that a patched graph computes what the original does, and that what was added does what it says.
 *
 * A few tokens are read, then a few more over the short cache they left, by both graphs.
 */
import type { InferenceSession } from "onnxruntime-node";
import { Tensor } from "onnxruntime-node";
import type { GraphFeature, PatchedGraph } from "./graphPatch";
import type { Rows, Step, StepResult } from "./proofStep";
import { dropRow, emptyRows, repeatRows, runStep } from "./proofStep";

/** One comparison. Differences are the largest absolute one, relative to the size of the values when that is above 1. */
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
}

const prefixLength = 6;
const stepLength = 3;

/** Fixed ids spread over the vocabulary. */
function proofIds(graph: PatchedGraph, count: number, offset: number): number[] {
  const vocabulary = graph.vocabSize || 256;
  return Array.from({ length: count }, (_, index) => ((index + offset) * 2654435761) % Math.min(vocabulary, 4096));
}

/** Runs the original graph. `graph` only tells the names and sizes of the cache. */
export async function gatherReference(original: InferenceSession, graph: PatchedGraph): Promise<Reference> {
  const prefix = await runStep(original, graph, prefixStep(graph), "original");
  const past = prefix.rows;
  return { prefix, past, step: await runStep(original, graph, laterStep(graph, past), "original") };
}

const prefixStep = (graph: PatchedGraph): Step => ({
  ids: [proofIds(graph, prefixLength, 1)],
  past: emptyRows(graph.cache),
});
const laterStep = (graph: PatchedGraph, past: Rows): Step => ({ ids: [proofIds(graph, stepLength, 50)], past });

/** Largest differences allowed in logits of about 1. */
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

  await check("logits and cache rows after a first step", [], async () => {
    prefix = await run(prefixStep(graph));
    return compareSteps(prefix, reference.prefix);
  });
  await check("logits and cache rows over a cache", [], async () => {
    step = await run(later);
    return compareSteps(step, reference.step);
  });
  if (!prefix || !step) return { checks, bitEqual: false, batch: false };
  const bitEqual = checks.every(({ difference }) => difference === 0);
  const ours = step;

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
          return compareSteps(hidden, dropped);
        },
      );
    }
  }
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
  return Math.max(
    distance(a.logits, b.logits),
    ...a.rows.values.map((rows, index) => distance(rows, b.rows.values[index]!)),
  );
}

/** Largest absolute difference over the root mean square of `b`, or over 1 when that is smaller; Infinity for NaN. */
export function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  let squares = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs(a[index]! - b[index]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
    squares += b[index]! ** 2;
  }
  return largest / Math.max(1, Math.sqrt(squares / (b.length || 1)));
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
