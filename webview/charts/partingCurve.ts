/** How many different texts samples of one question are after so many tokens: where they part. */
import { line } from "d3";
import { formatCount } from "../dom/quantities";
import { acrossPlot, bottomAxis, leftAxis, upPlot } from "./axes";
import { frame, picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface Parting {
  /** Tokens that the texts have in common before. */
  at: number;
  /** Different texts from there on. */
  texts: number;
}

/** @returns a picture without points: what it says stands in its table */
export function partingCurve(
  partings: readonly Parting[],
  { title, most, width, theme }: { title: string; most: number; width: number; theme: Theme },
): Drawn {
  const area = frame(width, 190, { top: 26, right: 24, bottom: 42, left: 44 });
  const svg = picture(area, title, theme);
  const x = acrossPlot(most, area);
  const y = upPlot(Math.max(1, ...partings.map(({ texts }) => texts)), area);
  leftAxis(svg, y, area, theme, l10n.t("different texts"), formatCount);
  bottomAxis(svg, x, area, theme, l10n.t("tokens"), formatCount);
  const corners: [number, number][] = [[0, 1]];
  for (const { at, texts } of partings) corners.push([at, corners.at(-1)![1]], [at, texts]);
  corners.push([most, corners.at(-1)![1]]);
  svg
    .append("path")
    .attr("fill", "none")
    .attr("stroke", theme.series[0]!)
    .attr("stroke-width", 1.5)
    .attr("d", line()(corners.map(([at, texts]) => [x(at), y(texts)])));
  return { svg: svg.node()!, points: [] };
}
