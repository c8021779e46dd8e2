/** A survey thinks as chain of thought does, and trials stand beside it: without them it is a chain of thought, which need not be run again. */
import { chainOfThought } from "../src/engine/strategies/chainOfThought";
import type { RecordedRun } from "./recordedRuns";

/**
 * The chain of thought that a survey thought: its text, and the figures that it has without any check. Undefined where the survey did not
 * end its thinking by itself: it closes that before its tokens are used up (`thinkRatio`), where chain of thought goes on.
 */
export function withoutTrials(survey: RecordedRun): RecordedRun | undefined {
  const { tokens, ms, work, exit } = survey.figures;
  if (exit !== "end-of-thinking") return undefined;
  const total = tokens.thinking + tokens.answer;
  const figures: RecordedRun["figures"] = {
    ...survey.figures,
    tokens: { ...tokens, trial: 0, total },
    ms: { ...ms, checks: 0, total: ms.total - ms.checks },
    work: work && { ...work, processed: tokens.prompt - work.warm + total, reused: work.warm, generated: total },
    // Each token sees the prompt, those before it and itself.
    context: { peak: tokens.prompt + total, dependency: total * tokens.prompt + (total * (total + 1)) / 2 },
    checks: 0,
  };
  return { ...survey, strategy: chainOfThought.id, figures };
}
