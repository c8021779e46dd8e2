/** Starting ONNX Runtime sessions: their options, and what a person is told when one does not start. */
import { readFileSync } from "node:fs";
import os from "node:os";
import type { InferenceSession as Native } from "onnxruntime-node";
import type { Device } from "../../../core/protocol/device";
import { ActionableError } from "../../../core/protocol/rpc";
import { InferenceSession, listSupportedBackends } from "./runtime";
import { l10n } from "../../../core/text/l10n";

const CPU = "cpu";
/** What `gpu` tries, the fastest first. */
const GPUS: readonly string[] = ["cuda", "dml", "coreml", "webgpu"];

/** One core stays free for the editor. Hyper-threads do not count: a second one on a core makes matrix products slower. */
export const defaultThreads = (): number => Math.max(1, Math.min(physicalCores(), os.availableParallelism()) - 1);

function physicalCores(): number {
  const logical = os.cpus().length;
  if (process.platform !== "linux") return process.arch === "x64" ? Math.ceil(logical / 2) : logical;
  try {
    const blocks = readFileSync("/proc/cpuinfo", "utf8").split("\n\n");
    const cores = blocks.map(
      (block) => `${/physical id\s*: (\d+)/.exec(block)?.[1]}/${/core id\s*: (\d+)/.exec(block)?.[1]}`,
    );
    const known = new Set(cores.filter((core) => !core.includes("undefined")));
    return known.size || logical;
  } catch {
    return logical;
  }
}

export interface SessionOptions {
  threads: number;
  /** Where a model given as bytes finds its external data. */
  weightsFolder?: string;
}

/** A session and the execution provider that it was started on; `note` says why that is not the device asked for. */
export interface StartedSession {
  session: InferenceSession;
  provider: string;
  note?: string;
}

/**
 * Starts a session on a device, or on the CPU where that cannot be had here. Operators that the device lacks run on the
 * CPU in any case.
 * @throws ActionableError as `startSession` does
 */
export async function startSessionOn(
  device: Device,
  model: string | Uint8Array,
  options: SessionOptions,
  subject: string,
): Promise<StartedSession> {
  const reasons: string[] = [];
  for (const provider of providersOf(device)) {
    try {
      return { session: await create(model, options, [provider, CPU]), provider };
    } catch (error) {
      reasons.push(`${provider}: ${firstLine(error)}`);
    }
  }
  const session = await startSession(model, options, subject);
  if (device === CPU) return { session, provider: CPU };
  const why = reasons.length > 0 ? reasons.join("; ") : "ONNX Runtime knows no such device on this platform";
  return { session, provider: CPU, note: `${subject} runs on the CPU, not on ${device} (${why}).` };
}

function providersOf(device: Device): readonly string[] {
  if (device === CPU) return [];
  const here = listSupportedBackends().map(({ name }) => name);
  return (device === "gpu" ? GPUS : [device]).filter((name) => here.includes(name));
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!.slice(0, 200).replace(/\.$/, "");

/**
 * @param model a file, or the bytes of one
 * @param subject how an error names the model
 * @throws ActionableError `engine-no-runtime`, `graph-weights-missing`, `graph-out-of-memory`, `graph-unreadable`
 */
export async function startSession(
  model: string | Uint8Array,
  options: SessionOptions,
  subject: string,
): Promise<InferenceSession> {
  try {
    return await create(model, options, [CPU]);
  } catch (error) {
    throw startFailure(error, subject);
  }
}

function create(
  model: string | Uint8Array,
  options: SessionOptions,
  executionProviders: readonly string[],
): Promise<InferenceSession> {
  const session: Native.SessionOptions = {
    executionProviders,
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: {
      session: {
        // Threads that never spin are woken anew for each of a step's products, which costs a quarter of it; threads that
        // spin on for long halve the speed of a machine that does something else as well. The gap from product to product
        // is some 20 µs.
        intra_op: { allow_spinning: "1", spin_duration_us: "20" },
        ...(options.weightsFolder ? { model_external_initializers_file_folder_path: options.weightsFolder } : {}),
      },
    },
  };
  return typeof model === "string" ? InferenceSession.create(model, session) : InferenceSession.create(model, session);
}

function startFailure(error: unknown, subject: string): ActionableError {
  if (error instanceof ActionableError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/external data|external initializer|_data\b|file_size|cannot be opened|No such file/i.test(text)) {
    return new ActionableError(
      "graph-weights-missing",
      l10n.later`The weights beside ${subject} are missing or incomplete.`,
      "Download the model's .onnx_data files again into the same folder.",
      { cause: error },
    );
  }
  if (/bad_alloc|allocat|out of memory/i.test(text)) {
    return new ActionableError(
      "graph-out-of-memory",
      l10n.later`There is not enough memory to load ${subject}.`,
      "Close other programs, or choose a smaller model or dtype.",
      { cause: error },
    );
  }
  return new ActionableError(
    "graph-unreadable",
    l10n.later`ONNX Runtime cannot load ${subject}.`,
    "Download the file again, or export the model anew.",
    { cause: error },
  );
}
