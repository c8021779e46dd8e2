/** One engine, one context length, one process: what is measured and how it is told. */

import { fileURLToPath } from "node:url";

/** As in the product, a graph is proven once and not at every load. */
export const VERDICTS = fileURLToPath(new URL("../../.cache/bench/verdicts", import.meta.url));

export const ENGINES = ["thoughtlens", "transformers.js", "llama.cpp"] as const;
export type EngineName = (typeof ENGINES)[number];
/** What is measured: the engines, and what the runtime alone makes of the unpatched graph. */
export type Measured = EngineName | "the graph as it came";

export interface Task {
  engine: Measured;
  /** A folder in Hugging Face layout; for llama.cpp with `model.gguf` in it. */
  model: string;
  dtype: string | undefined;
  threads: number;
  /** Tokens in the cache before the first measured step. */
  context: number;
  /** Tokens decoded. */
  steps: number;
}

export interface Timings {
  /** Milliseconds until the whole context had been read. */
  prefillMs: number;
  /** Milliseconds of each step after the first. */
  stepMs: number[];
  /** Share of the decoding time that recording the trace took, with what else might have been chosen; only ours records. */
  recordingShare?: number;
  /** By how much of itself the trace is longer for that. */
  alternativesGrowth?: number;
  /** Share of the decoding time that it takes to look for loops, with hidden states where the model shows them. */
  loopsShare?: number;
  /** Milliseconds of a trial answer at the end of the context, taken back; only ours tries any. */
  checkMs?: number;
}

export interface Measurement {
  /** From the median step. */
  tokensPerSecond: number;
  prefillTokensPerSecond: number;
  peakRssMiB: number;
  recordingShare?: number;
  alternativesGrowth?: number;
  loopsShare?: number;
  checkMs?: number;
}

/** The better of two measurements of one task, figure by figure: what else the machine did only made them worse. */
export function betterOf(a: Measurement, b: Measurement): Measurement {
  const least = (key: "recordingShare" | "loopsShare" | "checkMs") =>
    a[key] === undefined || b[key] === undefined ? {} : { [key]: Math.min(a[key], b[key]) };
  const growths = [a, b].flatMap(({ alternativesGrowth }) => alternativesGrowth ?? []);
  return {
    tokensPerSecond: Math.max(a.tokensPerSecond, b.tokensPerSecond),
    prefillTokensPerSecond: Math.max(a.prefillTokensPerSecond, b.prefillTokensPerSecond),
    peakRssMiB: Math.min(a.peakRssMiB, b.peakRssMiB),
    ...least("recordingShare"),
    ...least("loopsShare"),
    ...(growths.length > 0 ? { alternativesGrowth: Math.max(...growths) } : {}),
    ...least("checkMs"),
  };
}

/** Ids of a prompt that no engine takes a short cut on: spread over the beginning of the vocabulary. */
export const promptIds = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => 100 + ((index * 7919) % 400));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
