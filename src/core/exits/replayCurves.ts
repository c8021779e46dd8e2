/** Replays over many settings: of one trace as points, of several as accuracy and cost. */
import type { ReplayPoint } from "../measure/replayPoint";
import type { Trace } from "../trace/fold";
import { replayer, type ReplayOptions } from "./replay";
import { scoreOf } from "./rules";
import { scoreScale, THRESHOLDS } from "./scale";

export interface CurvePoint {
  /** The threshold or the budget. */
  setting: number;
  /** Traces with an expected answer, of which `accuracy` is the share that is right; 0 where there is none. */
  graded: number;
  accuracy: number;
  /** Means over all traces. */
  tokens: number;
  thinking: number;
  ms: number;
  /** Share of traces that a check or the budget stopped. */
  exits: number;
  /** Traces whose recording ends before this setting would have stopped them; they count as they were recorded. */
  beyond: number;
}

function pointsOf(
  trace: Trace,
  settings: readonly number[],
  options: (setting: number) => ReplayOptions,
): ReplayPoint[] {
  const replayed = replayer(trace);
  return settings.map((setting) => {
    const { outcome, tokens, thinking, ms, correct } = replayed(options(setting));
    return { setting, outcome, tokens, thinking, ms, ...(correct === undefined ? {} : { correct }) };
  });
}

/** Means over traces, setting by setting, in the order of the settings of the first trace. */
export function meanCurve(traces: readonly (readonly ReplayPoint[])[]): CurvePoint[] {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return (traces[0] ?? []).map(({ setting }) => {
    const replays = traces.flatMap((points) => points.find((point) => point.setting === setting) ?? []);
    const graded = replays.filter(({ correct }) => correct !== undefined);
    return {
      setting,
      graded: graded.length,
      accuracy: mean(graded.map(({ correct }) => Number(correct))),
      tokens: mean(replays.map(({ tokens }) => tokens)),
      thinking: mean(replays.map(({ thinking }) => thinking)),
      ms: mean(replays.map(({ ms }) => ms)),
      exits: mean(replays.map(({ outcome }) => Number(outcome === "check" || outcome === "budget"))),
      beyond: replays.filter(({ outcome }) => outcome === "beyond").length,
    };
  });
}

/** One trace at each threshold, those of its scores' unit by default; empty where it holds no check with a score. */
export function thresholdPoints(
  trace: Trace,
  thresholds = THRESHOLDS[scoreScale(trace.checks).unit],
  by?: string,
): ReplayPoint[] {
  if (!trace.checks.some((check) => scoreOf(check) !== undefined)) return [];
  return pointsOf(trace, thresholds, (threshold) => ({ threshold, by }));
}

/** Accuracy and cost of several traces over the threshold. */
export function thresholdCurve(traces: readonly Trace[], thresholds: readonly number[], by?: string): CurvePoint[] {
  return meanCurve(traces.map((trace) => pointsOf(trace, thresholds, (threshold) => ({ threshold, by }))));
}

/** Accuracy and cost of several traces over a budget of thinking tokens: truncation, the control of early exit. */
export function budgetCurve(traces: readonly Trace[], budgets: readonly number[]): CurvePoint[] {
  // No check stops anything here: no score passes NaN, from either side.
  return meanCurve(traces.map((trace) => pointsOf(trace, budgets, (budget) => ({ threshold: NaN, budget }))));
}
