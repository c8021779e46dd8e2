/** Strategies by what they cost and how often they are right, with 95 % intervals, and the front that none beats in both. */
import { line as lineShape, curveStepAfter, max } from "d3";
import type { BenchRow } from "../../src/core/measure/benchTable";
import { strategyTitle } from "../../src/core/catalogue";
import { upPlot, acrossPlot, bottomAxis, leftAxis } from "./axes";
import { Occupied, textWidth } from "./labels";
import { paretoFront } from "./paretoFront";
import { frame, picture, type Drawn } from "./picture";
import { strategyColour, type Theme } from "./theme";
import { formatCount, formatMs, formatShare } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

export type Cost = "tokens" | "ms";

export const nameOf = ({ strategy }: BenchRow): string => strategyTitle(oneLine(strategy, 40));
const costOf = (row: BenchRow, cost: Cost): number => (cost === "tokens" ? row.tokens.total : row.ms.total);
const SHAPES = ["circle", "square", "diamond", "triangle"] as const;

export function benchScatter(rows: readonly BenchRow[], cost: Cost, width: number, theme: Theme): Drawn {
  const area = frame(width, 340, { top: 26, right: 24, bottom: 42, left: 52 });
  const interval = (row: BenchRow): readonly [number, number] => (cost === "tokens" ? row.tokensCi : row.msCi);
  const ends = rows.map((row) => Math.max(interval(row)[1], costOf(row, cost)));
  const x = acrossPlot(Math.max(1, max(ends) ?? 1) * 1.12, area);
  const y = upPlot(1, area);
  const format = cost === "tokens" ? formatCount : formatMs;
  const words = rows.map((row) =>
    l10n.t("{0} {1} right at {2}", nameOf(row), formatShare(row.accuracy), format(costOf(row, cost))),
  );
  const svg = picture(
    area,
    cost === "tokens"
      ? l10n.t("Accuracy against tokens: {0}", words.join("; "))
      : l10n.t("Accuracy against time: {0}", words.join("; ")),
    theme,
  );
  leftAxis(svg, y, area, theme, l10n.t("right answers"), formatShare, 5);
  bottomAxis(
    svg,
    x,
    area,
    theme,
    cost === "tokens" ? l10n.t("mean tokens a question, all counted") : l10n.t("mean time a question"),
    format,
  );

  const front = paretoFront(rows, (row) => costOf(row, cost));
  svg
    .append("path")
    .attr("fill", "none")
    .attr("stroke", theme.muted)
    .attr("stroke-dasharray", "4 3")
    .attr(
      "d",
      lineShape<BenchRow>(
        (row) => x(costOf(row, cost)),
        (row) => y(row.accuracy),
      ).curve(curveStepAfter)(front),
    );
  const taken = new Occupied();
  const places = rows.map((row, index) => ({
    row,
    colour: strategyColour(theme, row.strategy),
    shape: SHAPES[index % SHAPES.length]!,
    cx: x(costOf(row, cost)),
    cy: y(row.accuracy),
  }));
  for (const { row, colour, cx, cy } of places) {
    const [low, high] = interval(row);
    const bars = `M${cx},${y(row.ci[0])}V${y(row.ci[1])}M${x(Math.max(0, low))},${cy}H${x(high)}`;
    svg.append("path").attr("d", bars).attr("stroke", colour).attr("stroke-opacity", 0.55);
    taken.take(cx - 6, cy - 6, cx + 6, cy + 6);
  }
  for (const { row, colour, shape, cx, cy } of places) {
    svg
      .append("path")
      .attr("d", shapePath(shape, cx, cy))
      .attr("fill", colour)
      .attr("stroke", theme.background);
    const text = nameOf(row);
    const length = textWidth(text) * 1.1;
    const spots: [left: number, baseline: number][] = [
      [cx + 9, cy - 5],
      [cx + 9, cy + 14],
      [cx - length / 2, cy - 14],
      [cx - length / 2, cy + 24],
      [cx - 9 - length, cy - 5],
      [cx - 9 - length, cy + 14],
      [cx + 9, cy - 20],
      [cx + 9, cy + 29],
    ];
    const spot = spots.find(
      ([left, base]) =>
        left > area.left &&
        left + length < width - 4 &&
        base > area.top - 6 &&
        taken.take(left, base - 10, left + length, base + 3),
    ) ?? [Math.min(cx + 9, width - length - 4), cy - 5];
    svg.append("text").attr("x", spot[0]).attr("y", spot[1]).attr("font-weight", 600).text(text);
  }
  return { svg: svg.node()!, points: [] };
}

/** Shapes tell strategies apart where colours do not. */
function shapePath(shape: (typeof SHAPES)[number], x: number, y: number): string {
  switch (shape) {
    case "circle":
      return `M${x - 5},${y}a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z`;
    case "square":
      return `M${x - 4.5},${y - 4.5}h9v9h-9z`;
    case "diamond":
      return `M${x},${y - 6}l6,6l-6,6l-6,-6z`;
    case "triangle":
      return `M${x},${y - 6}l6,10h-12z`;
  }
}
