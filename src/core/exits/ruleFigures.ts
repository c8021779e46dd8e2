/**
 * What every exit rule would have done on recorded runs, at every setting: accuracy, tokens and false exits of each, the oracle
 * as the bound and truncation at the same mean length as the control. No model runs.
 */
import { bootstrapInterval, wilson } from "../measure/statistics";
import type { Check, Trace } from "../trace/fold";
import { conformalExit, type Promised } from "./conformal";
import {
  answered,
  atBest,
  budgetOfMean,
  checkCount,
  cutAt,
  meanCost,
  outcomeOf,
  recordingOf,
  totalCost,
  type CheckCost,
  type Outcome,
  type Recording,
} from "./recording";
import { thresholdPoints } from "./replayCurves";
import type { ExitRule } from "./rule";
import { RULES, signalsOf } from "./rules";
import { THRESHOLDS } from "./scale";
import { settingsFrom } from "./setting";
import { SIGNALS, type SignalName } from "./signals";

/** Accuracy is over questions, of which there may be several runs; all other figures are means over runs. */
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
  /** Share of runs that it stops, and which these are, by their places. */
  exits: number;
  stopped: readonly number[];
  /** Runs, by their places, that thinking to the end gets right and the exit wrong. */
  falseExits: readonly number[];
  /** Runs whose recording ends before this setting would have stopped them. */
  beyond: number;
}

export interface RuleFigures {
  rule: string;
  signal: SignalName;
  /** Signals that it reads and that the recordings lack: then there is nothing else. */
  lacks: readonly SignalName[];
  /** Questions whose recording lacks them while others hold them: they count as thought to the end. */
  without: number;
  /** What one check of it costs on the average. */
  check: CheckCost | undefined;
  /** At every threshold, in rising order. */
  points: readonly RulePoint[];
  /** At the setting of its paper, or our default; asked where the recording was, whatever a live run's places are. */
  usual: RulePoint | undefined;
  /** The cheapest that loses no more than half a point. */
  cheapest: RulePoint | undefined;
  /** The one that keeps the risk that was asked for. */
  promised: RulePoint | undefined;
  /** Thinking cut at the mean length of the cheapest, or of the usual one. */
  truncated: RulePoint | undefined;
}

export interface RuleTable {
  /** Runs, and questions that they are of: where there are several samples of one, intervals are over questions. */
  recordings: number;
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

/** What the cheapest setting may lose. */
const TOLERATED = 0.005;

function pointOf(threshold: number, outcomes: readonly Outcome[], recordings: readonly Recording[]): RulePoint {
  const mean = (value: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / Math.max(1, outcomes.length);
  const shares = sharesOfQuestions(outcomes, recordings);
  return {
    threshold,
    accuracy: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length),
    interval: wilson(
      shares.reduce((sum, share) => sum + share, 0),
      shares.length,
    ),
    band: bootstrapInterval(shares),
    thinking: mean(({ thinking }) => thinking),
    tokens: mean(({ tokens }) => tokens),
    ms: mean(({ ms }) => ms),
    exits: mean(({ exits }) => Number(exits)),
    stopped: outcomes.flatMap(({ exits }, place) => (exits ? [place] : [])),
    falseExits: outcomes.flatMap(({ right, exits }, place) =>
      exits && !right && recordings[place]!.whole.right ? [place] : [],
    ),
    beyond: outcomes.filter(({ beyond }) => beyond).length,
  };
}

/** Share of right answers of each question: samples of one question are no questions of their own. */
function sharesOfQuestions(outcomes: readonly Outcome[], recordings: readonly Recording[]): number[] {
  const questions = new Map<string, { right: number; samples: number }>();
  for (const [place, { right }] of outcomes.entries()) {
    const { question } = recordings[place]!;
    const asked = questions.get(question) ?? { right: 0, samples: 0 };
    questions.set(question, { right: asked.right + Number(right), samples: asked.samples + 1 });
  }
  return [...questions.values()].map(({ right, samples }) => right / samples);
}

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
  // Where it would try no answer a check of it costs nothing.
  const isPaid = (each: Check) => isOwn(each) && (rule.tries?.(signalsOf(each), settingsFrom(settings, {})) ?? true);
  const check = count === 0 ? undefined : meanCost(totalCost(recordings, isPaid), count);
  const without = recordings.filter((each) => lackedBy(rule, [each]).length > 0).length;
  const empty = { rule: id, signal, lacks, without, check, points: [] };
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
  // Over questions, as every point is.
  const { accuracy: whole } = pointOf(
    0,
    recordings.map((each) => each.whole),
    recordings,
  );
  const cheapest = cheapestOf(points.filter(({ accuracy }) => accuracy >= whole - TOLERATED - 1e-9));
  const usual = points.find(({ threshold }) => threshold === usualThreshold);
  const length = (cheapest ?? usual)?.thinking;
  return {
    ...empty,
    points,
    usual,
    cheapest,
    promised: promised && promisedOf(points, { ...promised, stopsBelow, recordings }),
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
  { stopsBelow, recordings, ...promised }: Promised & { stopsBelow: boolean; recordings: readonly Recording[] },
): RulePoint | undefined {
  const side = stopsBelow ? -1 : 1;
  // The test counts exits that know nothing of each other: of several samples of a question, its first.
  const places = new Set(firstOfQuestions(recordings));
  const curve = points.map(({ threshold, stopped, falseExits, tokens }) => ({
    threshold: side * threshold,
    patience: 1,
    exits: stopped.filter((place) => places.has(place)).length,
    wrong: falseExits.filter((place) => places.has(place)).length,
    thinking: tokens,
  }));
  const chosen = conformalExit(curve, promised);
  return chosen && points.find(({ threshold }) => side * threshold === chosen.threshold);
}

function firstOfQuestions(recordings: readonly Recording[]): number[] {
  const seen = new Set<string>();
  return recordings.flatMap(({ question }, place) => {
    if (seen.has(question)) return [];
    seen.add(question);
    return [place];
  });
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
    recordings: recordings.length,
    questions: firstOfQuestions(recordings).length,
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
