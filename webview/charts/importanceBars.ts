/** Steps of a thought, the most important first: how far each moves the answers, with its interval. */
import { oneLine } from "../dom/safeText";
import { acrossPlot, bottomAxis } from "./axes";
import { barRow, barsFrame, drawBar, nameBar } from "./barRows";
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

/** @param bars in the order in which they are drawn @returns a picture without points: what it says stands in its table */
export function importanceBars(
  bars: readonly ImportanceBar[],
  { title, width, theme }: { title: string; width: number; theme: Theme },
): Drawn {
  if (bars.length === 0) return nothingMeasured(title, width, theme);
  const left = Math.min(width * 0.45, 380);
  const area = barsFrame(bars.length, width, { left, right: 20 });
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
    const row = svg.append("g");
    nameBar(row, area, index, `${step}. ${oneLine(text, 80)}`);
    drawBar(row, area, index, { x, from: 0, to: value, fill: theme.kinds.thinking });
    row
      .append("path")
      .attr("d", `M${x(interval[0])},${barRow(area, index).middle}H${x(interval[1])}`)
      .attr("stroke", theme.foreground)
      .attr("stroke-width", 1.5);
  });
  return { svg: svg.node()!, points: [] };
}

/** No axis without a bar on it. */
function nothingMeasured(title: string, width: number, theme: Theme): Drawn {
  const svg = picture(
    frame(width, 28, { top: 0, right: 0, bottom: 0, left: 0 }),
    l10n.t("{0}: no step was measured", title),
    theme,
  );
  svg
    .append("text")
    .attr("y", 18)
    .attr("fill", theme.muted)
    .text(l10n.t("No step was measured: more samples, or a higher temperature of the run, bring other words."));
  return { svg: svg.node()!, points: [] };
}
