/** Text of a trace for captions and tables of figures. */
import { plainText } from "../../src/core/measure/plainText";
import type { Trace } from "../../src/core/trace/fold";
import { oneLine } from "../dom/safeText";

/** Positions [from, to) on one line of at most `length` characters, without marks and tags. */
export function textOf(trace: Trace, from: number, to: number, length = 160): string {
  return oneLine(plainText(trace, from, Math.min(to, from + 400)), length);
}

/** Positions [from, to) as they were written. */
export const wholeText = (trace: Trace, from: number, to: number): string =>
  trace.positions
    .slice(from, to)
    .map(({ text }) => text)
    .join("");
