/** What a chart mark returns, and the parts that charts share: the picture's ground, axes, and labels that keep clear. */
import { create, type ScaleContinuousNumeric, type Selection } from "d3";
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

type Scale = ScaleContinuousNumeric<number, number>;

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

/** A rough width of text in pixels at 11 px, wide enough for any common font. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += character.codePointAt(0)! > 0x2e7f ? 11 : 6.4;
  return width;
}

/** `text` cut to a width in pixels, with an ellipsis where it was. */
export function clipText(text: string, width: number): string {
  const characters = [...text];
  while (characters.length > 1 && textWidth(characters.join("")) > width) characters.pop();
  return characters.length < [...text].length ? `${characters.slice(0, -1).join("")}…` : text;
}

/** Keeps boxes that are taken, and says whether another one is still free. */
export class Occupied {
  private readonly boxes: [left: number, top: number, right: number, bottom: number][] = [];

  /** Takes the box if nothing lies in it. */
  take(left: number, top: number, right: number, bottom: number): boolean {
    const free = this.boxes.every(([l, t, r, b]) => right <= l || left >= r || bottom <= t || top >= b);
    if (free) this.boxes.push([left, top, right, bottom]);
    return free;
  }
}

/** Moves label positions apart to at least `gap`, keeping their order and staying within [low, high] where they fit. */
export function spread(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!);
  const placed = [...positions];
  let next = low;
  for (const index of order) {
    placed[index] = Math.max(next, placed[index]!);
    next = placed[index]! + gap;
  }
  let limit = high;
  for (const index of order.reverse()) {
    placed[index] = Math.min(limit, placed[index]!);
    limit = placed[index]! - gap;
  }
  return placed;
}
