/** Several traces over the threshold or the budget: the share that is right against the tokens it takes. */
import { max } from "d3";
import type { CurvePoint } from "../../src/core/exits/replayCurves";
import type { Unit } from "../../src/core/exits/signals";
import { scoreText } from "./checkWords";
import { upPlot, acrossPlot, bottomAxis, leftAxis } from "./axes";
import { nameLine, Occupied, spread, textWidth } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import { pointLine } from "./pointLine";
import { dashOf, strategyColour, type Theme } from "./theme";
import { formatCount, formatShare } from "../dom/quantities";
import { l10n } from "../../src/core/text/l10n";

export interface NamedCurve {
  name: string;
  /** Whose colour the curve has; undefined for one that stands for no strategy. */
  strategy?: string;
  points: readonly CurvePoint[];
  /** How a setting is written, as `0.95` or `120 tokens`. */
  setting(value: number): string;
}

export function settingCurve(curves: readonly NamedCurve[], width: number, theme: Theme): Drawn {
  const right = 32 + Math.min(width / 4, Math.max(50, ...curves.map(({ name }) => textWidth(name))));
  const area = frame(width, 250, { top: 26, right, bottom: 42, left: 48 });
  const tokens = max(curves.flatMap(({ points }) => points.map((point) => point.tokens))) ?? 1;
  const x = acrossPlot(Math.max(1, tokens) * 1.04, area);
  const y = upPlot(1, area);
  const svg = picture(area, l10n.t("Accuracy against tokens: {0}", curves.map(curveSentence).join("; ")), theme);
  leftAxis(svg, y, area, theme, l10n.t("right answers"), formatShare);
  bottomAxis(svg, x, area, theme, l10n.t("mean tokens, trials included"), formatCount);
  const heights = curves.map(({ points }) => y(points.at(-1)?.accuracy ?? 0));
  const labelled = spread(heights, 14, area.top, area.height - area.bottom);
  const taken = new Occupied();
  for (const { points } of curves)
    for (const point of points) {
      const [cx, cy] = [x(point.tokens), y(point.accuracy)];
      taken.take(cx - 3, cy - 3, cx + 3, cy + 3);
    }
  curves.forEach(({ name, strategy, points, setting }, index) => {
    const colour =
      strategy === undefined ? theme.series[index % theme.series.length]! : strategyColour(theme, strategy);
    const drawn = points.map((point) => ({
      ...{ x: x(point.tokens), y: y(point.accuracy), hollow: point.beyond > 0 ? theme.background : undefined },
      words: l10n.t(
        "{0} {1}: {2} right, {3} tokens",
        name,
        setting(point.setting),
        formatShare(point.accuracy),
        formatCount(point.tokens),
      ),
    }));
    pointLine(svg, drawn, { colour, dash: dashOf(index), radius: 2.5, edged: true });
    for (const point of lastFirst(points)) {
      const words = setting(point.setting);
      const [cx, cy, half] = [x(point.tokens), y(point.accuracy), textWidth(words) / 2];
      const baseline = [cy - 7, cy + 15].find(
        (base) =>
          cx - half > area.left &&
          cx + half < width - area.right &&
          base > area.top &&
          base < area.height - area.bottom &&
          taken.take(cx - half - 3, base - 10, cx + half + 3, base + 2),
      );
      if (baseline !== undefined)
        svg
          .append("text")
          .attr("x", cx)
          .attr("y", baseline)
          .attr("text-anchor", "middle")
          .attr("fill", theme.muted)
          .text(words);
    }
    nameLine(svg, width - area.right + 2, labelled[index]!, { name, colour, dash: dashOf(index) });
  });
  return { svg: svg.node()!, points: [] };
}

/** Points in the order in which they get their settings written beside them, as far as there is room: ends first. */
function lastFirst(points: readonly CurvePoint[]): CurvePoint[] {
  return [...points.slice(-1), ...points.slice(0, -1)];
}

function curveSentence({ name, points, setting }: NamedCurve): string {
  const best = points.reduce<CurvePoint | undefined>(
    (found, point) =>
      !found || point.accuracy > found.accuracy || (point.accuracy === found.accuracy && point.tokens < found.tokens)
        ? point
        : found,
    undefined,
  );
  if (!best) return l10n.t("{0}: nothing", name);
  return l10n.t(
    "{0} is best at {1} with {2} right at {3} tokens",
    name,
    setting(best.setting),
    formatShare(best.accuracy),
    formatCount(best.tokens),
  );
}

/** How thresholds of scores in `unit` are written. */
export const asThreshold =
  (unit: Unit) =>
  (value: number): string =>
    scoreText({ value, unit });
