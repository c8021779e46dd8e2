/**
 * A patched graph that was proven against its original, once for each file: the verdict is kept in a cache folder.
 *
 * A feature that fails its proof is left out and the rest is proven again; a graph in which everything fails is used
 * as it came, and says which features that rules out and why.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { env } from "./runtime";
import { ActionableError } from "../../../core/protocol/rpc";
import { rememberFile } from "../../../disk/wholeFile";
import { GraphError } from "./graph/graphError";
import { patchGraph } from "./patch/graphPatch";
import type { GraphConfig, GraphFeature, PatchedGraph, PatchOptions, Refusal } from "./patch/patchedGraph";
import { graphFeatures } from "./patch/patchedGraph";
import type { Proof, ProofCheck } from "./proof";
import { proveGraph } from "./proof";
import type { Reference } from "./proofReference";
import { gatherReference, proofWindow, singleToken } from "./proofReference";
import { l10n } from "../../../core/text/l10n";

/** Counted up when the patch or the proof changes, so that old verdicts are not believed. */
const verdictVersion = 8;

export interface ProofVerdict {
  version: number;
  /** Of the runtime that ran the proof. */
  runtime: string;
  /** SHA-256 of the model file, and size and time of change of its external files. */
  model: string;
  without: Partial<Record<GraphFeature, Refusal>>;
  attention: NonNullable<PatchOptions["attention"]>;
  bitEqual: boolean;
  batch: boolean;
  checks: ProofCheck[];
  /** Checks that failed on the way, for the log. */
  failures: ProofCheck[];
}

export interface ProofRequest {
  bytes: Uint8Array;
  config: GraphConfig;
  /** Tokens. */
  contextLength?: number | undefined;
  /** Folder of the model's external data. */
  folder: string;
  /** Folder for verdicts; without one every load proves anew. */
  cacheFolder?: string | undefined;
  /** Starts a session from a model file's bytes. Sessions of the proof are released before this returns. */
  open: (model: Uint8Array) => Promise<InferenceSession>;
  signal?: AbortSignal | undefined;
}

export interface ProvenGraph {
  graph: PatchedGraph;
  verdict: ProofVerdict;
}

/**
 * Patches and proves a model.
 * @throws GraphError of `patchGraph`, and `weights-missing`, `single-token`; errors of `open` on the original
 */
export async function patchAndProve(request: ProofRequest): Promise<ProvenGraph> {
  const { bytes, config, cacheFolder } = request;
  const first = patchGraph(bytes, { config });
  const model = await fingerprint(request, first.externalFiles);
  const file = cacheFolder && path.join(cacheFolder, `proof-${model.slice(0, 32)}.json`);
  const known = file ? await readVerdict(file, model) : undefined;
  if (known) {
    const { without, attention } = known;
    const asFirst = attention === "two-segment" && !Object.keys(without).length;
    return { graph: asFirst ? first : patchGraph(bytes, { config, without, attention }), verdict: known };
  }
  const proven = await prove(request, first, model);
  if (file) await writeVerdict(file, proven.verdict);
  return proven;
}

/** What to give up, one after another, when the patch as a whole fails. */
const retreats: { attention: ProofVerdict["attention"]; without: GraphFeature[] }[] = [
  { attention: "two-segment", without: [] },
  { attention: "fused", without: [] },
  { attention: "fused", without: ["attentionBias", "explicitPositions"] },
  { attention: "fused", without: ["attentionBias", "explicitPositions", "lastLogitsOnly", "logitStatistics"] },
  { attention: "fused", without: [...graphFeatures] },
];

async function prove(request: ProofRequest, first: PatchedGraph, model: string): Promise<ProvenGraph> {
  const { bytes, config, open, signal } = request;
  // With everything left out only the element types at the rim may differ from the file.
  const everything = Object.fromEntries(graphFeatures.map((feature) => [feature, ""]));
  const window = proofWindow(first);
  const patched = (options: Partial<PatchOptions>): PatchedGraph => patchGraph(bytes, { config, ...options });
  const shown = window ? patched({ window }) : first;
  const original =
    first.adapted || window
      ? patched({ without: everything, keepBounded: true, ...(window && { window }) }).model
      : bytes;
  const session = await open(original);
  const reference = await gatherReference(session, shown).finally(() => session.release());
  if (reference.together > (first.quantized ? 0.25 : 0.01)) throw new GraphError("single-token", singleToken);
  const reasons: Partial<Record<GraphFeature, Refusal>> = {};
  const failures: ProofCheck[] = [];
  for (const { attention, without } of retreats) {
    // Only GroupQueryAttention is computed differently when it is kept.
    if (attention === "fused" && !without.length && first.attention !== "two-segment") continue;
    for (const feature of without) reasons[feature] ??= "The patched model did not compute what the original does.";
    // A feature may fail alone; then it is left out and the others are proven without it.
    for (let attempts = graphFeatures.length; attempts > 0; attempts--) {
      signal?.throwIfAborted();
      const asFirst = attention === "two-segment" && !Object.keys(reasons).length;
      const graph = asFirst ? first : patched({ without: reasons, attention });
      const tried = window ? patched({ without: reasons, attention, window }) : graph;
      const proof = await tryGraph(request, tried, reference);
      const failed = proof.checks.filter((check) => !check.passed);
      if (!failed.length) {
        const { checks, bitEqual, batch } = proof;
        const verdict = {
          version: verdictVersion,
          runtime,
          model,
          without: reasons,
          attention,
          bitEqual,
          batch,
          checks,
          failures,
        };
        return { graph, verdict };
      }
      failures.push(...failed);
      const blamed = failed.every((check) => check.features.length) ? failed.flatMap((check) => check.features) : [];
      if (!blamed.length) break;
      for (const check of failed)
        for (const feature of check.features)
          reasons[feature] ??= l10n.later`It failed its proof at load (${check.name}).`;
    }
  }
  if (first.merged) throw new GraphError("single-token", singleToken);
  const unproven = "The model does not give the same results each time it is run, so nothing can be proven.";
  // As it came it is run with a cache of rows, if at all.
  throw new GraphError(first.cache.every(({ kind }) => kind === "rows") ? "no-causal-lm" : "unproven", unproven);
}

const runtime = `onnxruntime ${env.versions.node ?? env.versions.common}`;

async function tryGraph(request: ProofRequest, graph: PatchedGraph, reference: Reference): Promise<Proof> {
  const { config, contextLength } = request;
  const { hidden_size, n_embd, vocab_size } = config;
  const expected = { hiddenSize: hidden_size ?? n_embd, vocabSize: vocab_size, contextLength };
  const run = (patched: InferenceSession, embedding?: InferenceSession): Promise<Proof> =>
    proveGraph(patched, embedding, graph, reference, expected);
  try {
    return await using(request.open, graph.model, (patched) =>
      graph.embedding ? using(request.open, graph.embedding, (embedding) => run(patched, embedding)) : run(patched),
    );
  } catch (error) {
    // It says nothing about the patch, and must not be remembered.
    if (error instanceof ActionableError && error.code.endsWith("out-of-memory")) throw error;
    const text = error instanceof Error ? error.message : String(error);
    const check = { name: "loading", difference: Infinity, allowed: 0, passed: false, features: [], error: text };
    return { checks: [check], bitEqual: false, batch: false };
  }
}

async function using<T>(
  open: ProofRequest["open"],
  model: Uint8Array,
  act: (session: InferenceSession) => Promise<T>,
): Promise<T> {
  const session = await open(model);
  try {
    return await act(session);
  } finally {
    await session.release();
  }
}

async function fingerprint({ bytes, folder }: ProofRequest, externalFiles: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(bytes);
  for (const name of externalFiles) {
    const info = await stat(path.join(folder, name)).catch(() => undefined);
    if (!info) throw new GraphError("weights-missing", l10n.later`The weights file ${name} is not beside the model.`);
    hash.update(`${name} ${info.size} ${info.mtimeMs}`);
  }
  return hash.digest("hex");
}

async function readVerdict(file: string, model: string): Promise<ProofVerdict | undefined> {
  try {
    const verdict = JSON.parse(await readFile(file, "utf8")) as ProofVerdict;
    const valid = verdict.version === verdictVersion && verdict.model === model && verdict.runtime === runtime;
    return valid ? verdict : undefined;
  } catch {
    // Not there, or half written by a process that was killed: the proof is run again.
    return undefined;
  }
}

async function writeVerdict(file: string, verdict: ProofVerdict): Promise<void> {
  // JSON has no Infinity, which only failed checks have.
  const text = JSON.stringify(verdict, (_, value: unknown) => (value === Infinity ? 1e300 : value), 2);
  await rememberFile(file, text);
}
