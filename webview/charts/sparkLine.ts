/** A line without axes for a cell of a table: how sure a model was along its thinking. */
import { create, line } from "d3";
import { formatProbability } from "../dom/quantities";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

/** Probabilities that are the floor of the picture: most tokens are surer than this. */
const FLOOR = 0.4;

/** @param points mean probabilities, 0 to 1, null where none is known; at least one is */
export function sparkLine(
  points: readonly (number | null)[],
  { width, height }: { width: number; height: number },
  theme: Theme,
): SVGSVGElement {
  const known = points.filter((point) => point !== null);
  const lowest = Math.min(...known);
  const svg = create("svg")
    .attr("width", width)
    .attr("height", height)
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("role", "img")
    .attr(
      "aria-label",
      l10n.t(
        "Confidence from {0} to {1}, lowest {2}",
        formatProbability(known[0]!),
        formatProbability(known.at(-1)!),
        formatProbability(lowest),
      ),
    );
  const x = (index: number) => 1 + (index / Math.max(1, points.length - 1)) * (width - 2);
  const y = (probability: number) => height - 2 - (Math.max(0, probability - FLOOR) / (1 - FLOOR)) * (height - 4);
  const path = line<number | null>(
    (_, index) => x(index),
    (point) => y(point ?? 0),
  ).defined((point) => point !== null);
  svg
    .append("path")
    .attr("d", path(points))
    .attr("fill", "none")
    .attr("stroke", theme.series[0]!)
    .attr("stroke-width", 1.5)
    .attr("stroke-linejoin", "round");
  const deepest = points.indexOf(lowest);
  svg.append("circle").attr("cx", x(deepest)).attr("cy", y(lowest)).attr("r", 2).attr("fill", theme.foreground);
  return svg.node()!;
}
