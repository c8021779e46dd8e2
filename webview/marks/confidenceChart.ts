/** Confidence over tokens: how sure the model was, what each check found, the threshold, and where thinking stopped. */
import { area as areaShape, curveMonotoneX, line as lineShape, scaleLinear } from "d3";
import type { Check, Span, Trace } from "../../src/core/fold";
import { formatCount, formatProbability } from "../quantities";
import { oneLine } from "../safeText";
import { comparison } from "./checkChip";
import { bottomAxis, frame, leftAxis, Occupied, picture, textWidth, type Drawn, type Svg } from "./drawn";
import { EXIT_WORDS } from "./exitMark";
import { colourOfSpan, type Theme } from "./theme";
import { probabilityOf } from "./tokens";

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

/** What a check says, in one sentence. */
export function checkSentence(check: Check, at: number): string {
  const answer = check.answer === undefined ? "no answer" : `answer ${oneLine(check.answer, 40)}`;
  const right = check.correct === undefined ? "" : check.correct ? ", right" : ", wrong";
  return `Check at ${formatCount(at)}: ${answer}${right}, ${comparison(check)}`;
}

export function confidenceChart(data: ConfidenceData, width: number, theme: Theme): Drawn {
  const { trace, run } = data;
  const area = frame(width, 210, { top: 30, right: 18, bottom: 42, left: 40 });
  const x = scaleLinear([0, Math.max(1, data.length)], [area.left, width - area.right]);
  const y = scaleLinear([0, 1], [area.height - area.bottom - 8, area.top]);
  const svg = picture(area, label(data), theme);
  leftAxis(svg, y, area, theme, "probability", (value) => value.toFixed(2));
  bottomAxis(svg, x, area, theme, "tokens", formatCount);
  spanStrip(svg, trace, x, area.height - area.bottom - 5, theme);

  const plotted = smoothed(trace, Math.max(40, Math.round((x(trace.positions.length) - area.left) / 4)), 4);
  const known = (point: ConfidencePoint): boolean => point.mean !== undefined;
  svg
    .append("path")
    .attr("fill", theme.series[0]!)
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
    .attr("stroke", theme.series[0]!)
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
  thresholdLine(svg, trace, y, area, theme, taken);
  exitLine(svg, trace, x, area, theme, taken);
  const points = checks(svg, data, x, y, theme, taken, width - area.right);
  return { svg: svg.node()!, points: points.map((point) => ({ ...point, run })) };
}

function label({ title, trace }: ConfidenceData): string {
  const overall = smoothed(trace, 1)[0]?.mean;
  const mean = overall === undefined ? "no probabilities recorded" : `mean ${formatProbability(overall)}`;
  const exit = trace.exit ? `, exit at ${formatCount(trace.exit.at)}: ${EXIT_WORDS[trace.exit.why]}` : "";
  return `Confidence over tokens, ${title}: ${mean}, ${trace.checks.length} checks${exit}`;
}

type Linear = ReturnType<typeof scaleLinear<number, number>>;
type Area = ReturnType<typeof frame>;

/** What each stretch is, as a thin strip above the axis. */
function spanStrip(svg: Svg, trace: Trace, x: Linear, top: number, theme: Theme): void {
  const shown: Span["kind"][] = ["thinking", "summary", "gist", "latent", "trial", "answer"];
  const strip = svg.append("g").attr("aria-hidden", "true");
  for (const kind of shown)
    for (const span of trace.spans)
      if (span.kind === kind)
        strip
          .append("rect")
          .attr("x", x(span.from))
          .attr("y", kind === "thinking" ? top + 1 : top)
          .attr("width", Math.max(0.5, x(span.to) - x(span.from)))
          .attr("height", kind === "thinking" ? 2 : 4)
          .attr("fill", colourOfSpan(theme, kind));
}

function thresholdLine(svg: Svg, trace: Trace, y: Linear, area: Area, theme: Theme, taken: Occupied): void {
  const threshold = trace.checks.at(-1)?.threshold;
  if (threshold === undefined) return;
  const at = Math.round(y(threshold)) + 0.5;
  const text = `threshold ${formatProbability(threshold)}`;
  svg
    .append("path")
    .attr("d", `M${area.left},${at}H${area.width - area.right}`)
    .attr("stroke", theme.threshold)
    .attr("stroke-dasharray", "5 3");
  const right = area.width - area.right;
  taken.take(right - textWidth(text), at - 14, right, at);
  svg
    .append("text")
    .attr("x", right)
    .attr("y", at - 4)
    .attr("text-anchor", "end")
    .attr("fill", theme.threshold)
    .text(text);
}

function exitLine(svg: Svg, trace: Trace, x: Linear, area: Area, theme: Theme, taken: Occupied): void {
  if (!trace.exit) return;
  const at = Math.round(x(trace.exit.at)) + 0.5;
  const text = `exit: ${EXIT_WORDS[trace.exit.why]}`;
  const width = textWidth(text);
  const toLeft = at + width + 6 > area.width - area.right;
  svg
    .append("path")
    .attr("d", `M${at},${area.top - 14}V${area.height - area.bottom}`)
    .attr("stroke", theme.exit)
    .attr("stroke-width", 1.5);
  const left = toLeft ? at - 5 - width : at + 5;
  taken.take(left, area.top - 18, left + width, area.top - 4);
  svg
    .append("text")
    .attr("x", toLeft ? at - 5 : at + 5)
    .attr("y", area.top - 8)
    .attr("text-anchor", toLeft ? "end" : "start")
    .attr("fill", theme.exit)
    .text(text);
}

/** Dots at the checks' scores: filled for right answers, crossed for wrong ones, hollow where nobody knows. */
function checks(
  svg: Svg,
  { trace }: ConfidenceData,
  x: Linear,
  y: Linear,
  theme: Theme,
  taken: Occupied,
  right: number,
) {
  const scored = trace.checks.filter(({ confidence }) => confidence !== undefined);
  const radius = 4;
  const points = scored.map((check) => ({
    x: x(check.at),
    y: y(check.confidence!),
    radius,
    at: check.at,
    label: checkSentence(check, check.at),
    check,
  }));
  for (const point of points) taken.take(point.x - radius, point.y - radius, point.x + radius, point.y + radius);
  for (const { x: cx, y: cy, check } of points) {
    const colour = check.correct === undefined ? theme.foreground : check.correct ? theme.right : theme.wrong;
    svg
      .append("circle")
      .attr("cx", cx)
      .attr("cy", cy)
      .attr("r", radius)
      .attr("fill", check.correct ? colour : theme.background)
      .attr("stroke", colour)
      .attr("stroke-width", 1.5);
    if (check.correct === false)
      svg
        .append("path")
        .attr("d", `M${cx - 2},${cy - 2}l4,4m0,-4l-4,4`)
        .attr("stroke", colour)
        .attr("stroke-width", 1.2);
    if (check.answer !== undefined) answerLabel(svg, oneLine(check.answer, 14), cx, cy, radius, taken, right);
  }
  return points.map(({ check: _, ...point }) => point);
}

/** The trial answer beside its dot, at the first of four places that is free; left out where none is. */
function answerLabel(
  svg: Svg,
  text: string,
  x: number,
  y: number,
  radius: number,
  taken: Occupied,
  right: number,
): void {
  const width = textWidth(text);
  const places: [left: number, baseline: number][] = [
    [x - width / 2, y - radius - 4],
    [x - width / 2, y + radius + 12],
    [x + radius + 4, y + 4],
    [x - radius - 4 - width, y + 4],
  ];
  const place = places.find(
    ([left, baseline]) =>
      left > 40 && left + width < right && taken.take(left, baseline - 10, left + width, baseline + 3),
  );
  if (place)
    svg
      .append("text")
      .attr("x", place[0] + width / 2)
      .attr("y", place[1])
      .attr("text-anchor", "middle")
      .attr("font-weight", 600)
      .text(text);
}
