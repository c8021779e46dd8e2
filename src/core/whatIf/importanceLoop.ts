/** Measuring which step mattered: the thought is sampled again from before each step and from behind it. */
import { ActionableError } from "../protocol/rpc";
import { fold, type Span, type Trace } from "../trace/fold";
import { isStep } from "../trace/kinds";
import type { EventOf, TraceEvent } from "../trace/trace";
import { spanText } from "../measure/metrics";
import { steady, type Pace } from "../measure/pace";
import { paced } from "../measure/paced";
import { importanceOf, type AnswerSample } from "./importance";
import { measuredSteps, spokenSteps } from "./spokenSteps";
import { runEvents, type Progress, type WhatIfEngine } from "./whatIfEngine";

export interface ImportanceOptions {
  /** Samples from each place. */
  samples: number;
  seed: number;
  /** Of decoding, as the temperature of the samples. */
  options?: Record<string, unknown>;
  /** Where the steps begin that are measured; by default all. */
  only?: readonly number[];
  /** Samples of one place under way at once; by default one. They come to the same in any number. */
  pace?: Pace;
}

export const IMPORTANCE_SAMPLES = { usual: 10, most: 100 };
/** Where what is behind a step begins: with the next step, so that one set of samples serves both. */
function behind(trace: Trace, step: Span): number {
  const next = spokenSteps(trace).find(({ from }) => from >= step.to);
  return next?.from ?? step.to;
}

/** Places to be sampled from, each once, of the steps that have not been measured yet. */
function placesOf(trace: Trace, only?: readonly number[]): number[] {
  const places = missing(trace, only).flatMap((step) => [step.from, behind(trace, step)]);
  return [...new Set(places)].sort((a, b) => a - b);
}

const missing = (trace: Trace, only?: readonly number[]): Span[] =>
  measuredSteps(trace).filter(
    ({ from }) => (only?.includes(from) ?? true) && !trace.importances.some((known) => known.from === from),
  );

/**
 * What measuring will take: runs, tokens that they write if the thought goes on for as long as it did, and milliseconds at the
 * pace of the trace, where that is known.
 */
export function importanceCost(
  trace: Trace,
  samples: number,
  only?: readonly number[],
): { steps: number; runs: number; tokens: number; ms: number | undefined } {
  const places = placesOf(trace, only);
  const { length } = trace.positions;
  const tokens = samples * places.reduce((sum, at) => sum + Math.max(0, length - at), 0);
  const timed = trace.positions.filter(({ ms }) => ms > 0);
  const pace = timed.reduce((sum, { ms }) => sum + ms, 0) / timed.length;
  const ms = Number.isFinite(pace) ? tokens * pace : undefined;
  return { steps: missing(trace, only).length, runs: samples * places.length, tokens, ms };
}

/**
 * Measures the steps of a trace that have not been measured, in their order: what was broken off goes on.
 * @returns one event a step, each as soon as it is known
 * @throws ActionableError `importance-no-steps`, and what the engine does
 */
export async function* measureImportance(
  events: readonly TraceEvent[],
  engine: Pick<WhatIfEngine, "branch" | "meanings">,
  { samples, seed, options, only, pace = steady(1) }: ImportanceOptions,
  onProgress: Progress = () => undefined,
): AsyncGenerator<EventOf<"importance">> {
  const trace = fold(events);
  if (measuredSteps(trace).length === 0)
    throw new ActionableError(
      "importance-no-steps",
      "The trace has no steps of thinking in words.",
      "Choose a run that thinks step by step.",
    );
  const own = runEvents(events);
  const places = placesOf(trace, only);
  const taken = new Map<number, AnswerSample[]>();
  let done = 0;
  const sampledAt = async (at: number): Promise<AnswerSample[]> => {
    const known = taken.get(at);
    if (known) return known;
    const draw = async (n: number): Promise<AnswerSample> => {
      const place = { events: own, at, kind: "sample" as const, seed: seed + at * 1009 + n };
      const order = { ...place, sample: { n, of: samples }, ...(options ? { options } : {}) };
      const sample = sampleOf(await engine.branch(order));
      done += 1;
      onProgress(done / (places.length * samples));
      return sample;
    };
    const found = await paced(
      pace,
      Array.from({ length: samples }, (_, index) => () => draw(index + 1)),
    );
    const vectors = await engine.meanings(found.map(({ step }) => step));
    const whole = found.map((sample, index) => ({ ...sample, vector: vectors[index] }));
    taken.set(at, whole);
    return whole;
  };
  for (const step of missing(trace, only)) {
    const text = spanText(trace, step);
    const [vector] = await engine.meanings([text]);
    const before = await sampledAt(step.from);
    const after = await sampledAt(behind(trace, step));
    yield importanceOf(step, { step: text, vector }, before, after, seed);
    // What lies before is not asked for again.
    for (const at of taken.keys()) if (at <= step.from) taken.delete(at);
  }
}

/** What a branch came to, and the first step that it wrote itself. */
function sampleOf(trace: Trace): AnswerSample {
  const fork = trace.fork ?? 0;
  const first = trace.spans.filter(({ kind, to }) => isStep(kind) && to > fork).sort((a, b) => a.from - b.from)[0];
  return { answer: trace.end?.answer, step: first ? spanText(trace, first) : "", vector: undefined };
}
