/** The exits view: the checks of one trace, when its answer first stood, and curves over settings. */
import { strategyTitle } from "../../src/core/catalogue";
import { replay } from "../../src/core/exits/replay";
import { budgetCurve, thresholdCurve } from "../../src/core/exits/replayCurves";
import { rulesAsked, scoreOf } from "../../src/core/exits/rules";
import { scoreScale, THRESHOLDS } from "../../src/core/exits/scale";
import type { Unit } from "../../src/core/exits/signals";
import { earlyAnswering, type EarlyAnswering } from "../../src/core/measure/earlyAnswer";
import { measure } from "../../src/core/measure/metrics";
import type { Check, Trace } from "../../src/core/trace/fold";
import { answerStrip, settledSentence } from "../charts/answerStrip";
import { checkSentence, scoreText } from "../charts/checkWords";
import { exitChart } from "../charts/exitChart";
import { ruleBars } from "../charts/ruleBars";
import { asThreshold, settingCurve, type NamedCurve } from "../charts/settingCurve";
import { formatCount, formatFineShare, formatMs, formatShare } from "../dom/quantities";
import type { PanelState, ShownTrace } from "../shown/state";

/** The traces that figures are of. */
export type ShownTraces = Pick<PanelState, "traces">;
import { yesNo, type FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

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

/** One rule that asked in a trace; the only one has its name for itself. */
export interface AskedRule {
  /** Names it among all of the panel. */
  key: string;
  shown: ShownTrace;
  /** The rule, where the trace holds checks of several. */
  by: string | undefined;
}

/** The trace with the checks of one rule alone. */
export const asAsked = ({ shown: { trace }, by }: AskedRule): Trace =>
  by === undefined ? trace : { ...trace, checks: trace.checks.filter((check) => check.by === by) };

/** The checks of one rule in a trace, and where `setting` would have stopped it. */
export function checksFigure(
  asked: AskedRule,
  setting: ExitSetting,
  onDrag: NonNullable<FigureSpec["onDrag"]>,
): FigureSpec {
  const { run, trace: whole, title, version } = asked.shown;
  const trace = asAsked(asked);
  const replayed = replay(whole, { ...setting, by: asked.by });
  return {
    key: asked.key,
    version: `${version} ${setting.threshold} ${setting.budget}`,
    title:
      asked.by === undefined
        ? l10n.t("{0}: exits", title)
        : l10n.t("{0}: exits by {1}", title, strategyTitle(asked.by)),
    caption: l10n.t(
      "Drag the threshold up or down in the picture and the budget along its lower edge, or use the sliders: the exit moves, with no model run again.",
    ),
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

/** The rules that asked in each trace of the panel. */
export const askedRules = (state: ShownTraces): AskedRule[] =>
  checkedTraces(state).flatMap((shown): AskedRule[] => {
    const rules = rulesAsked(shown.trace.checks);
    if (rules.length < 2) return [{ key: shown.run, shown, by: undefined }];
    return rules.map((by) => ({ key: `${shown.run} ${by}`, shown, by }));
  });

/** Where each of several rules would have stopped one trace, as it was set. */
function rulesFigure({ run, trace, title, version }: ShownTrace, rules: readonly string[]): FigureSpec {
  const stops = () =>
    rules.map((by) => {
      const { at, answer, correct, thinking, tokens, outcome } = replay(trace, { by });
      return { name: strategyTitle(by), at, answer, correct, thinking, tokens, stopped: outcome === "check" };
    });
  return {
    key: `${run} rules`,
    version: String(version),
    title: l10n.t("{0}: where each rule stops", title),
    caption: l10n.t(
      "Each rule as it is set, as if it had asked alone: the thinking that it leaves, and its trials. The lowest bar is no better where its answer is wrong.",
    ),
    draw: (theme, width) => ruleBars(stops(), { title, width, theme }),
    table: () => ({
      head: ["rule", "stops at thinking token", "answer", "right", "all tokens"],
      rows: stops().map(({ name, stopped, thinking, answer, correct, tokens }) => [
        name,
        stopped ? formatCount(thinking) : l10n.t("does not stop"),
        answer ?? "",
        yesNo(correct),
        formatCount(tokens),
      ]),
    }),
  };
}

/** Traces with a check that compared something. */
const checkedTraces = ({ traces }: ShownTraces): ShownTrace[] =>
  traces.filter(({ trace }) => trace.checks.some((check) => scoreOf(check) !== undefined));

/** Where each rule stops, for traces that several asked in. */
export const ruleFigures = (state: ShownTraces): FigureSpec[] =>
  checkedTraces(state).flatMap((shown) => {
    const rules = rulesAsked(shown.trace.checks);
    return rules.length > 1 ? [rulesFigure(shown, rules)] : [];
  });

/**
 * All other figures but those in which a person sets something.
 * @param single the traces that have figures of their own
 */
export function exitFigures(state: ShownTraces, single = state): FigureSpec[] {
  const early = single.traces.flatMap((shown) => {
    const answering = earlyAnswering(shown.trace);
    return answering ? [earlyFigure(shown, answering)] : [];
  });
  // Over several rules together a threshold means nothing: they have fronts of their own.
  const checked = checkedTraces(state).filter(({ trace }) => rulesAsked(trace.checks).length === 1);
  return checked.length > 1 ? [...early, curveFigure(checked)] : early;
}

/** Which answer the run had after each share of its thinking. */
function earlyFigure({ run, title, version }: ShownTrace, early: EarlyAnswering): FigureSpec {
  const source = early.from === "checks" ? l10n.t("its trial answers") : l10n.t("what its steps end in");
  return {
    key: `${run} early`,
    version: String(version),
    title: l10n.t("{0}: early answering", title),
    caption: l10n.t("{0} Read from {1}.", settledSentence(early), source),
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
      name: units.length > 1 ? l10n.t("threshold, {0}", l10n.t(unit)) : l10n.t("threshold"),
      points: thresholdCurve(
        traces.filter((trace) => unitIn(trace) === unit),
        THRESHOLDS[unit],
      ),
      setting: asThreshold(unit),
    })),
    {
      name: l10n.t("budget"),
      points: budgetCurve(traces, budgets),
      setting: (value) => l10n.t("{0} tokens", formatCount(value)),
    },
  ];
  return {
    key: "curve",
    version: shown.map(({ run, version }) => `${run} ${version}`).join(),
    title: l10n.t("Threshold, accuracy and tokens"),
    caption: l10n.t(
      "All traces with checks together: early exit over the threshold, and its control, truncation at a budget. A hollow dot counts runs whose recording ends too early to say.",
    ),
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
