/** Where thinking has ended and what closes it begins. */
import { isCutShort } from "../trace/kinds";
import type { Trace } from "../trace/fold";

/** Positions in which to look for the tag with which a model ended its thinking. */
const LONGEST_TAG = 8;

/** Offset at which what closes thinking begins: behind an early exit and its trial, or with the model's own tag. */
export function closingOf({ exit, checks, positions }: Trace): number {
  const end = Math.min(exit?.at ?? positions.length, positions.length);
  if (isCutShort(exit?.why)) {
    const trials = checks.flatMap(({ at, trial }) => (trial && at === end ? trial[1] : []));
    return Math.min(Math.max(end, ...trials), positions.length);
  }
  let text = "";
  for (let at = end - 1; at >= Math.max(0, end - LONGEST_TAG); at--) {
    text = positions[at]!.text + text;
    if (text.includes("</think>")) return at;
  }
  return end;
}
