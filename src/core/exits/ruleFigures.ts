/**
 * What every exit rule would have done on recorded runs, at every setting: accuracy, tokens and false exits of each, the oracle
 * as the bound and truncation at the same mean length as the control. No model runs.
 */
import { measure } from "../measure/metrics";
import type { ReplayPoint } from "../measure/replayPoint";
import { bootstrapInterval, wilson } from "../measure/statistics";
import type { Check, Trace } from "../trace/fold";
import { conformalExit, type Promised } from "./conformal";
import { deerExit } from "./deer";
import { thresholdPoints } from "./replay";
import type { ExitRule } from "./rule";
import { RULES, signalsOf } from "./rules";
import { THRESHOLDS } from "./scale";
import { SIGNALS, type SignalName } from "./signals";

/** Means over questions. */
export interface RulePoint {
  threshold: number;
  /** Share of questions that are answered rightly, with its 95 % Wilson interval. */
  accuracy: number;
  interval: readonly [low: number, high: number];
  /** As `interval`, by bootstrap over questions: bands of one table belong together. */
  band: readonly [low: number, high: number];
  /** Thinking tokens, and all tokens with those of trials. */
  thinking: number;
  tokens: number;
  /** Milliseconds of prefill, decoding and its own checks. */
  ms: number;
  /** Share of runs that it stops. */
  exits: number;
  /** Questions, by their places, that thinking to the end gets right and the exit wrong. */
  falseExits: readonly number[];
  /** Runs whose recording ends before this setting would have stopped them. */
  beyond: number;
}

export interface RuleFigures {
  rule: string;
  signal: SignalName;
  /** Signals that it reads and that the recordings lack: then there is nothing else. */
  lacks: readonly SignalName[];
  /** What one check of it costs on the average. */
  check: CheckCost | undefined;
  /** At every threshold, in rising order. */
  points: readonly RulePoint[];
  /** At the setting of its paper, or our default. */
  usual: RulePoint | undefined;
  /** The cheapest that loses no more than half a point. */
  cheapest: RulePoint | undefined;
  /** The one that keeps the risk that was asked for. */
  promised: RulePoint | undefined;
  /** Thinking cut at the mean length of the cheapest, or of the usual one. */
  truncated: RulePoint | undefined;
}

/** Of one check on the average: tokens that were tried and taken back, and milliseconds. */
export interface CheckCost {
  tokens: number;
  ms: number;
}

export interface RuleTable {
  questions: number;
  /** Places at which rules were asked, and what asking all of them at one costs, a trial that several read counted once. */
  asked: CheckCost & { places: number };
  /** Thinking to the end, without a check. */
  whole: RulePoint;
  /** Stopped at the first check from which the answer stays right; where there is none, at the end. */
  oracle: RulePoint | undefined;
  /** The control: thinking cut after so many tokens, the answer of the last trial before taken for nothing. */
  truncation: readonly RulePoint[];
  rules: readonly RuleFigures[];
}

interface Outcome {
  right: boolean;
  thinking: number;
  tokens: number;
  ms: number;
  exits: boolean;
  beyond: boolean;
}

/** One recording with what does not depend on a rule. */
interface Recording {
  trace: Trace;
  whole: Outcome;
}

/** What the cheapest setting may lose. */
const TOLERATED = 0.005;

function pointOf(threshold: number, outcomes: readonly Outcome[], recordings: readonly Recording[]): RulePoint {
  const mean = (value: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / Math.max(1, outcomes.length);
  return {
    threshold,
    accuracy: mean(({ right }) => Number(right)),
    interval: wilson(outcomes.filter(({ right }) => right).length, outcomes.length),
    band: bootstrapInterval(outcomes.map(({ right }) => Number(right))),
    thinking: mean(({ thinking }) => thinking),
    tokens: mean(({ tokens }) => tokens),
    ms: mean(({ ms }) => ms),
    exits: mean(({ exits }) => Number(exits)),
    falseExits: outcomes.flatMap(({ right, exits }, place) =>
      exits && !right && recordings[place]!.whole.right ? [place] : [],
    ),
    beyond: outcomes.filter(({ beyond }) => beyond).length,
  };
}

/** @returns undefined for a run without a check that compares anything */
const outcomeOf = (replayed: ReplayPoint | undefined): Outcome | undefined =>
  replayed && {
    right: replayed.correct === true,
    thinking: replayed.thinking,
    tokens: replayed.tokens,
    ms: replayed.ms,
    exits: replayed.outcome === "check" || replayed.outcome === "budget",
    beyond: replayed.outcome === "beyond",
  };

function recordingOf(trace: Trace): Recording {
  const { correct, tokens, ms } = measure(trace);
  const [thinking, all] = [tokens.thinking, tokens.total - tokens.trial];
  const whole = { right: correct === true, thinking, tokens: all, ms: ms.prefill + ms.decode };
  return { trace, whole: { ...whole, exits: false, beyond: false } };
}

/** Thinking tokens up to a check: the offset without what was tried before it. */
function thinkingAt({ checks }: Trace, at: number): number {
  const spans = new Map(checks.flatMap(({ trial }) => (trial ? [[trial[0], trial[1]] as const] : [])));
  return [...spans].reduce((sum, [from, to]) => sum - (from < at ? Math.min(to, at) - from : 0), at);
}

const answered = ({ checks }: Trace): Check[] => checks.filter((check) => check.by === deerExit.id);

/** The answer of the last trial before a number of thinking tokens; nothing is paid for it. */
function cutAt({ trace, whole }: Recording, tokens: number): Outcome {
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

function atBest({ trace, whole }: Recording): Outcome {
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

const meanCost = ({ tokens, ms }: CheckCost, count: number): CheckCost => ({
  tokens: tokens / Math.max(1, count),
  ms: ms / Math.max(1, count),
});

/** Over all recordings, one of whose axes says nothing of another's. */
const totalCost = (recordings: readonly Recording[], of: (check: Check) => boolean): CheckCost =>
  recordings
    .map(({ trace }) => costOfChecks(trace.checks.filter(of)))
    .reduce((sum, each) => ({ tokens: sum.tokens + each.tokens, ms: sum.ms + each.ms }), { tokens: 0, ms: 0 });

const checkCount = (recordings: readonly Recording[], of: (check: Check) => boolean): number =>
  recordings.reduce((sum, { trace }) => sum + trace.checks.filter(of).length, 0);

/** What a rule reads and no check of it holds. */
function lackedBy({ id, reads, signal }: ExitRule, recordings: readonly Recording[]): SignalName[] {
  const checks = recordings.flatMap(({ trace }) => trace.checks.filter(({ by }) => by === id));
  const read = checks.map((check) => signalsOf(check));
  // Version 0.1.0 kept the figure that is compared, and not what it was made of.
  if (read.some((signals) => signals[signal] !== undefined)) return [];
  return reads.filter((name) => !read.some((signals) => signals[name] !== undefined));
}

function figuresOf(rule: ExitRule, recordings: readonly Recording[], promised: Promised | undefined): RuleFigures {
  const { id, signal, stopsBelow, settings } = rule;
  const lacks = lackedBy(rule, recordings);
  const isOwn = ({ by }: Check) => by === id;
  const count = checkCount(recordings, isOwn);
  const check = count === 0 ? undefined : meanCost(totalCost(recordings, isOwn), count);
  const empty = { rule: id, signal, lacks, check, points: [] };
  const none = { usual: undefined, cheapest: undefined, promised: undefined, truncated: undefined };
  if (lacks.length > 0) return { ...empty, ...none };
  const usualThreshold =
    (settings as Record<string, { default?: number }>)["threshold"]?.default ?? recorded(id, recordings);
  const thresholds = new Set([
    ...THRESHOLDS[SIGNALS[signal].unit],
    ...(usualThreshold === undefined ? [] : [usualThreshold]),
  ]);
  const tried = [...thresholds].sort((a, b) => a - b);
  const replays = recordings.map(({ trace }) => thresholdPoints(trace, tried, id));
  const points = tried.map((threshold, index) =>
    pointOf(
      threshold,
      recordings.map(({ whole }, place) => outcomeOf(replays[place]![index]) ?? whole),
      recordings,
    ),
  );
  const whole = recordings.filter((each) => each.whole.right).length / Math.max(1, recordings.length);
  const cheapest = cheapestOf(points.filter(({ accuracy }) => accuracy >= whole - TOLERATED - 1e-9));
  const usual = points.find(({ threshold }) => threshold === usualThreshold);
  const length = (cheapest ?? usual)?.thinking;
  return {
    ...empty,
    points,
    usual,
    cheapest,
    promised: promised && promisedOf(points, { ...promised, stopsBelow, questions: recordings.length }),
    truncated:
      length === undefined
        ? undefined
        : pointOf(
            length,
            recordings.map((each) => cutAt(each, budgetOfMean(recordings, length))),
            recordings,
          ),
  };
}

/** The threshold of the recorded checks, where a rule has none of its own: a probe's is in its file. */
const recorded = (id: string, recordings: readonly Recording[]): number | undefined =>
  recordings.flatMap(({ trace }) => trace.checks).find(({ by, threshold }) => by === id && threshold !== undefined)
    ?.threshold;

const cheapestOf = (points: readonly RulePoint[]): RulePoint | undefined =>
  points.reduce<RulePoint | undefined>((best, each) => (best && best.tokens <= each.tokens ? best : each), undefined);

function promisedOf(
  points: readonly RulePoint[],
  { stopsBelow, questions, ...promised }: Promised & { stopsBelow: boolean; questions: number },
): RulePoint | undefined {
  const side = stopsBelow ? -1 : 1;
  const curve = points.map(({ threshold, exits, falseExits, tokens }) => ({
    threshold: side * threshold,
    patience: 1,
    exits: Math.round(exits * questions),
    wrong: falseExits.length,
    thinking: tokens,
  }));
  const chosen = conformalExit(curve, promised);
  return chosen && points.find(({ threshold }) => side * threshold === chosen.threshold);
}

/** The budget at which thinking that is cut has this mean length. */
function budgetOfMean(recordings: readonly Recording[], mean: number): number {
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

/** Budgets at which truncation is asked: steps of the longest thinking. */
const BUDGETS = 12;

function truncationOf(recordings: readonly Recording[]): RulePoint[] {
  const longest = recordings.reduce((most, { whole }) => Math.max(most, whole.thinking), 0);
  const budgets = Array.from({ length: BUDGETS + 1 }, (_, step) => Math.round((longest * step) / BUDGETS));
  return budgets.map((budget) =>
    pointOf(
      budget,
      recordings.map((each) => cutAt(each, budget)),
      recordings,
    ),
  );
}

/**
 * @param traces recordings of whole chains, as a survey or a scoring makes them; those without an expected answer are left out
 * @param promised the risk that a setting is to keep
 */
export function ruleTable(traces: readonly Trace[], promised?: Promised): RuleTable {
  const recordings = traces.filter((trace) => trace.header?.gold !== undefined).map(recordingOf);
  const hasTrials = recordings.some(({ trace }) => answered(trace).length > 0);
  const places = recordings.reduce((sum, { trace }) => sum + new Set(trace.checks.map(({ at }) => at)).size, 0);
  return {
    questions: recordings.length,
    asked: {
      places,
      ...meanCost(
        totalCost(recordings, () => true),
        places,
      ),
    },
    whole: pointOf(
      Number.NaN,
      recordings.map(({ whole }) => whole),
      recordings,
    ),
    truncation: hasTrials ? truncationOf(recordings) : [],
    oracle: hasTrials ? pointOf(Number.NaN, recordings.map(atBest), recordings) : undefined,
    rules: RULES.filter(({ reads }) => !reads.includes("tokens")).map((rule) => figuresOf(rule, recordings, promised)),
  };
}
