/** What a chart returns: a picture with its frame, and the points of it that a person can reach. */
import { create, type Selection } from "d3";
import type { Theme } from "./theme";

export type Svg = Selection<SVGSVGElement, undefined, null, undefined>;

/** A point of a picture that a person can reach by keyboard or pointer. */
export interface DrawnPoint {
  /** Centre and radius in the picture's pixels. */
  x: number;
  y: number;
  radius: number;
  label: string;
  /** Where it leads: a position of a run. */
  run: string;
  at: number;
}

export interface Drawn {
  svg: SVGSVGElement;
  points: DrawnPoint[];
}

export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface Frame extends Margins {
  width: number;
  height: number;
}

export function frame(width: number, height: number, margins: Margins): Frame {
  return { width, height, ...margins };
}

/** An empty picture with its label; text in it takes the theme's font at 11 px. */
export function picture({ width, height }: Frame, label: string, theme: Theme): Svg {
  return create("svg")
    .attr("width", width)
    .attr("height", height)
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("role", "img")
    .attr("aria-label", label)
    .attr("font-family", theme.font)
    .attr("font-size", 11)
    .attr("fill", theme.foreground);
}
