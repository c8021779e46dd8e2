/** Runs of the tiny model and their scores by the same model, for tests. */
import path from "node:path";
import type { RunRequest } from "../../../src/core/protocol/engineApi";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { purposes } from "../../../src/core/measure/metrics";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { scoreTrace } from "../../../src/engine/scoring/scoreTrace";

export const TINY = path.resolve("test/fixtures/models/tiny");
export const QUESTION = "Mia has 12 apples and gives 3 of them to her brother. How many apples does she have?";

let loading: Promise<OnnxModel> | undefined;

/** Loaded once a process. */
export function tiny(): Promise<OnnxModel> {
  loading ??= loadOnnxModel(TINY, { threads: 1 });
  return loading;
}

const never = new AbortController().signal;
const noRoute = () => Promise.resolve({ by: "test", scores: [["chunked_symbolism", 1]] as ["chunked_symbolism", 1][] });

/** The events of one run on the tiny model. */
export async function run(strategy: string, options: Record<string, unknown> = {}): Promise<TraceEvent[]> {
  const model = await tiny();
  const request: RunRequest = {
    id: "original",
    model: { kind: "folder", path: TINY },
    strategy,
    messages: [{ role: "user", content: QUESTION }],
    gold: "9",
    options: { maxTokens: 60, ...options },
  };
  const events: TraceEvent[] = [];
  const emit = (batch: TraceEvent[]) => void events.push(...batch);
  await runStrategy({ backend: model, request, route: noRoute, emit, signal: never });
  return events;
}

interface Scored {
  events: TraceEvent[];
  trace: Trace;
  progress: number[];
}

/** Scores a trace with the tiny model. */
export async function score(
  original: TraceEvent[],
  options: Record<string, unknown> = {},
  signal = never,
  listen: (events: TraceEvent[]) => void = () => undefined,
): Promise<Scored> {
  const events: TraceEvent[] = [];
  const progress: number[] = [];
  await scoreTrace(
    await tiny(),
    { id: "scored", model: { kind: "folder", path: TINY }, events: original, options },
    {
      emit: (batch) => {
        events.push(...batch);
        listen(batch);
      },
      progress: (_message, fraction) => progress.push(fraction),
      signal,
    },
  );
  return { events, trace: fold(events), progress };
}

/** The checks of one exit rule. */
export const by = (trace: Trace, rule: string): Trace["checks"] => trace.checks.filter((check) => check.by === rule);

/** Positions of the text that stands: without trials. */
export function standing(trace: Trace): Trace["positions"] {
  const purpose = purposes(trace);
  return trace.positions.filter((_, at) => purpose[at] !== "trial");
}

export const textOf = (trace: Trace): string =>
  standing(trace)
    .map(({ text }) => text)
    .join("");
