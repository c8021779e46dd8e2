/** Text of a trace for captions and tables of figures. */
import type { Trace } from "../../src/core/trace/fold";
import { oneLine } from "../dom/safeText";

/** Tags of thinking and its parts say nothing of a step. */
const TAGS = /<\/?(?:think|summary|history)>/g;

/** Positions [from, to) on one line of at most `length` characters, without tags. */
export function textOf(trace: Trace, from: number, to: number, length = 160): string {
  return oneLine(wholeText(trace, from, Math.min(to, from + 400)).replace(TAGS, ""), length);
}

/** Positions [from, to) as they were written. */
export const wholeText = (trace: Trace, from: number, to: number): string =>
  trace.positions
    .slice(from, to)
    .map(({ text }) => text)
    .join("");
