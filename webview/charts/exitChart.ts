/** Every check of a trace, and where thinking would have stopped under a threshold and a budget set by hand. */
import type { Trace } from "../../src/core/trace/fold";
import type { Replay } from "../../src/core/exits/replay";
import { scoreScale, type ScoreScale } from "../../src/core/exits/scale";
import { exitPlace } from "../../src/core/trace/exitPlace";
import { checkDots, exitLine, spanStrip, thresholdLine } from "./checkMarks";
import { upPlot, acrossPlot, bottomAxis, leftAxis } from "./axes";
import { Occupied } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { formatCount } from "../dom/quantities";
import { exitWords } from "../../src/core/trace/exitWords";
import { l10n } from "../../src/core/text/l10n";

export interface ExitChartData {
  run: string;
  title: string;
  trace: Trace;
  replayed: Replay;
  /** The threshold in force; undefined where checks have different ones. */
  threshold: number | undefined;
}

const HEIGHT = 230;
const MARGINS = { top: 46, right: 18, bottom: 42, left: 40 };
const STRIP = 8;

const areaOf = (width: number) => frame(width, HEIGHT, MARGINS);
const heightScale = ({ most }: ScoreScale) => upPlot(most, areaOf(0), STRIP);

/** The score on `scale` that a height in the picture stands for, in whole steps. */
export function scoreAt(pixel: number, scale: ScoreScale): number {
  const steps = Math.round(heightScale(scale).invert(pixel) / scale.step);
  return Math.min(scale.most, Math.max(0, Number((steps * scale.step).toPrecision(6))));
}

/** Whether a height in the picture belongs to its lower edge, where the budget is dragged. */
export function isBudgetEdge(pixel: number): boolean {
  return pixel > HEIGHT - MARGINS.bottom - STRIP;
}

const positionScale = (length: number, width: number) => acrossPlot(length, areaOf(width));

/** The position of the axis that a place in a picture of some width stands for, within a trace of `length`. */
export function positionAt(pixel: number, length: number, width: number): number {
  return Math.min(length, Math.max(0, Math.round(positionScale(length, width).invert(pixel))));
}

export function exitChart(
  { run, title, trace, replayed, threshold }: ExitChartData,
  width: number,
  theme: Theme,
): Drawn {
  const area = areaOf(width);
  const x = positionScale(trace.positions.length, width);
  const scale = scoreScale(trace.checks);
  const { unit } = scale;
  const y = heightScale(scale);
  const svg = picture(
    area,
    l10n.t("Checks of {0}: {1}; {2}", title, trace.checks.length, outcomeWords(replayed)),
    theme,
  );
  const isProbability = unit === "probability";
  leftAxis(
    svg,
    y,
    area,
    theme,
    isProbability ? l10n.t("score of the check") : l10n.t("score of the check, {0}", l10n.t(unit)),
    (value) => (isProbability ? value.toFixed(2) : String(Number(value.toPrecision(3)))),
  );
  bottomAxis(svg, x, area, theme, l10n.t("tokens"), formatCount);
  spanStrip(svg, trace, x, HEIGHT - area.bottom - STRIP + 3, theme);
  const stopped = replayed.outcome === "check" || replayed.outcome === "budget";
  if (stopped)
    svg
      .append("rect")
      .attr("x", x(replayed.at))
      .attr("y", area.top)
      .attr("width", Math.max(0, x(trace.positions.length) - x(replayed.at)))
      .attr("height", HEIGHT - area.top - area.bottom)
      .attr("fill", theme.exit)
      .attr("fill-opacity", 0.1);
  const taken = new Occupied();
  if (trace.exit)
    exitLine(svg, x(exitPlace(trace)!), l10n.t("as recorded: {0}", exitWords(trace.exit.why)), area, theme, taken, {
      colour: theme.muted,
      dash: "2 3",
      rise: 16,
    });
  if (stopped)
    exitLine(
      svg,
      x(replayed.at),
      replayed.outcome === "check" ? l10n.t("exit by this threshold") : l10n.t("exit by this budget"),
      area,
      theme,
      taken,
    );
  if (threshold !== undefined) thresholdLine(svg, threshold, { y, unit }, area, theme, taken);
  return { svg: svg.node()!, points: checkDots(svg, { run, trace }, { x, y, unit }, area, theme, taken) };
}

/** What a setting comes to, without figures. */
export function outcomeWords({ outcome, at }: Replay): string {
  switch (outcome) {
    case "check":
      return l10n.t("thinking would stop at token {0}", formatCount(at));
    case "budget":
      return l10n.t("the budget would end thinking at token {0}", formatCount(at));
    case "end":
      return l10n.t("nothing stops thinking before the model ends it");
    case "beyond":
      return l10n.t("thinking would go on beyond what was recorded");
  }
}
