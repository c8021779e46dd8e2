/** The axes and scales that charts share. */
import { scaleLinear, type ScaleContinuousNumeric, type ScaleLinear } from "d3";
import type { Frame, Svg } from "./picture";
import type { Theme } from "./theme";

export type Scale = ScaleContinuousNumeric<number, number>;

/** Ticks and label under the plot. */
export function bottomAxis(
  svg: Svg,
  scale: Scale,
  area: Frame,
  theme: Theme,
  label: string,
  format: (value: number) => string,
): void {
  const y = area.height - area.bottom;
  const axis = svg.append("g").attr("fill", theme.muted).attr("aria-hidden", "true");
  axis
    .append("path")
    .attr("d", `M${area.left},${y + 0.5}H${area.width - area.right}`)
    .attr("stroke", theme.grid);
  for (const tick of scale.ticks(Math.max(2, Math.floor((area.width - area.left - area.right) / 90)))) {
    const x = Math.round(scale(tick)) + 0.5;
    axis.append("path").attr("d", `M${x},${y}v4`).attr("stroke", theme.grid);
    axis
      .append("text")
      .attr("x", x)
      .attr("y", y + 15)
      .attr("text-anchor", "middle")
      .text(format(tick));
  }
  axis
    .append("text")
    .attr("x", area.width - area.right)
    .attr("y", y + 29)
    .attr("text-anchor", "end")
    .text(label);
}

/** Ticks, faint grid lines and label left of the plot. */
export function leftAxis(
  svg: Svg,
  scale: Scale,
  area: Frame,
  theme: Theme,
  label: string,
  format: (value: number) => string,
  ticks = 4,
): void {
  const axis = svg.append("g").attr("fill", theme.muted).attr("aria-hidden", "true");
  for (const tick of scale.ticks(ticks)) {
    const y = Math.round(scale(tick)) + 0.5;
    axis
      .append("path")
      .attr("d", `M${area.left},${y}H${area.width - area.right}`)
      .attr("stroke", theme.grid)
      .attr("stroke-opacity", 0.35);
    axis
      .append("text")
      .attr("x", area.left - 6)
      .attr("y", y + 3.5)
      .attr("text-anchor", "end")
      .text(format(tick));
  }
  axis.append("text").attr("x", area.left).attr("y", 11).text(label);
}

/** From 0 to `most` over the width of the plot; `most` is taken to be at least 1. */
export function acrossPlot(most: number, area: Frame): ScaleLinear<number, number> {
  return scaleLinear([0, Math.max(1, most)], [area.left, area.width - area.right]);
}

/** From 0 at the bottom of the plot to `most` at its top; `lift` pixels above the axis stay free for a strip of spans. */
export function upPlot(most: number, area: Frame, lift = 0): ScaleLinear<number, number> {
  return scaleLinear([0, most], [area.height - area.bottom - lift, area.top]);
}
