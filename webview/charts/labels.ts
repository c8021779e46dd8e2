/** Labels of charts: how wide they are, and places for them where they keep clear of each other. */
import type { Svg } from "./picture";

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

/** A line is named at its right by a sample of it and its name: its own colour and dash, so that no legend is needed. */
export interface LineName {
  name: string;
  colour: string;
  dash: string;
  /** A second row under the name, and its colour. */
  detail?: readonly [text: string, colour: string];
}

/** Room that the sample takes before the name. */
export const SAMPLE_WIDTH = 16;

/** @param x left end of the sample; @param y its height */
export function nameLine(svg: Svg, x: number, y: number, { name, colour, dash, detail }: LineName): void {
  svg
    .append("path")
    .attr("d", `M${x},${y}h10`)
    .attr("stroke", colour)
    .attr("stroke-width", 2)
    .attr("stroke-dasharray", dash);
  const text = svg
    .append("text")
    .attr("x", x + SAMPLE_WIDTH - 2)
    .attr("y", y + 4)
    .text(name);
  if (!detail) return;
  text.attr("font-weight", 600);
  svg
    .append("text")
    .attr("x", x + SAMPLE_WIDTH - 2)
    .attr("y", y + 17)
    .attr("fill", detail[1])
    .text(detail[0]);
}
