/** A dataset under several strategies, question by question: what the command line, the benchmark and the Bench view share. */
import { randomUUID } from "node:crypto";
import type { BenchQuestion } from "../../core/measure/benchFile";
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

export type Question = BenchQuestion;

export interface DatasetRun extends BenchRun {
  trace: Trace;
  events: TraceEvent[];
}

/** Runs one request and gives its events; `Engine.run` with its notifications collected. */
export type RunRecorded = (request: RunRequest) => Promise<TraceEvent[]>;

/**
 * One question under one contender.
 * @param index of the question in its dataset
 * @param sample which of several it is
 * @returns undefined where the run was cancelled
 */
export async function askQuestion(
  run: RunRecorded,
  index: number,
  { question, answer, before = [] }: Question,
  { name, strategy, model, options }: Contender,
  seed: number,
  sample?: RunRequest["sample"],
): Promise<DatasetRun | undefined> {
  const events = await run({
    id: randomUUID(),
    model,
    strategy,
    seed,
    messages: [...before, { role: "user", content: question }],
    gold: answer,
    ...(options ? { options } : {}),
    ...(sample ? { sample } : {}),
  });
  const trace = fold(events);
  if (trace.exit?.why === "cancelled") return undefined;
  const figures = measure(trace);
  const { answer: given, correct } = figures;
  return { question: index, strategy: name, answer: given, correct, figures, trace, events };
}

/** Every question under every contender, in turn, so that a comparison that is stopped has whole pairs. */
export async function* runDataset(
  run: RunRecorded,
  questions: readonly Question[],
  contenders: readonly Contender[],
  seed = 0,
): AsyncGenerator<DatasetRun> {
  for (const [index, question] of questions.entries()) {
    for (const contender of contenders) {
      const asked = await askQuestion(run, index, question, contender, seed);
      if (!asked) return;
      yield asked;
    }
  }
}
