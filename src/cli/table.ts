/** Plain-text tables for a terminal. */
import { shorten } from "../core/text/shorten";

/** What a model answers can be a whole text. */
const LONGEST_CELL = 60;

/** Aligns `rows` under `head`: the first column to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((cell) => shorten(cell, LONGEST_CELL)));
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "─".repeat(width))), ...shown.map(line)].join("\n");
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function mark(correct: boolean | undefined): string {
  return correct === undefined ? "–" : correct ? "✓" : "✗";
}
