/** A dataset under several strategies, question by question: what the command line, the benchmark and the Bench view share. */
import { randomUUID } from "node:crypto";
import type { BenchRun } from "../../core/measure/benchTable";
import type { ModelReference, RunRequest } from "../../core/protocol/engineApi";
import { fold, type Trace } from "../../core/trace/fold";
import { measure } from "../../core/measure/metrics";
import type { TraceEvent } from "../../core/trace/trace";

/** One way to answer a question. `name` tells apart two settings of one strategy. */
export interface Contender {
  name: string;
  strategy: string;
  model: ModelReference;
  options?: Record<string, unknown>;
}

export interface Question {
  question: string;
  answer: string;
}

export interface DatasetRun extends BenchRun {
  trace: Trace;
  events: TraceEvent[];
}

/** Runs one request and gives its events; `Engine.run` with its notifications collected. */
export type RunRecorded = (request: RunRequest) => Promise<TraceEvent[]>;

/**
 * Every question under every contender, in turn, so that a comparison that is stopped has whole pairs.
 * @param cancelled asked before each run
 * @param known runs that were made before and are left out
 */
export async function* runDataset(
  run: RunRecorded,
  questions: readonly Question[],
  contenders: readonly Contender[],
  {
    seed = 0,
    cancelled = () => false,
    known = () => false,
  }: { seed?: number; cancelled?: () => boolean; known?: (question: number, name: string) => boolean } = {},
): AsyncGenerator<DatasetRun> {
  for (const [index, { question, answer }] of questions.entries()) {
    for (const { name, strategy, model, options } of contenders) {
      if (cancelled()) return;
      if (known(index, name)) continue;
      const events = await run({
        id: randomUUID(),
        model,
        strategy,
        seed,
        messages: [{ role: "user", content: question }],
        gold: answer,
        ...(options ? { options } : {}),
      });
      const trace = fold(events);
      const figures = measure(trace);
      if (trace.exit?.why === "cancelled") return;
      yield {
        question: index,
        strategy: name,
        answer: figures.answer,
        correct: figures.correct ?? false,
        figures,
        trace,
        events,
      };
    }
  }
}
