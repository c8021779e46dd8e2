/** Steps of a thought, the most important first: how far each moves the answers, with its interval. */
import { oneLine } from "../dom/safeText";
import { acrossPlot, bottomAxis } from "./axes";
import { clipText } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface ImportanceBar {
  /** Its number in the thought, from 1. */
  step: number;
  /** Nats. */
  value: number;
  interval: readonly [number, number];
  text: string;
}

const ROW = 22;

/** @param bars in the order in which they are drawn @returns a picture without points: what it says stands in its table */
export function importanceBars(
  bars: readonly ImportanceBar[],
  { title, width, theme }: { title: string; width: number; theme: Theme },
): Drawn {
  const left = Math.min(width * 0.45, 380);
  const area = frame(width, bars.length * ROW + 44, { top: 6, right: 20, bottom: 38, left });
  const best = bars[0];
  const said = best ? l10n.t(": step {0} most, by {1} nats", best.step, best.value.toFixed(2)) : "";
  const svg = picture(
    area,
    l10n.t("{0}: how far each of {1} steps moves the answers{2}", title, bars.length, said),
    theme,
  );
  const x = acrossPlot(Math.max(0.1, ...bars.map(({ interval }) => interval[1])) * 1.02, area);
  bottomAxis(svg, x, area, theme, l10n.t("importance, nats"), (value) => value.toFixed(1));
  bars.forEach(({ step, value, interval, text }, index) => {
    const y = area.top + index * ROW;
    const row = svg.append("g");
    row
      .append("text")
      .attr("x", left - 8)
      .attr("y", y + 15)
      .attr("text-anchor", "end")
      .text(clipText(`${step}. ${oneLine(text, 80)}`, left - 12));
    row
      .append("rect")
      .attr("x", x(0))
      .attr("y", y + 4)
      .attr("width", Math.max(0, x(value) - x(0)))
      .attr("height", ROW - 8)
      .attr("fill", theme.kinds.thinking);
    row
      .append("path")
      .attr("d", `M${x(interval[0])},${y + ROW / 2}H${x(interval[1])}`)
      .attr("stroke", theme.foreground)
      .attr("stroke-width", 1.5);
  });
  return { svg: svg.node()!, points: [] };
}
