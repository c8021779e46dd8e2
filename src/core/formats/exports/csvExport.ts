/** The figures of traces as comma-separated values. */
import type { Trace } from "../../trace/fold";
import { COLUMNS, figureRow, type Cell } from "./figuresTable";

/** One field. Text that a spreadsheet would take for a formula gets an apostrophe first: models write anything. */
function field(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) && !/^[-+]?[\d.,]+%?$/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A header line and one line a trace (RFC 4180). */
export function csvOf(traces: readonly Trace[]): string {
  const rows: Cell[][] = [[...COLUMNS], ...traces.map(figureRow)];
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}
