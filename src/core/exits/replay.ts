/**
 * What would have happened: a recorded trace under another threshold or budget, computed from its recorded checks.
 * No model runs; where the recording does not reach, that is said.
 */
import { closingOf } from "../measure/closing";
import type { ReplayOutcome } from "../measure/replayPoint";
import { measure, purposes, readAgain, type Figures } from "../measure/metrics";
import { gradeAnswer } from "../text/answer";
import { isByCheck, isCutShort } from "../trace/kinds";
import type { Check, Trace } from "../trace/fold";
import { budgetExit } from "./budget";
import { decide, type ExitRule } from "./rule";
import { settingsFrom } from "./setting";
import { lacksTrial, ruleOf, signalsOf } from "./rules";

export interface ReplayOptions {
  /** A check stops thinking when its score passes this. Undefined: the threshold recorded with each check. */
  threshold?: number | undefined;
  /** Thinking is cut after this many thinking tokens. Undefined: never. */
  budget?: number | undefined;
  /** Only checks by this one, as `deer`. Undefined: all. */
  by?: string | undefined;
  /** Other settings of the rule by name, in place of those that the run had. */
  settings?: Readonly<Record<string, number>> | undefined;
}

export interface Replay {
  outcome: ReplayOutcome;
  /** Where thinking would have ended, offset on the axis. */
  at: number;
  /** The check that stopped it, as an index into `trace.checks`. */
  check: number | undefined;
  answer: string | undefined;
  correct: boolean | undefined;
  /** Thinking tokens up to `at`, and those that close thinking. */
  thinking: number;
  /** Positions processed: trials, what closes thinking and the final answer included. */
  tokens: number;
  /** Milliseconds of prefill, decoding and checks. */
  ms: number;
  /** Against the run as it was recorded; trials counted on both sides. */
  saved: { tokens: number; ms: number };
}

interface Cost {
  tokens: number;
  ms: number;
}

/** Running sums over the axis: [positions + 1]. */
interface Ledger {
  thinking: Uint32Array;
  /** Milliseconds, trials left out: checks say what they took. */
  ms: Float64Array;
  /** Milliseconds of thinking alone. */
  thinkingMs: Float64Array;
  /** Where what closes thinking begins: a run pays for that wherever it ends. */
  closing: number;
  answer: Cost;
  prefill: number;
  /** Positions off the axis that a run which stops at an offset has processed all the same. */
  besidesAt: (offset: number) => number;
}

function ledgerOf(trace: Trace, { tokens }: Figures): Ledger {
  const purpose = purposes(trace);
  const thinking = new Uint32Array(purpose.length + 1);
  const ms = new Float64Array(purpose.length + 1);
  const thinkingMs = new Float64Array(purpose.length + 1);
  const answer: Cost = { tokens: 0, ms: 0 };
  purpose.forEach((each, at) => {
    const took = trace.positions[at]!.ms;
    thinking[at + 1] = thinking[at]! + (each === "thinking" ? 1 : 0);
    ms[at + 1] = ms[at]! + (each === "trial" ? 0 : took);
    thinkingMs[at + 1] = thinkingMs[at]! + (each === "thinking" ? took : 0);
    if (each === "answer") {
      answer.tokens += 1;
      answer.ms += took;
    }
  });
  const prefill = [...trace.prefills, ...trace.rereads].reduce((sum, prefill) => sum + prefill.ms, 0);
  // What stands in or beside the first prompt is read in any case.
  const besides = tokens.total - purpose.length - readAgain(trace);
  const besidesAt = (offset: number): number => besides + readAgain(trace, offset);
  return { thinking, ms, thinkingMs, closing: closingOf(trace), answer, prefill, besidesAt };
}

const grade = (trace: Trace, answer: string | undefined): boolean | undefined =>
  trace.header?.gold === undefined ? undefined : gradeAnswer(answer, trace.header.gold);

/** Where no check tries an answer, as those by entropy, only that of the recorded exit is known. */
function answerOf(trace: Trace, recorded: Figures, check: Check | undefined): Pick<Replay, "answer" | "correct"> {
  if (trace.checks.every(({ answer }) => answer === undefined)) {
    const { why } = trace.exit ?? {};
    const led = check !== undefined && check === trace.checks.at(-1) && isByCheck(why);
    const { answer, correct } = recorded;
    return led ? { answer, correct: correct ?? grade(trace, answer) } : { answer: undefined, correct: undefined };
  }
  // A rule that tries no answer itself is told by one that did at the same place.
  const told =
    check && check.answer === undefined
      ? (trace.checks.find(({ at, answer }) => at === check.at && answer !== undefined) ?? check)
      : check;
  return { answer: told?.answer, correct: told?.correct ?? grade(trace, told?.answer) };
}

/** A check with its place among all of the trace. */
interface Counted {
  check: Check;
  index: number;
}

/** A rule's settings as the run had them; without a threshold nothing passes, whatever the rule's default is. */
function settingsOf(
  rule: ExitRule,
  { options }: { options: Record<string, unknown> },
  check: Check,
  asked: Pick<ReplayOptions, "threshold" | "settings">,
) {
  // A check says its patience where that is more than one.
  const { threshold, patience = 1 } = check;
  const settings = settingsFrom(rule.settings, { ...options, patience, ...asked.settings });
  return { ...settings, threshold: asked.threshold ?? threshold };
}

/** What the rules of `checks`, taken in the order in which they were made, come to. */
interface Asking {
  /** The first check at which its rule stops, or would try an answer that was not tried when the run was recorded. */
  stop: Counted | undefined;
  isUnknown: boolean;
  /** Checks that a live run would have paid for as they were recorded: those at which no answer would be tried are not. */
  paid: readonly Counted[];
}

function askAgain(trace: Trace, checks: readonly Counted[], options: ReplayOptions): Asking {
  const header = trace.header ?? { options: {} };
  const asked = new Map<string, { rule: ExitRule; state: unknown }>();
  const paid: Counted[] = [];
  let stop: Counted | undefined;
  let isUnknown = false;
  for (const counted of checks) {
    const { check } = counted;
    const rule = asked.get(check.by)?.rule ?? ruleOf(check);
    const signals = signalsOf(check, rule);
    const settings = settingsOf(rule, header, check, options);
    if (check.trial === undefined || (rule.tries?.(signals, settings) ?? true)) paid.push(counted);
    if (stop) continue;
    const state = asked.has(check.by) ? asked.get(check.by)!.state : rule.initial;
    const next = rule.next(state, signals, settings);
    asked.set(check.by, { rule, state: next.state });
    isUnknown = lacksTrial(rule, signals, settings);
    if (next.decision.stops || isUnknown) stop = counted;
  }
  return { stop, isUnknown, paid };
}

/** What checks cost that nobody asks here: a survey records those of every rule, and each would run without the others. */
function othersIn(asked: readonly Counted[], counted: readonly Counted[]) {
  if (asked.length === counted.length) return { ms: 0, before: () => 0 };
  const wanted = new Set(asked.map(({ index }) => index));
  const own = asked.flatMap(({ check }) => (check.trial ? [check.trial] : []));
  const isOwn = ([from, to]: readonly [number, number]) => own.some(([a, b]) => a <= from && to <= b);
  const unasked = counted.filter(({ index }) => !wanted.has(index)).map(({ check }) => check);
  const spans = unasked.flatMap(({ trial }) => (trial && !isOwn(trial) ? [trial] : []));
  // Rules that read the same trial stand at it one beside the other.
  const trials = [...new Map(spans.map((span) => [`${span[0]}-${span[1]}`, span])).values()];
  const seen = new Set<string>();
  const ms = unasked.reduce((sum, { trial, ms: took = 0 }) => {
    const key = trial ? `${trial[0]}-${trial[1]}` : "";
    if (trial && (isOwn(trial) || seen.has(key))) return sum;
    if (trial) seen.add(key);
    return sum + took;
  }, 0);
  return {
    ms,
    /** Positions of their trials before an offset. */
    before: (at: number) => trials.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, at) - from), 0),
  };
}

/** The first offset at which `budget` thinking tokens are used; undefined where there are fewer. */
function budgetEnd({ thinking }: Ledger, budget: number | undefined): number | undefined {
  if (budget === undefined || thinking.at(-1)! <= budget) return undefined;
  const settings = { tokens: budget, grace: 0 };
  const at = thinking.findIndex((tokens) => decide(budgetExit, [{ tokens }], settings).stops);
  return at < 0 ? undefined : at;
}

/** What every replay of one trace needs, computed once for many settings. */
interface Recording {
  ledger: Ledger;
  recorded: Figures;
}

function recordingOf(trace: Trace): Recording {
  const recorded = measure(trace);
  return { ledger: ledgerOf(trace, recorded), recorded };
}

/** Replays `trace`; checks are taken in the order in which they were made. */
export function replay(trace: Trace, options: ReplayOptions = {}): Replay {
  return replayer(trace)(options);
}

/** Replays `trace` under many settings, for which it is measured once. */
export function replayer(trace: Trace): (options: ReplayOptions) => Replay {
  const recording = recordingOf(trace);
  return (options) => replayRecording(trace, recording, options);
}

function replayRecording(trace: Trace, { ledger, recorded }: Recording, options: ReplayOptions): Replay {
  const length = trace.positions.length;
  const counted = trace.checks.map((check, index) => ({ check, index }));
  const asked = counted.filter(({ check }) => options.by === undefined || check.by === options.by);
  const { stop, isUnknown, paid } = askAgain(trace, asked, options);
  const cut = budgetEnd(ledger, options.budget);
  const others = othersIn(paid, counted);
  const work = recorded.ms.prefill + recorded.ms.decode + recorded.ms.checks - others.ms;

  const ended = (outcome: ReplayOutcome, at: number, last: Counted | undefined): Replay => {
    const position = Math.min(at, length);
    const until =
      outcome === "check" ? Math.min(Math.max(position, last?.check.trial?.[1] ?? position), length) : position;
    const checks = paid.filter(({ check, index }) => check.at < at || index === last?.index);
    const closing = Math.max(ledger.closing, until);
    const closingTokens = ledger.thinking[length]! - ledger.thinking[closing]!;
    const tokens = until - others.before(until) + closingTokens + ledger.answer.tokens + ledger.besidesAt(until);
    const ms =
      ledger.prefill +
      ledger.ms[until]! +
      (ledger.thinkingMs[length]! - ledger.thinkingMs[closing]!) +
      ledger.answer.ms +
      checks.reduce((sum, { check }) => sum + (check.ms ?? 0), 0);
    return {
      outcome,
      at: position,
      check: outcome === "check" ? last?.index : undefined,
      ...answerOf(trace, recorded, last?.check),
      thinking: ledger.thinking[position]! + closingTokens,
      tokens,
      ms,
      saved: { tokens: recorded.tokens.total - others.before(length) - tokens, ms: work - ms },
    };
  };

  const isFirst = stop !== undefined && (cut === undefined || stop.check.at <= cut);
  if (isFirst && !isUnknown) return ended("check", stop.check.at, stop);
  if (cut !== undefined && !isFirst) {
    return ended(
      "budget",
      cut,
      asked.findLast(({ check }) => check.at <= cut),
    );
  }
  const at = trace.exit?.at ?? length;
  return {
    outcome: isFirst || isCutShort(trace.exit?.why) ? "beyond" : "end",
    at: Math.min(at, length),
    check: undefined,
    answer: recorded.answer,
    correct: recorded.correct ?? grade(trace, recorded.answer),
    thinking: recorded.tokens.thinking,
    tokens: recorded.tokens.total - others.before(length),
    ms: work,
    saved: { tokens: 0, ms: 0 },
  };
}
