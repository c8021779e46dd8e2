/** Where thinking has ended and what closes it begins. */
import { isCutShort } from "../trace/kinds";
import { THINK_FORMATS } from "../text/thinkFormat";
import type { Trace } from "../trace/fold";

/** Positions in which to look for the mark with which a model ended its thinking. */
const LONGEST_MARK = 8;
/** Of traces that do not say how their model closes thinking. */
const CLOSERS = THINK_FORMATS.map(({ closer }) => closer);

/** Offset at which what closes thinking begins: behind an early exit and its trial, or with the model's own mark. */
export function closingOf({ header, exit, checks, positions }: Trace): number {
  const end = Math.min(exit?.at ?? positions.length, positions.length);
  if (isCutShort(exit?.why)) {
    const trials = checks.flatMap(({ at, trial }) => (trial && at === end ? trial[1] : []));
    return Math.min(Math.max(end, ...trials), positions.length);
  }
  const own = header?.think?.closer;
  const closers = own ? [own] : CLOSERS;
  let text = "";
  for (let at = end - 1; at >= Math.max(0, end - LONGEST_MARK); at--) {
    text = positions[at]!.text + text;
    if (closers.some((closer) => text.includes(closer))) return at;
  }
  return end;
}
