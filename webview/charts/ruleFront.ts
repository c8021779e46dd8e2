/** Exit rules over the same recordings: how often each is right against what it costs, at every setting that none of its own beats. */
import { formatShare } from "../dom/quantities";
import { acrossPlot, bottomAxis, leftAxis, upPlot } from "./axes";
import { nameLine, spread, textWidth } from "./labels";
import { paretoFront } from "./paretoFront";
import { frame, picture, type Drawn } from "./picture";
import { pointLine } from "./pointLine";
import { dashOf, strategyColour, type Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

interface FrontPoint {
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

/** @returns a picture without points: what it says stands in its table */
export function ruleFront(
  curves: readonly FrontCurve[],
  marks: readonly FrontMark[],
  { title, cost, width, theme }: { title: string; cost: FrontCost; width: number; theme: Theme },
): Drawn {
  const names = [...curves, ...marks].map(({ name }) => textWidth(name));
  const right = 34 + Math.min(width / 3, Math.max(50, ...names));
  const area = frame(width, 320, { top: 26, right, bottom: 42, left: 48 });
  const fronts = curves.map((curve) => ({ ...curve, points: paretoFront(curve.points, (point) => point.cost) }));
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
    const drawn = points.map(({ cost: at, accuracy, band, label }) => ({
      ...{ x: x(at), y: y(accuracy), interval: [y(band[0]), y(band[1])] as const },
      words: l10n.t("{0}, {1}: {2} right at {3}", name, label, formatShare(accuracy), cost.format(at)),
    }));
    pointLine(svg, drawn, { colour, dash: dashOf(index), radius: 2.5, intervals: "band" });
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
