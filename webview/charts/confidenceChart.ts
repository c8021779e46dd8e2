/** Confidence over tokens: how sure the model was, what each check found, the threshold, and where thinking stopped. */
import { area as areaShape, curveMonotoneX, line as lineShape } from "d3";
import { type Trace, probabilityOf } from "../../src/core/trace/fold";
import { scoreOf } from "../../src/core/exits/rules";
import { exitPlace } from "../../src/core/trace/exitPlace";
import { formatCount, formatProbability } from "../dom/quantities";
import { checkDots, exitLine, spanStrip, thresholdLine, type Scales } from "./checkMarks";
import { upPlot, acrossPlot, bottomAxis, leftAxis } from "./axes";
import { Occupied } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import { strategyColour, type Theme } from "./theme";
import { exitWords } from "../../src/core/trace/exitWords";
import { l10n } from "../../src/core/text/l10n";

export interface ConfidenceData {
  run: string;
  title: string;
  trace: Trace;
  /** Positions that the horizontal axis covers, so that charts of one comparison share it. */
  length: number;
}

export interface ConfidencePoint {
  /** Middle of the window, position on the axis. */
  at: number;
  /** Geometric mean of the window; undefined where no probability is known. */
  mean: number | undefined;
  low: number;
}

/**
 * Probability of the tokens taken, in at most `count` windows of at least `narrowest` tokens: their geometric mean, as
 * DEER takes it, and the lowest. Tokens that the model did not choose are left out.
 */
export function smoothed(trace: Trace, count: number, narrowest = 1): ConfidencePoint[] {
  const size = Math.max(narrowest, Math.ceil(trace.positions.length / count));
  const points: ConfidencePoint[] = [];
  for (let from = 0; from < trace.positions.length; from += size) {
    let sum = 0;
    let low = 1;
    let known = 0;
    const to = Math.min(trace.positions.length, from + size);
    for (let at = from; at < to; at += 1) {
      const probability = trace.positions[at]!.kind === "forced" ? undefined : probabilityOf(trace.positions[at]!);
      if (probability === undefined) continue;
      sum += Math.log(Math.max(probability, 1e-9));
      low = Math.min(low, probability);
      known += 1;
    }
    points.push({ at: (from + to) / 2, mean: known > 0 ? Math.exp(sum / known) : undefined, low });
  }
  return points;
}

export function confidenceChart(data: ConfidenceData, width: number, theme: Theme): Drawn {
  const { trace } = data;
  const colour = strategyColour(theme, trace.header?.strategy);
  const area = frame(width, 210, { top: 30, right: 18, bottom: 42, left: 40 });
  const x = acrossPlot(data.length, area);
  const y = upPlot(1, area, 8);
  const svg = picture(area, label(data), theme);
  leftAxis(svg, y, area, theme, l10n.t("probability"), (value) => value.toFixed(2));
  bottomAxis(svg, x, area, theme, l10n.t("tokens"), formatCount);
  spanStrip(svg, trace, x, area.height - area.bottom - 5, theme);

  const plotted = smoothed(trace, Math.max(40, Math.round((x(trace.positions.length) - area.left) / 4)), 4);
  const known = (point: ConfidencePoint): boolean => point.mean !== undefined;
  svg
    .append("path")
    .attr("fill", colour)
    .attr("fill-opacity", 0.14)
    .attr(
      "d",
      areaShape<ConfidencePoint>(
        (point) => x(point.at),
        (point) => y(point.low),
        (point) => y(point.mean ?? 0),
      )
        .defined(known)
        .curve(curveMonotoneX)(plotted),
    );
  svg
    .append("path")
    .attr("fill", "none")
    .attr("stroke", colour)
    .attr("stroke-width", 1.5)
    .attr(
      "d",
      lineShape<ConfidencePoint>(
        (point) => x(point.at),
        (point) => y(point.mean ?? 0),
      )
        .defined(known)
        .curve(curveMonotoneX)(plotted),
    );

  const taken = new Occupied();
  if (trace.exit)
    exitLine(svg, x(exitPlace(trace)!), l10n.t("exit: {0}", exitWords(trace.exit.why)), area, theme, taken);
  const scales: Scales = { x, y, unit: "probability" };
  const threshold = trace.checks
    .flatMap((check) => scoreOf(check) ?? [])
    .findLast(({ unit }) => unit === scales.unit)?.threshold;
  if (threshold !== undefined) thresholdLine(svg, threshold, scales, area, theme, taken);
  return { svg: svg.node()!, points: checkDots(svg, data, scales, area, theme, taken) };
}

function label({ title, trace }: ConfidenceData): string {
  const overall = smoothed(trace, 1)[0]?.mean;
  const mean =
    overall === undefined ? l10n.t("no probabilities recorded") : l10n.t("mean {0}", formatProbability(overall));
  const exit = trace.exit
    ? l10n.t(", exit at {0}: {1}", formatCount(exitPlace(trace)!), exitWords(trace.exit.why))
    : "";
  return l10n.t("Confidence over tokens, {0}: {1}, {2} checks{3}", title, mean, trace.checks.length, exit);
}
