/** The answer of a model that was never taught to mark it: the last number, where nothing in the text says which it is. */
import { extractAnswer, gradeAnswer } from "../src/core/text/answer";
import { purposes } from "../src/core/measure/metrics";
import type { DatasetRun } from "../src/engine/runs/datasetRun";

export interface GradedRun extends DatasetRun {
  /** Whether the model marked its answer as it was asked to. */
  marked: boolean;
}

/** Takes the last number where a run marked no answer, whatever its strategy. */
export function gradeUnmarked(run: DatasetRun, gold: string): GradedRun {
  if (run.answer !== undefined) return { ...run, marked: true };
  const purpose = purposes(run.trace);
  const text = run.trace.positions
    .filter((_, at) => purpose[at] !== "trial" && purpose[at] !== "summary")
    .map((position) => position.text)
    .join("");
  const answer = extractAnswer(text, { conclusion: true, lastNumber: true })?.answer;
  return { ...run, answer, correct: gradeAnswer(answer, gold) ?? false, marked: false };
}
