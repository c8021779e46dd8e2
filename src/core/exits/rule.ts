/**
 * Exit rules: whether thinking may stop, decided from signals alone. A rule is a pure object; the same one stops a live run
 * and replays a recorded one, so that a slider can never say something else than a run does.
 */
import type { ExitReason } from "../trace/kinds";
import type { SettingsOf } from "./setting";
import type { SignalName, Signals } from "./signals";

/** What a rule says of one check. */
export interface Decision {
  readonly stops: boolean;
  /** What it made of the signals and compares with its threshold; undefined where they were not read. */
  readonly score: number | undefined;
  /** A remark for the person who looks at the check. */
  readonly why?: string;
}

/**
 * @typeParam Settings numbers by name
 * @typeParam State what it has to remember from one check to the next
 */
export interface ExitRule<Settings = Readonly<Record<string, number | undefined>>, State = unknown> {
  /** Checks are `by` it. */
  readonly id: string;
  /** Why a run that it stops ended. */
  readonly reason: ExitReason;
  /** The signals that it reads. */
  readonly reads: readonly SignalName[];
  /** The one that its threshold is for: read, or computed from those that were read. */
  readonly signal: SignalName;
  /** Whether a score below the threshold stops; one above it does where this is false. */
  readonly stopsBelow: boolean;
  readonly settings: SettingsOf<Settings>;
  /**
   * Whether an answer is tried at a check, by the signals that are read without one; at every check where this is missing.
   * What is not tried is not paid for.
   */
  tries?(signals: Signals, settings: Settings): boolean;
  /** Before the first check. */
  readonly initial: State;
  /** The next check in order: what it says of it, and what it remembers. Pure. */
  next(state: State, signals: Signals, settings: Settings): { readonly state: State; readonly decision: Decision };
}

/**
 * @param checks the signals of all checks so far, in order
 * @returns what the rule says of the last one
 */
export function decide<Settings, State>(
  rule: ExitRule<Settings, State>,
  checks: readonly Signals[],
  settings: Settings,
): Decision {
  let state = rule.initial;
  let decision: Decision = { stops: false, score: undefined };
  for (const signals of checks) ({ state, decision } = rule.next(state, signals, settings));
  return decision;
}

/** Index of the first check at which the rule stops; −1 where it does at none. */
export function firstStop<Settings, State>(
  rule: ExitRule<Settings, State>,
  checks: readonly Signals[],
  settings: Settings,
): number {
  let state = rule.initial;
  return checks.findIndex((signals) => {
    const next = rule.next(state, signals, settings);
    state = next.state;
    return next.decision.stops;
  });
}

/** A check of a rule that asks for several passes in a row (patience, as in 2006.04152): how many there have been by now. */
export function inARow(
  passed: number,
  score: number | undefined,
  { threshold, patience = 1 }: { threshold: number | undefined; patience: number | undefined },
): { state: number; decision: Decision } {
  const state = passes(score, threshold, false) ? passed + 1 : 0;
  const stops = state >= patience;
  const why = state > 0 && !stops ? { why: `Pass ${state} of ${patience} in a row.` } : {};
  return { state, decision: { stops, score, ...why } };
}

/** Whether a score lies on the side of a threshold that stops. One that equals it does not. */
export function passes(score: number | undefined, threshold: number | undefined, stopsBelow: boolean): boolean {
  if (score === undefined || threshold === undefined) return false;
  return stopsBelow ? score < threshold : score > threshold;
}
