/** Every exit rule. A new one is a file beside this and a row here. */
import type { Check } from "../trace/fold";
import { agreementExit } from "./answerAgreement";
import { convergenceExit } from "./answerConvergence";
import { budgetExit } from "./budget";
import { deerExit } from "./deer";
import { entropyExit } from "./entropyAfterThinking";
import { probeExit } from "./probe";
import { recordedThreshold } from "./recordedThreshold";
import { passes, type ExitRule } from "./rule";
import { thinkBrakeExit } from "./thinkBrake";
import { redundancyExit } from "./semanticRedundancy";
import { SIGNALS, type SignalName, type Signals, type Unit } from "./signals";

/** Their settings and what they remember differ: `settingsFrom` and `initial` of a rule give what its `next` takes. */
export const RULES = [
  deerExit,
  probeExit,
  entropyExit,
  thinkBrakeExit,
  agreementExit,
  convergenceExit,
  redundancyExit,
  budgetExit,
] as unknown as readonly ExitRule[];

const isSignal = (name: string): name is SignalName => Object.hasOwn(SIGNALS, name);

/** The rule that asked at this check; one that is not known here is read as it was recorded. */
export function ruleOf({ by, signal, stopsBelow = false }: Check): ExitRule {
  const known = RULES.find(({ id }) => id === by);
  if (known) return known;
  const read = signal !== undefined && isSignal(signal) ? signal : stopsBelow ? "variance" : "confidence";
  return recordedThreshold(by, read, stopsBelow) as unknown as ExitRule;
}

/** The unit of what a rule compares, by its id or that of the strategy that asks it. */
export const unitOf = (id: string): Unit => SIGNALS[ruleOf({ at: 0, by: id }).signal].unit;

/** The rules that compared something in a trace, in the order in which they first asked. */
export const rulesAsked = (checks: readonly Check[]): string[] => [
  ...new Set(checks.flatMap((check) => (scoreOf(check) === undefined ? [] : [check.by]))),
];

/** Whether a check asks for an answer: others feed what ends thinking and take it back, or feed nothing. */
export const triesAnswer = (check: Check): boolean => ruleOf(check).reads.some((signal) => SIGNALS[signal].ofAnswer);

/** Whether a rule would try an answer at a check of which the recording holds none. */
export const lacksTrial = (rule: ExitRule, signals: Signals, settings: Settings): boolean =>
  rule.tries?.(signals, settings) === true &&
  rule.reads.some((signal) => SIGNALS[signal].ofAnswer && signals[signal] === undefined);

type Settings = Parameters<ExitRule["next"]>[2];

/** What was read at a check. Version 0.1.0 recorded only the figure that was compared, as `confidence` whatever it was. */
export function signalsOf(check: Check, rule = ruleOf(check)): Signals {
  if (check.signals) return check.signals;
  return check.confidence === undefined ? {} : { [rule.signal]: check.confidence };
}

/** The figure of a check that is compared with its threshold. */
export interface CheckScore {
  signal: SignalName;
  value: number;
  unit: Unit;
  threshold: number | undefined;
  stopsBelow: boolean;
}

/** @returns undefined for a check that compares nothing, as a trial answer that nobody waits for */
export function scoreOf(check: Check): CheckScore | undefined {
  const rule = ruleOf(check);
  const { signal, stopsBelow } = rule;
  const value = signalsOf(check, rule)[signal];
  if (value === undefined) return undefined;
  return { signal, value, unit: SIGNALS[signal].unit, threshold: check.threshold, stopsBelow };
}

/** Whether the score of this check alone passes its threshold; undefined where either is missing. */
export function checkPasses(check: Check): boolean | undefined {
  const score = scoreOf(check);
  if (score?.threshold === undefined) return undefined;
  return passes(score.value, score.threshold, score.stopsBelow);
}
