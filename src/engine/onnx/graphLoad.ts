/** From a model file to a running graph: patched where that works, as it came where it does not. */
import { access, readFile } from "node:fs/promises";
import path from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { ActionableError } from "../../core/rpc";
import { accuracyLevel } from "./accuracyLevel";
import type { PatchVerdict } from "./capabilities";
import { GraphError } from "./graphError";
import type { GraphLayout } from "./graphLayout";
import { NO_FEATURES, patchedLayout, plainLayout } from "./graphLayout";
import type { GraphFeature, PatchedGraph } from "./graphPatch";
import { patchGraph } from "./graphPatch";
import type { ModelFolder } from "./modelFolder";
import { startSession } from "./sessions";

export interface RunningGraph {
  session: InferenceSession;
  layout: GraphLayout;
  /** The look-up model ids → embeddings, where soft tokens can be fed. */
  embedding: InferenceSession | undefined;
  verdict: PatchVerdict;
  accuracyLevel: number | undefined;
  /** The model file and those with its weights. */
  files: string[];
}

/**
 * @throws ActionableError `graph-broken`, `weights-missing`, `no-causal-lm`, `graph-unreadable`, `out-of-memory`
 */
export async function loadGraph(folder: ModelFolder, threads: number): Promise<RunningGraph> {
  const subject = path.basename(folder.graphFile);
  const weightsFolder = path.dirname(folder.graphFile);
  const bytes = await readFile(folder.graphFile);
  let patched: PatchedGraph;
  try {
    patched = patchGraph(bytes, { config: folder.config });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    if (error.code === "not-onnx" || error.code === "cut-off") throw broken(error, subject);
    return unpatched(folder, threads, error.message);
  }
  const files = await weightFiles(weightsFolder, patched.externalFiles);
  refuseHalfFloats(patched, subject);
  const session = await startSession(patched.model, { threads, weightsFolder }, subject);
  const embedding =
    patched.embedding && (await startSession(patched.embedding, { threads: 1, weightsFolder }, subject));
  const reasons: Partial<Record<GraphFeature, string>> = {};
  for (const { feature, reason } of patched.refusals) reasons[feature] = reason;
  return {
    session,
    layout: patchedLayout(patched),
    embedding,
    verdict: { features: patched.features, reasons, proof: "The graph was patched at load." },
    accuracyLevel: accuracyLevel(bytes),
    files: [folder.graphFile, ...files],
  };
}

async function unpatched(folder: ModelFolder, threads: number, reason: string): Promise<RunningGraph> {
  const subject = path.basename(folder.graphFile);
  const session = await startSession(folder.graphFile, { threads }, subject);
  const layout = plainLayout(session, folder.config, subject);
  const reasons = Object.fromEntries(Object.keys(NO_FEATURES).map((feature) => [feature, reason]));
  return {
    session,
    layout,
    embedding: undefined,
    verdict: { features: NO_FEATURES, reasons, proof: "" },
    accuracyLevel: undefined,
    files: [folder.graphFile],
  };
}

/** A model names its weight files itself, so they are looked for inside its folder only. */
async function weightFiles(folder: string, names: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const inside = !path.isAbsolute(name) && !path.relative(folder, file).startsWith("..");
    if (
      !inside ||
      !(await access(file).then(
        () => true,
        () => false,
      ))
    ) {
      throw new ActionableError(
        "weights-missing",
        `The weights file ${name} is not beside the model in ${folder}.`,
        `Put ${path.basename(name)} of the same download into that folder.`,
      );
    }
    files.push(file);
  }
  return files;
}

/** The runtime's Node binding misreads float16 inputs once the language itself has a Float16Array. */
function refuseHalfFloats(graph: PatchedGraph, subject: string): void {
  if (!("Float16Array" in globalThis) || graph.cache.every((tensor) => tensor.dtype === "float32")) return;
  throw new ActionableError(
    "dtype-unsupported",
    `${subject} keeps its cache in float16, which cannot be fed from this version of Node.`,
    "Choose the q4 or fp32 variant of the model.",
  );
}

const broken = (error: GraphError, subject: string) =>
  new ActionableError("graph-broken", `${subject} is not a whole ONNX file.`, error.action, { cause: error });
