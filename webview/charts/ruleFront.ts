/** Exit rules over the same recordings: how often each is right against what it costs, at every setting that none of its own beats. */
import { area as areaShape, line as lineShape } from "d3";
import { formatShare } from "../dom/quantities";
import { acrossPlot, bottomAxis, leftAxis, upPlot } from "./axes";
import { nameLine, spread, textWidth } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import { dashOf, strategyColour, type Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface FrontPoint {
  cost: number;
  /** Shares, 0 to 1. */
  accuracy: number;
  band: readonly [low: number, high: number];
  /** What the setting is. */
  label: string;
}

export interface FrontCurve {
  name: string;
  /** Whose colour it has; undefined for the control. */
  strategy: string | undefined;
  points: readonly FrontPoint[];
}

/** A single point that all curves are seen against. */
export interface FrontMark {
  name: string;
  cost: number;
  accuracy: number;
}

export interface FrontCost {
  name: string;
  format: (value: number) => string;
}

/** Points that no other of the same rule beats in accuracy at the same or a lower cost, cheapest first. */
export function frontOf(points: readonly FrontPoint[]): FrontPoint[] {
  let best = -Infinity;
  return points
    .toSorted((a, b) => a.cost - b.cost || b.accuracy - a.accuracy)
    .filter(({ accuracy }) => {
      const better = accuracy > best;
      best = Math.max(best, accuracy);
      return better;
    });
}

/** @returns a picture without points: what it says stands in its table */
export function ruleFront(
  curves: readonly FrontCurve[],
  marks: readonly FrontMark[],
  { title, cost, width, theme }: { title: string; cost: FrontCost; width: number; theme: Theme },
): Drawn {
  const names = [...curves, ...marks].map(({ name }) => textWidth(name));
  const right = 34 + Math.min(width / 3, Math.max(50, ...names));
  const area = frame(width, 320, { top: 26, right, bottom: 42, left: 48 });
  const fronts = curves.map((curve) => ({ ...curve, points: frontOf(curve.points) }));
  const costs = [
    ...fronts.flatMap(({ points }) => points.map((point) => point.cost)),
    ...marks.map((mark) => mark.cost),
  ];
  const x = acrossPlot(Math.max(...costs, 1) * 1.04, area);
  const y = upPlot(1, area);
  const svg = picture(area, title, theme);
  leftAxis(svg, y, area, theme, l10n.t("right answers"), formatShare);
  bottomAxis(svg, x, area, theme, cost.name, cost.format);
  const ends = fronts.map(({ points }) => y(points.at(-1)?.accuracy ?? 0));
  const labelled = spread(ends, 15, area.top, area.height - area.bottom);
  fronts.forEach(({ name, strategy, points }, index) => {
    const colour = strategy === undefined ? theme.muted : strategyColour(theme, strategy);
    svg
      .append("path")
      .attr("fill", colour)
      .attr("fill-opacity", 0.1)
      .attr(
        "d",
        areaShape<FrontPoint>(
          (point) => x(point.cost),
          (point) => y(point.band[0]),
          (point) => y(point.band[1]),
        )(points),
      );
    svg
      .append("path")
      .attr("fill", "none")
      .attr("stroke", colour)
      .attr("stroke-width", 1.5)
      .attr("stroke-dasharray", dashOf(index))
      .attr(
        "d",
        lineShape<FrontPoint>(
          (point) => x(point.cost),
          (point) => y(point.accuracy),
        )(points),
      );
    for (const point of points)
      svg
        .append("circle")
        .attr("cx", x(point.cost))
        .attr("cy", y(point.accuracy))
        .attr("r", 2.5)
        .attr("fill", colour)
        .append("title")
        .text(
          l10n.t("{0}, {1}: {2} right at {3}", name, point.label, formatShare(point.accuracy), cost.format(point.cost)),
        );
    nameLine(svg, width - area.right + 4, labelled[index]!, { name, colour, dash: dashOf(index) });
  });
  for (const mark of marks) {
    const [cx, cy] = [x(mark.cost), y(mark.accuracy)];
    svg
      .append("path")
      .attr("d", `M${cx - 6},${cy}h12M${cx},${cy - 6}v12`)
      .attr("stroke", theme.foreground)
      .attr("stroke-width", 1.5);
    svg
      .append("text")
      .attr("x", cx)
      .attr("y", cy + 18)
      .attr("text-anchor", cx + textWidth(mark.name) / 2 > width ? "end" : "middle")
      .text(mark.name);
  }
  return { svg: svg.node()!, points: [] };
}
