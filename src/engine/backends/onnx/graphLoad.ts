/** From a model file to a running graph: patched where that works, as it came where it does not. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import type { Device } from "../../../core/protocol/device";
import { ActionableError } from "../../../core/protocol/rpc";
import { accuracyLevel } from "./patch/accuracyLevel";
import { withAttentionWeights } from "./attentionWeights";
import { freeMemory } from "./freeMemory";
import type { PatchVerdict } from "./capabilities";
import { GraphError } from "./graph/graphError";
import { demandEnding } from "./graph/openEnded";
import type { GraphLayout } from "./graphLayout";
import { NO_FEATURES, patchedLayout, plainLayout } from "./graphLayout";
import { weightsInPlace } from "./graph/weightsInPlace";
import { wantsEmbeddings, withEmbeddingInFront } from "./patch/embeddingInFront";
import { patchGraph } from "./patch/graphPatch";
import { graphFeatures, isRefusal, isRowPart, rowParts } from "./patch/patchedGraph";
import type { ModelFolder } from "../../files/modelFolder";
import { contextLength } from "../../files/modelFolder";
import type { ProofVerdict } from "./provenGraph";
import { patchAndProve } from "./provenGraph";
import { startSession, startSessionOn, type StartedSession } from "./sessions";
import { followLinks } from "./graph/weightLocations";
import { l10n, sentenceFrom, type Sentence } from "../../../core/text/l10n";

export interface GraphOptions {
  threads: number;
  /** Where its steps are computed. */
  device: Device;
  /** Where verdicts are remembered. */
  cacheFolder?: string | undefined;
  /** False to run the graph as it came. */
  patch?: boolean | undefined;
  /** Whether the person allows it to hold loops and operators of somebody's own. */
  openEnded?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface RunningGraph {
  session: InferenceSession;
  /** The execution provider of ONNX Runtime that computes its steps. */
  provider: string;
  layout: GraphLayout;
  /**
   * Starts a session on the look-up ids → embeddings, where soft tokens can be fed. Few runs feed any, and the table is as large as
   * all other weights of a small model.
   */
  openEmbedding: (() => Promise<InferenceSession>) | undefined;
  /** Starts another session on the graph with the output of `withAttentionWeights`, or says why there is none. */
  openAttention: () => Promise<InferenceSession | Sentence>;
  verdict: PatchVerdict;
  /** What a person should know of the graph, one sentence each. */
  notes: readonly string[];
  accuracyLevel: number | undefined;
  /** The model file and those with its weights. */
  files: string[];
}

/** A graph that is ready to be started: what runs know of it, and the model. */
interface PreparedGraph {
  model: Uint8Array;
  graph: Omit<RunningGraph, keyof StartedSession>;
}

/**
 * @throws ActionableError `graph-not-onnx`, `graph-cut-off`, `graph-weights-missing`, `graph-weights-outside`,
 *   `graph-no-causal-lm`, `graph-unreadable`, `graph-out-of-memory`, `graph-open-ended`
 */
export async function loadGraph(folder: ModelFolder, options: GraphOptions): Promise<RunningGraph> {
  const subject = path.basename(folder.graphFile);
  let prepared: PreparedGraph | Sentence;
  try {
    prepared = await prepare(folder, options);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    if (error.code !== "no-causal-lm" && error.code !== "no-head-size")
      throw new ActionableError(`graph-${error.code}`, error.sentences.message ?? error.message, error.action, {
        cause: error,
      });
    prepared = error.sentences.message ?? sentenceFrom(error.message);
  }
  if (isRefusal(prepared)) return unpatched(folder, options, prepared);
  const { model, graph } = prepared;
  // From here on nobody needs the file as it was read, nor the patched graph with all of its weights.
  freeMemory();
  const { note, ...started } = await openModel(model, folder, (bytes, weights) =>
    startSessionOn(options.device, bytes, { threads: options.threads, ...weights }, subject),
  );
  return { ...graph, ...started, notes: [...graph.notes, ...(note === undefined ? [] : [note])] };
}

/** Has a model in memory find its weights beside its file, wherever links lead. */
async function openModel<Started>(
  bytes: Uint8Array,
  { graphFile }: ModelFolder,
  start: (model: Uint8Array, weights: { weightsFolder: string }) => Promise<Started>,
): Promise<Started> {
  const { model, folder } = await followLinks(bytes, path.dirname(graphFile));
  return start(model, { weightsFolder: folder });
}

/**
 * Reads, patches and proves a graph.
 * @returns why there is none, where it runs as its file has it
 * @throws GraphError where it cannot be patched
 */
async function prepare(folder: ModelFolder, options: GraphOptions): Promise<PreparedGraph | Sentence> {
  const { graphFile, config } = folder;
  const { threads, cacheFolder, signal } = options;
  const subject = path.basename(graphFile);
  const open = (bytes: Uint8Array, threads: number) =>
    openModel(bytes, folder, (model, weights) => startSession(model, { threads, ...weights }, subject));
  const bytes = await readWhole(folder);
  if (!options.openEnded) demandEnding(bytes, subject);
  if (options.patch === false) return asItCame(folder, bytes);
  // One thread: a proof is a few tokens, and the verdict must not depend on how many threads there are.
  const proof = { folder: path.dirname(graphFile), cacheFolder, signal, contextLength: contextLength(config) };
  const { graph, verdict } = await patchAndProve({ bytes, config, ...proof, open: (model) => open(model, 1) });
  const reasons: PatchVerdict["reasons"] = {};
  for (const { feature, reason } of graph.refusals) reasons[feature] = sentenceFrom(reason);
  // Few runs want what follows: the file is read again, rather than kept in memory by every model.
  const patchAgain = async () => {
    const { without, attention } = verdict;
    return patchGraph(await readWhole(folder), { config, without, attention });
  };
  const openEmbedding = async (): Promise<InferenceSession> => open((await patchAgain()).embedding!, 1);
  const openAttention = async (): Promise<InferenceSession | Sentence> => {
    const again = await patchAgain();
    const model = withAttentionWeights(again.model, rowParts(again.cache).length / 2);
    return model instanceof Uint8Array ? open(model, threads) : sentenceFrom(model);
  };
  // A graph that another file's look-up was put in front of is no file.
  const isFile = folder.embeddingFile === undefined;
  return {
    model: isFile ? weightsInPlace(graph.model, bytes, subject) : graph.model,
    graph: {
      openAttention,
      layout: patchedLayout(graph),
      openEmbedding: graph.embedding ? openEmbedding : undefined,
      verdict: { features: graph.features, reasons, proof: proofSentence(verdict) },
      notes: graph.notes,
      accuracyLevel: accuracyLevel(bytes),
      files: filesOf(folder, graph.externalFiles),
    },
  };
}

/** The model file, with what looks embeddings up in front where that is a graph of its own. */
async function readWhole({ graphFile, embeddingFile }: ModelFolder): Promise<Uint8Array> {
  const bytes = await readFile(graphFile);
  if (!wantsEmbeddings(bytes)) return bytes;
  if (embeddingFile !== undefined) {
    const lookUp = await readFile(embeddingFile);
    try {
      return withEmbeddingInFront(bytes, lookUp);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const why = error.message[0]!.toLowerCase() + error.message.slice(1);
      throw new GraphError("embedding-unusable", l10n.later`${path.basename(embeddingFile)}: ${why}`, { cause: error });
    }
  }
  const without = l10n.later`${path.basename(graphFile)} takes embeddings, and nothing in its folder looks them up.`;
  throw new GraphError("embedding-missing", without);
}

function proofSentence({ bitEqual, checks }: ProofVerdict): Sentence {
  if (bitEqual) return l10n.later`Proven at load: the patched graph gives the original's logits and cache bit for bit.`;
  const worst = Math.max(...checks.filter(({ features }) => features.length === 0).map(({ difference }) => difference));
  return l10n.later`Proven at load: the patched graph differs from the original by ${worst.toExponential(0)} at most.`;
}

/** The graph without any feature: the file itself, or where its cache is not fed as rows of float32 a graph that it is fed so. */
function asItCame(folder: ModelFolder, bytes: Uint8Array): PreparedGraph | Sentence {
  const reason = l10n.later`The graph runs as it came, as was asked for.`;
  const without = Object.fromEntries(graphFeatures.map((feature) => [feature, reason]));
  const graph = patchGraph(bytes, { config: folder.config, without });
  const isPlain = graph.cache.every((part) => isRowPart(part) && !part.bounded) && !graph.adapted;
  if (isPlain) return reason;
  const known = { layout: patchedLayout(graph), notes: graph.notes, files: filesOf(folder, graph.externalFiles) };
  return { model: graph.model, graph: { ...withoutFeatures(reason), ...known } };
}

/** The graph as hubs have it. What cannot be patched cannot be listed either, so weight files are not known by name. */
async function unpatched(
  folder: ModelFolder,
  { device, threads }: GraphOptions,
  reason: Sentence,
): Promise<RunningGraph> {
  const subject = path.basename(folder.graphFile);
  const { note, ...started } = await startSessionOn(device, folder.graphFile, { threads }, subject);
  return {
    ...started,
    notes: note === undefined ? [] : [note],
    layout: plainLayout(started.session, folder.config, subject),
    ...withoutFeatures(reason),
    files: [folder.graphFile],
  };
}

const withoutFeatures = (reason: Sentence) => ({
  openEmbedding: undefined,
  openAttention: () => Promise.resolve(reason),
  verdict: {
    features: NO_FEATURES,
    reasons: Object.fromEntries(graphFeatures.map((feature) => [feature, reason])),
    proof: undefined,
  },
  accuracyLevel: undefined,
});

function filesOf({ graphFile, embeddingFile }: ModelFolder, externalFiles: readonly string[]): string[] {
  const graphs = embeddingFile === undefined ? [graphFile] : [graphFile, embeddingFile];
  return [...graphs, ...weightFiles(path.dirname(graphFile), externalFiles)];
}

/** A model names its weight files itself, so those are believed only that lie inside its folder. */
function weightFiles(folder: string, names: readonly string[]): string[] {
  return names.map((name) => {
    const file = path.join(folder, name);
    if (!path.isAbsolute(name) && !path.relative(folder, file).startsWith("..")) return file;
    throw new ActionableError(
      "graph-weights-outside",
      l10n.later`The model names weights outside its own folder (${name}).`,
      "Choose a model from a source that you trust.",
    );
  });
}
