/** The exits view: the checks of one trace, when its answer first stood, and curves over settings. */
import { budgetCurve, replay, thresholdCurve } from "../../src/core/exits/replay";
import { scoreOf } from "../../src/core/exits/rules";
import { scoreScale, THRESHOLDS } from "../../src/core/exits/scale";
import type { Unit } from "../../src/core/exits/signals";
import { earlyAnswering, type EarlyAnswering } from "../../src/core/measure/earlyAnswer";
import { measure } from "../../src/core/measure/metrics";
import type { Check, Trace } from "../../src/core/trace/fold";
import { answerStrip, settledSentence } from "../charts/answerStrip";
import { checkSentence, scoreText } from "../charts/checkWords";
import { exitChart } from "../charts/exitChart";
import { asThreshold, settingCurve, type NamedCurve } from "../charts/settingCurve";
import { formatCount, formatFineShare, formatMs, formatShare } from "../dom/quantities";
import type { PanelState, ShownTrace } from "../shown/state";
import { yesNo, type FigureSpec } from "./figure";

/** What a person set by hand in the exit explorer. */
export interface ExitSetting {
  /** Undefined: as recorded with each check. */
  threshold: number | undefined;
  /** Thinking tokens; undefined: none. */
  budget: number | undefined;
}

/** The threshold that the recorded run ended with. */
function scoreCell(check: Check): string {
  const score = scoreOf(check);
  return score ? scoreText(score) : "";
}

export const recordedThreshold = (trace: Trace): number | undefined => trace.checks.at(-1)?.threshold;

/** The checks of one trace, and where `setting` would have stopped it. */
export function checksFigure(
  { run, trace, title, version }: ShownTrace,
  setting: ExitSetting,
  onDrag: NonNullable<FigureSpec["onDrag"]>,
): FigureSpec {
  const replayed = replay(trace, setting);
  return {
    key: run,
    version: `${version} ${setting.threshold} ${setting.budget}`,
    title: `${title}: exits`,
    caption:
      "Drag the threshold up or down in the picture and the budget along its lower edge, or use the sliders: the exit moves, with no model run again.",
    draw: (theme, width) =>
      exitChart(
        { run, title, trace, replayed, threshold: setting.threshold ?? recordedThreshold(trace) },
        width,
        theme,
      ),
    table: () => ({
      head: ["at token", "by", "answer", "right", "score", "check"],
      rows: trace.checks.map((check) => [
        formatCount(check.at),
        check.by,
        check.answer ?? "",
        yesNo(check.correct),
        scoreCell(check),
        checkSentence(check),
      ]),
    }),
    onDrag,
  };
}

/** Traces with a check that compared something. */
export const checkedTraces = ({ traces }: PanelState): ShownTrace[] =>
  traces.filter(({ trace }) => trace.checks.some((check) => scoreOf(check) !== undefined));

/** All figures but those in which a person sets something. */
export function exitFigures(state: PanelState): FigureSpec[] {
  const early = state.traces.flatMap((shown) => {
    const answering = earlyAnswering(shown.trace);
    return answering ? [earlyFigure(shown, answering)] : [];
  });
  const checked = checkedTraces(state);
  return checked.length > 1 ? [...early, curveFigure(checked)] : early;
}

/** Which answer the run had after each share of its thinking. */
function earlyFigure({ run, title, version }: ShownTrace, early: EarlyAnswering): FigureSpec {
  const source = early.from === "checks" ? "its trial answers" : "what its steps end in";
  return {
    key: `${run} early`,
    version: String(version),
    title: `${title}: early answering`,
    caption: `${settledSentence(early)} Read from ${source}.`,
    draw: (theme, width) => answerStrip({ run, title, early }, width, theme),
    table: () => ({
      head: ["share of thinking", "at token", "answer", "final", "right"],
      rows: early.points.map(({ share, at, answer, isFinal, correct }) => [
        formatFineShare(share),
        formatCount(at),
        answer ?? "",
        yesNo(isFinal),
        yesNo(correct),
      ]),
    }),
  };
}

/** Accuracy against tokens over the threshold, and over the budget as its control, of several traces together. */
function curveFigure(shown: readonly ShownTrace[]): FigureSpec {
  const traces = shown.map(({ trace }) => trace);
  const unitIn = ({ checks }: Trace): Unit => scoreScale(checks).unit;
  const units = [...new Set(traces.map(unitIn))];
  const longest = Math.max(...traces.map((trace) => measure(trace).tokens.thinking));
  const budgets = Array.from({ length: 11 }, (_, step) => Math.round((longest * step) / 10));
  const curves = (): NamedCurve[] => [
    ...units.map((unit) => ({
      name: units.length > 1 ? `threshold, ${unit}` : "threshold",
      points: thresholdCurve(
        traces.filter((trace) => unitIn(trace) === unit),
        THRESHOLDS[unit],
      ),
      setting: asThreshold(unit),
    })),
    { name: "budget", points: budgetCurve(traces, budgets), setting: (value) => `${formatCount(value)} tokens` },
  ];
  return {
    key: "curve",
    version: shown.map(({ run, version }) => `${run} ${version}`).join(),
    title: "Threshold, accuracy and tokens",
    caption:
      "All traces with checks together: early exit over the threshold, and its control, truncation at a budget. A hollow dot counts runs whose recording ends too early to say.",
    draw: (theme, width) => settingCurve(curves(), width, theme),
    table: () => ({
      head: ["by", "setting", "right", "mean tokens", "mean thinking", "mean time", "stopped", "beyond the recording"],
      rows: curves().flatMap((curve) => curveRows(curve, formatShare)),
    }),
  };
}

/** One row a setting: the curve's name, the setting, and what it comes to. */
export function curveRows({ name, points, setting }: NamedCurve, accuracy: (share: number) => string): string[][] {
  return points.map((point) => [
    name,
    setting(point.setting),
    accuracy(point.accuracy),
    formatCount(point.tokens),
    formatCount(point.thinking),
    formatMs(point.ms),
    formatShare(point.exits),
    String(point.beyond),
  ]);
}
