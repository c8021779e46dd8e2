/** The figures of traces as comma-separated values. */
import type { Trace } from "../../trace/fold";
import type { PriceTable } from "../../measure/prices";
import { COLUMNS, figureRow, type Cell } from "./figuresTable";

/** Blanks, line breaks and characters without a shape, which spreadsheets pass over before a formula. */
const UNSEEN = /^[\s\p{Z}\p{Cc}\p{Cf}]+/u;

/** Whether a spreadsheet may take text for a formula: by its first sign, in any width and behind anything that is not seen. */
function isFormula(text: string): boolean {
  if (/^[-+]?[\d.,]+%?$/.test(text)) return false;
  return /^[\t\r\n]/.test(text) || /^[=+\-@]/.test(text.slice(0, 1000).normalize("NFKC").replace(UNSEEN, ""));
}

/** One field. Text that a spreadsheet would take for a formula gets an apostrophe first: models write anything. */
function field(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const safe = isFormula(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A header line and one line a trace (RFC 4180). @param prices as for `figureRow` */
export function csvOf(traces: readonly Trace[], prices: PriceTable = {}): string {
  const rows: Cell[][] = [[...COLUMNS], ...traces.map((trace) => figureRow(trace, prices))];
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}
