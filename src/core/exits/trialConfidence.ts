/** How sure a model was of a trial answer, from the log-probabilities of the tokens in the box (DEER, 2504.15895, §3.2). */

/** How one score comes of trials; `pro` is DEER-PRo, for which several are made. */
export const TRIAL_SCORES = ["geometric", "arithmetic", "pro"] as const;
/** What a trial has to close within its tokens to count. */
export const TRIAL_CLOSINGS = ["nothing", "box", "thinking"] as const;

export interface TrialTokens {
  /** Of the tokens inside the box; NaN where one is not known. */
  readonly logprobs: readonly number[];
  /** Whether the box was closed, and whether thinking was closed after it. */
  readonly closed: boolean;
  readonly closedThinking: boolean;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** 0 to 1. An empty box is no confidence at all. The paper takes the geometric mean, its default script the arithmetic one. */
export function trialConfidence(logprobs: readonly number[], mean: "geometric" | "arithmetic"): number {
  if (logprobs.length === 0 || logprobs.some(Number.isNaN)) return 0;
  if (mean === "geometric") return Math.exp(sum(logprobs) / logprobs.length);
  return sum(logprobs.map(Math.exp)) / logprobs.length;
}

/** One score, 0 to 1, from one or several trials. DEER-PRo: the mean over inducers less their mean absolute deviation. */
export function combinedConfidence(
  trials: readonly TrialTokens[],
  { score, mustClose }: { score: (typeof TRIAL_SCORES)[number]; mustClose: (typeof TRIAL_CLOSINGS)[number] },
): number {
  const counts = ({ closed, closedThinking }: TrialTokens): boolean =>
    mustClose === "nothing" || (closed && (mustClose === "box" || closedThinking));
  const scores = trials.map((trial) =>
    counts(trial) ? trialConfidence(trial.logprobs, score === "arithmetic" ? "arithmetic" : "geometric") : 0,
  );
  const mean = sum(scores) / scores.length;
  if (score !== "pro") return mean;
  return Math.max(0, mean - sum(scores.map((each) => Math.abs(each - mean))) / scores.length);
}
