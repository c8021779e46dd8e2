/** What the original graph computes on the texts of a proof, gathered before it makes room for the patched one. */
import type { InferenceSession } from "onnxruntime-node";
import { GraphError } from "./graph/graphError";
import type { PatchedGraph } from "./patch/patchedGraph";
import { isRowPart, rowParts } from "./patch/patchedGraph";
import type { Rows, StepResult } from "./proofStep";
import { emptyRows, joinRows, runStep } from "./proofStep";
import { l10n } from "../../../core/text/l10n";

interface ProofTexts {
  prefix: number[];
  /** Read after the prefix: together, one by one, and as another branch. */
  later: number[];
  other: number[];
}

export interface Reference {
  texts: ProofTexts;
  prefix: StepResult;
  /** The cache after the prefix. */
  past: Rows;
  step: StepResult;
  /** The same tokens one by one. */
  single: StepResult[];
  other: StepResult;
  /** Largest difference between tokens that are read over a cache together, one by one, and in one pass with the prefix. */
  together: number;
}

export const stepLength = 3;
const shortestPrefix = 6;
/** Rows of windows up to which a proof's text is longer than they are. */
const longestWindow = 128;
/** What wider windows are for the proof, in both graphs. */
const shortWindow = 8;

/** How far limited attention is to look back in a proof; undefined = as it does. */
export function proofWindow({ cache }: PatchedGraph): number | undefined {
  return rowParts(cache).some(({ reach = 0 }) => reach > longestWindow) ? shortWindow : undefined;
}

/** Ids from all over the vocabulary, the same each time. */
function idsOf(graph: PatchedGraph, count: number, seed: number): number[] {
  const vocabulary = graph.vocabSize || 256;
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % vocabulary;
  });
}

/** Texts in which every window of the graph has forgotten rows. */
function proofTexts(graph: PatchedGraph): ProofTexts {
  const reach = Math.max(0, ...rowParts(graph.cache).map((part) => part.reach ?? 0));
  return {
    prefix: idsOf(graph, reach + shortestPrefix, 1),
    later: idsOf(graph, stepLength, 50),
    other: idsOf(graph, stepLength, 80),
  };
}

/**
 * Runs the original graph. `graph` only tells the names and sizes of the cache.
 * @throws GraphError `does-not-run`, `single-token`
 */
export async function gatherReference(original: InferenceSession, graph: PatchedGraph): Promise<Reference> {
  const { cache } = graph;
  const texts = proofTexts(graph);
  const run = (ids: number[], past: Rows): Promise<StepResult> =>
    runStep(original, graph, { ids: [ids], past }, "original");
  const prefix = await run(texts.prefix, emptyRows(cache, "original")).catch((error: unknown) => {
    throw new GraphError("does-not-run", l10n.later`ONNX Runtime cannot run the model: ${firstLine(error)}`, {
      cause: error,
    });
  });
  const past = prefix.rows;
  try {
    const step = await run(texts.later, past);
    const other = await run(texts.other, past);
    const whole = await run([...texts.prefix, ...texts.later], emptyRows(cache, "original"));
    const single: StepResult[] = [];
    let grown = past;
    for (const id of texts.later) {
      const one = await run([id], grown);
      single.push(one);
      grown = joinRows(cache, grown, one.rows);
    }
    const width = single[0]!.logits.length;
    const last = step.logits.subarray(-width);
    const together = Math.max(
      distance(step.logits.subarray(0, width), single[0]!.logits),
      distance(last, single.at(-1)!.logits),
      distance(last, whole.logits.subarray(-width)),
      ...[single.at(-1)!, whole].map((end) => wholeDistance(graph, step.rows, end.rows)),
    );
    return { texts, prefix, past, step, single, other, together };
  } catch (error) {
    throw new GraphError("single-token", singleToken, { cause: error });
  }
}

export const singleToken =
  "The model reads one token at a time only once it has a cache, because it was exported that way.";

const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return `${text
    .replace(/^.*Status Message: /s, "")
    .split("\n", 1)[0]!
    .slice(0, 200)
    .replace(/\.$/, "")}.`;
};

/** Largest difference between parts that are put out whole. */
function wholeDistance({ cache }: PatchedGraph, a: Rows, b: Rows): number {
  return Math.max(
    0,
    ...cache.map((part, index) => (isRowPart(part) ? 0 : distance(a.values[index]!, b.values[index]!))),
  );
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
