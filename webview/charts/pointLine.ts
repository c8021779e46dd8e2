/** A line through its points, with their intervals: what pictures of several lines draw for each of them. */
import { area as areaShape, line as lineShape } from "d3";
import type { Svg } from "./picture";

/** A point in the picture's pixels. */
export interface LinePoint {
  x: number;
  y: number;
  /** The ends of its interval, as heights. */
  interval?: readonly [number, number];
  /** What the point says to a pointer that rests on it. */
  words: string;
  /** A point that is drawn as a ring, filled with this colour. */
  hollow?: string | undefined;
}

export interface LineLook {
  colour: string;
  dash: string;
  radius: number;
  /** How intervals are drawn: as one band behind the line, or as a bar at each point. */
  intervals?: "band" | "bars";
  /** Whether points have an edge in the line's colour, which those need that are drawn as rings. */
  edged?: boolean;
}

/** Draws the points in their order over a line from left to right. */
export function pointLine(
  svg: Svg,
  points: readonly LinePoint[],
  { colour, dash, radius, intervals, edged }: LineLook,
): void {
  const ordered = points.toSorted((a, b) => a.x - b.x);
  if (intervals === "band")
    svg
      .append("path")
      .attr("fill", colour)
      .attr("fill-opacity", 0.1)
      .attr(
        "d",
        areaShape<LinePoint>(
          ({ x }) => x,
          ({ y, interval }) => interval?.[0] ?? y,
          ({ y, interval }) => interval?.[1] ?? y,
        )(ordered),
      );
  svg
    .append("path")
    .attr("fill", "none")
    .attr("stroke", colour)
    .attr("stroke-width", 1.5)
    .attr("stroke-dasharray", dash)
    .attr(
      "d",
      lineShape<LinePoint>(
        ({ x }) => x,
        ({ y }) => y,
      )(ordered),
    );
  for (const { x, y, interval, words, hollow } of points) {
    if (intervals === "bars" && interval)
      svg.append("path").attr("d", `M${x},${interval[0]}V${interval[1]}`).attr("stroke", colour);
    const dot = svg
      .append("circle")
      .attr("cx", x)
      .attr("cy", y)
      .attr("r", radius)
      .attr("fill", hollow ?? colour);
    if (edged) dot.attr("stroke", colour);
    dot.append("title").text(words);
  }
}
