/** Bars that lie under one another, one row each, named at the left. */
import type { BaseType, Selection } from "d3";
import type { Scale } from "./axes";
import { clipText } from "./labels";
import { frame, type Frame } from "./picture";

const ROW = 22;

/** A picture, or a group in it. */
type Parent<Node extends SVGElement, Above extends BaseType> = Selection<Node, undefined, Above, undefined>;

/** @param left room for the names */
export const barsFrame = (rows: number, width: number, { left, right }: { left: number; right: number }): Frame =>
  frame(width, rows * ROW + 44, { top: 6, right, bottom: 38, left });

/** Where the nth row begins, its text stands, and its middle lies. */
export function barRow(area: Frame, index: number): { top: number; baseline: number; middle: number } {
  const top = area.top + index * ROW;
  return { top, baseline: top + 15, middle: top + ROW / 2 };
}

export function nameBar<Node extends SVGElement, Above extends BaseType>(
  parent: Parent<Node, Above>,
  area: Frame,
  index: number,
  name: string,
): void {
  parent
    .append("text")
    .attr("x", area.left - 8)
    .attr("y", barRow(area, index).baseline)
    .attr("text-anchor", "end")
    .text(clipText(name, area.left - 12));
}

/** Draws a stretch of the nth bar. */
export function drawBar<Node extends SVGElement, Above extends BaseType>(
  parent: Parent<Node, Above>,
  area: Frame,
  index: number,
  { x, from, to, fill }: { x: Scale; from: number; to: number; fill: string },
): void {
  parent
    .append("rect")
    .attr("x", x(from))
    .attr("y", barRow(area, index).top + 4)
    .attr("width", Math.max(0, x(to) - x(from)))
    .attr("height", ROW - 8)
    .attr("fill", fill);
}
