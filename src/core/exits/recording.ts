/**
 * What a recorded run comes to, as a whole and where its thinking is cut: whether it is right, its tokens and its time, and
 * what its checks cost.
 */
import { measure } from "../measure/metrics";
import type { ReplayPoint } from "../measure/replayPoint";
import type { Check, Trace } from "../trace/fold";
import { deerExit } from "./deer";

/** Of one check on the average: tokens that were tried and taken back, and milliseconds. */
export interface CheckCost {
  tokens: number;
  ms: number;
}

export interface Outcome {
  right: boolean;
  thinking: number;
  tokens: number;
  ms: number;
  exits: boolean;
  beyond: boolean;
}

/** One recording with what does not depend on a rule. */
export interface Recording {
  trace: Trace;
  /** What was asked, as one text: samples of one question have it in common. */
  question: string;
  whole: Outcome;
}

/** @returns undefined for a run without a check that compares anything */
export const outcomeOf = (replayed: ReplayPoint | undefined): Outcome | undefined =>
  replayed && {
    right: replayed.correct === true,
    thinking: replayed.thinking,
    tokens: replayed.tokens,
    ms: replayed.ms,
    exits: replayed.outcome === "check" || replayed.outcome === "budget",
    beyond: replayed.outcome === "beyond",
  };

/** A recording that does not say what was asked is of a question of its own. */
const questionOf = ({ header }: Trace): string =>
  header?.messages?.length ? JSON.stringify(header.messages) : `run ${header?.id}`;

export function recordingOf(trace: Trace): Recording {
  const { correct, tokens, ms } = measure(trace);
  const [thinking, all] = [tokens.thinking, tokens.total - tokens.trial];
  const whole = { right: correct === true, thinking, tokens: all, ms: ms.prefill + ms.decode };
  return {
    trace,
    question: questionOf(trace),
    whole: { ...whole, exits: false, beyond: false },
  };
}

/** Thinking tokens up to a check: the offset without what was tried before it. */
function thinkingAt({ checks }: Trace, at: number): number {
  const spans = new Map(checks.flatMap(({ trial }) => (trial ? [[trial[0], trial[1]] as const] : [])));
  return [...spans].reduce((sum, [from, to]) => sum - (from < at ? Math.min(to, at) - from : 0), at);
}

export const answered = ({ checks }: Trace): Check[] => checks.filter((check) => check.by === deerExit.id);

/** The answer of the last trial before a number of thinking tokens; nothing is paid for it. */
export function cutAt({ trace, whole }: Recording, tokens: number): Outcome {
  if (whole.thinking <= tokens) return whole;
  const last = answered(trace).findLast((check) => thinkingAt(trace, check.at) <= tokens);
  return { ...shortened(whole, tokens), right: last?.correct === true };
}

/** With so many tokens of thinking; the others and their time are saved. */
function shortened(whole: Outcome, thinking: number): Outcome {
  const tokens = whole.tokens - (whole.thinking - thinking);
  return {
    ...whole,
    thinking,
    tokens,
    ms: (whole.ms * tokens) / Math.max(1, whole.tokens),
    exits: true,
    beyond: false,
  };
}

export function atBest({ trace, whole }: Recording): Outcome {
  const checks = answered(trace);
  const lastWrong = checks.findLastIndex(({ correct }) => correct !== true);
  const first = whole.right ? checks[lastWrong + 1] : undefined;
  if (!first) return whole;
  return shortened(whole, Math.min(whole.thinking, thinkingAt(trace, first.at)));
}

/** The sum of what checks cost; those that read the same trial share it. */
function costOfChecks(checks: readonly Check[]): CheckCost {
  const trials = new Set<string>();
  const sum = { tokens: 0, ms: 0 };
  for (const { trial, ms = 0 } of checks) {
    const key = trial?.join("-");
    if (key !== undefined && trials.has(key)) continue;
    if (key !== undefined) trials.add(key);
    sum.tokens += trial ? trial[1] - trial[0] : 0;
    sum.ms += ms;
  }
  return sum;
}

export const meanCost = ({ tokens, ms }: CheckCost, count: number): CheckCost => ({
  tokens: tokens / Math.max(1, count),
  ms: ms / Math.max(1, count),
});

/** Over all recordings, one of whose axes says nothing of another's. */
export const totalCost = (recordings: readonly Recording[], of: (check: Check) => boolean): CheckCost =>
  recordings
    .map(({ trace }) => costOfChecks(trace.checks.filter(of)))
    .reduce((sum, each) => ({ tokens: sum.tokens + each.tokens, ms: sum.ms + each.ms }), { tokens: 0, ms: 0 });

export const checkCount = (recordings: readonly Recording[], of: (check: Check) => boolean): number =>
  recordings.reduce((sum, { trace }) => sum + trace.checks.filter(of).length, 0);

/** The budget at which thinking that is cut has this mean length. */
export function budgetOfMean(recordings: readonly Recording[], mean: number): number {
  const cut = (budget: number) =>
    recordings.reduce((sum, { whole }) => sum + Math.min(whole.thinking, budget), 0) / Math.max(1, recordings.length);
  let [low, high] = [0, recordings.reduce((most, { whole }) => Math.max(most, whole.thinking), 0)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (cut(middle) < mean) low = middle;
    else high = middle;
  }
  return high;
}
