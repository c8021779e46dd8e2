/** What charts of checks share: dots at their scores, the threshold, exits, and the strip that says what each token was. */
import { scoreOf } from "../../src/core/exits/rules";
import type { Unit } from "../../src/core/exits/signals";
import type { Span, Trace } from "../../src/core/trace/fold";
import { oneLine } from "../dom/safeText";
import type { Scale } from "./axes";
import { checkSentence, scoreText } from "./checkWords";
import { textWidth, type Occupied } from "./labels";
import type { DrawnPoint, Frame, Svg } from "./picture";
import { colourOfSpan, type Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface Scales {
  /** Positions of the axis to pixels. */
  x: Scale;
  /** Scores to pixels. */
  y: Scale;
  /** The unit of `y`: what is measured in another one stands elsewhere. */
  unit: Unit;
}

const STRIP: readonly Span["kind"][] = ["thinking", "summary", "gist", "latent", "trial", "answer"];
const RADIUS = 4;

/** What each stretch of tokens is, as a thin strip at `top`. */
export function spanStrip(svg: Svg, trace: Trace, x: Scale, top: number, theme: Theme): void {
  const strip = svg.append("g").attr("aria-hidden", "true");
  for (const kind of STRIP)
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

/** A dashed line at `threshold`, with its label at the right end or, where something stands there, at the left. */
export function thresholdLine(
  svg: Svg,
  threshold: number,
  { y, unit }: Pick<Scales, "y" | "unit">,
  area: Frame,
  theme: Theme,
  taken: Occupied,
): void {
  const at = Math.round(y(threshold)) + 0.5;
  const right = area.width - area.right;
  const text = l10n.t("threshold {0}", scoreText({ value: threshold, unit }));
  const width = textWidth(text);
  const atRight = taken.take(right - width, at - 14, right, at);
  if (!atRight) taken.take(area.left, at - 14, area.left + width, at);
  svg
    .append("path")
    .attr("d", `M${area.left},${at}H${right}`)
    .attr("stroke", theme.threshold)
    .attr("stroke-dasharray", "5 3");
  svg
    .append("text")
    .attr("x", atRight ? right : area.left + 4)
    .attr("y", at - 4)
    .attr("text-anchor", atRight ? "end" : "start")
    .attr("fill", theme.threshold)
    .text(text);
}

/** A line at pixel `x` with its label above the plot, on the side where there is room. */
export function exitLine(
  svg: Svg,
  x: number,
  text: string,
  area: Frame,
  theme: Theme,
  taken: Occupied,
  style: { colour?: string; dash?: string; rise?: number } = {},
): void {
  const at = Math.round(x) + 0.5;
  const width = textWidth(text);
  const rise = style.rise ?? 0;
  const toLeft = at + width + 6 > area.width - area.right;
  const left = toLeft ? at - 5 - width : at + 5;
  taken.take(left, area.top - 18 - rise, left + width, area.top - 4 - rise);
  taken.take(at - 1, area.top, at + 1, area.height - area.bottom);
  svg
    .append("path")
    .attr("d", `M${at},${area.top - 14 - rise}V${area.height - area.bottom}`)
    .attr("stroke", style.colour ?? theme.exit)
    .attr("stroke-dasharray", style.dash ?? "none")
    .attr("stroke-width", 1.5);
  svg
    .append("text")
    .attr("x", toLeft ? at - 5 : at + 5)
    .attr("y", area.top - 8 - rise)
    .attr("text-anchor", toLeft ? "end" : "start")
    .attr("fill", style.colour ?? theme.foreground)
    .text(text);
}

/** Dots at the checks' scores: filled for right answers, crossed for wrong ones, hollow where nobody knows. */
export function checkDots(
  svg: Svg,
  { run, trace }: { run: string; trace: Trace },
  { x, y, unit }: Scales,
  area: Frame,
  theme: Theme,
  taken: Occupied,
): DrawnPoint[] {
  const places = trace.checks.flatMap((check) => {
    const score = scoreOf(check);
    return score?.unit === unit ? [{ check, cx: x(check.at), cy: y(score.value) }] : [];
  });
  for (const { cx, cy } of places) taken.take(cx - RADIUS, cy - RADIUS, cx + RADIUS, cy + RADIUS);
  for (const { check, cx, cy } of places) {
    const colour = check.correct === undefined ? theme.foreground : check.correct ? theme.right : theme.wrong;
    svg
      .append("circle")
      .attr("cx", cx)
      .attr("cy", cy)
      .attr("r", RADIUS)
      .attr("fill", check.correct ? colour : theme.background)
      .attr("stroke", colour)
      .attr("stroke-width", 1.5);
    if (check.correct === false)
      svg
        .append("path")
        .attr("d", `M${cx - 2},${cy - 2}l4,4m0,-4l-4,4`)
        .attr("stroke", colour)
        .attr("stroke-width", 1.2);
    if (check.answer !== undefined) answerLabel(svg, oneLine(check.answer, 14), cx, cy, area, taken);
  }
  return places.map(({ check, cx, cy }) => ({
    x: cx,
    y: cy,
    radius: RADIUS,
    run,
    at: check.at,
    label: checkSentence(check),
  }));
}

/** The trial answer beside its dot, at the first of four places that is free; left out where none is. */
function answerLabel(svg: Svg, text: string, x: number, y: number, area: Frame, taken: Occupied): void {
  const width = textWidth(text);
  const places: [left: number, baseline: number][] = [
    [x - width / 2, y - RADIUS - 4],
    [x - width / 2, y + RADIUS + 12],
    [x + RADIUS + 4, y + 4],
    [x - RADIUS - 4 - width, y + 4],
  ];
  const place = places.find(
    ([left, baseline]) =>
      left > area.left &&
      left + width < area.width - area.right &&
      taken.take(left, baseline - 10, left + width, baseline + 3),
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
