/** What loading and running a model may take before the engine is ended: far more than sound models need. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { under, type Guard, type WorkLimits } from "../../watchdog/guard";

const MIB = 2 ** 20;
/** Milliseconds and bytes that any model gets, however small. */
const LEAST_MS = 30_000;
const LEAST_BYTES = 400 * MIB;
/** A slow disk reads so many bytes in a millisecond, and loading holds so many copies of the weights at most. */
const BYTES_PER_MS = 10_000;
const COPIES = 6;
/** Tokenizer and template: read and tried on one letter. */
const TOKENIZER_MS = 10_000;
/** Milliseconds of one pass over a chunk of a prompt, for each byte of the model. */
const PASS_MS_PER_BYTE = 1e-4;

export const tokenizerLimits = (name: string): WorkLimits => ({
  what: `Reading the tokenizer of ${name}`,
  ms: TOKENIZER_MS,
  bytes: LEAST_BYTES,
  abandonable: true,
});

/** @param graphFile the weights lie beside it under names that begin as its own does */
export async function graphLimits(name: string, graphFile: string): Promise<WorkLimits> {
  const bytes = await weightBytes(graphFile);
  return {
    what: `Loading ${name}`,
    ms: LEAST_MS + bytes / BYTES_PER_MS,
    bytes: LEAST_BYTES + COPIES * bytes,
    abandonable: true,
  };
}

/** Bytes of a graph and of the weights beside it. */
export async function weightBytes(graphFile: string): Promise<number> {
  const folder = path.dirname(graphFile);
  const names = (await readdir(folder)).filter((name) => name.startsWith(path.basename(graphFile, ".onnx")));
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  return sizes.reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0);
}

/** What one pass may take. @param bytes of the model's files */
export const passLimits = (name: string, bytes: number): WorkLimits => ({
  what: `A step of ${name}`,
  ms: LEAST_MS + bytes * PASS_MS_PER_BYTE,
  bytes: LEAST_BYTES + COPIES * bytes,
});

/** The session with bounds on each of its passes. */
export function guardedSession(session: InferenceSession, guard: Guard, limits: WorkLimits): InferenceSession {
  const run = (...given: Parameters<InferenceSession["run"]>) => under(guard, limits, () => session.run(...given));
  // As other properties are, so that whoever wraps it again can put another in its place.
  return Object.create(session, { run: { value: run, configurable: true, writable: true } }) as InferenceSession;
}
