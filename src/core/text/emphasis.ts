/** What a line says with emphasis, in formulas or bold words: the last of it, with those that it is listed with. */

interface Emphasis {
  /** Where the content is, of several all of them with their marks. */
  from: number;
  to: number;
  /** Whether there are several: “$1$, $2$ and $4$”. */
  several: boolean;
}

const PAIRS = [
  ["\\(", "\\)"],
  ["$", "$"],
  ["**", "**"],
  ["[[", "]]"],
] as const;

/** What joins the items of a list. */
const JOINED = /^ {0,9}(?:([,;、]?) {0,9}(and|or|und|oder|et|ou|y|o|e|и|или|或|和)?) {0,9}$/i;
/** Before what only leads to the last: “for $x=2$, $y=3$”. */
const CONDITION =
  /(?:^|[^\p{L}])(?:for|with|when|if|since|given|as|where|because|while|at|setting|let|putting|by|from|using)[ :]{1,9}$/iu;
/** Before what is denied. */
const DENIED = /(?:(?:^|[^\p{L}])not|n't|rather than|instead of) {0,3}$/iu;
/** The farthest that one item is from the next. */
const WIDEST = 20;

/** Where the last `\(…\)`, `$…$` or `**…**` of a line has its content. */
export function lastEmphasised(line: string): Emphasis | undefined {
  const found = PAIRS.flatMap(([open, close]) => {
    const to = line.lastIndexOf(close);
    const from = to <= 0 ? -1 : line.lastIndexOf(open, to - 1);
    return from < 0 || line[from - 1] === "\\" ? [] : [{ from: from + open.length, to, open, close }];
  });
  const last = found
    .filter(({ from, to }) => line.slice(from, to).trim() !== "" && !/[*\n]/.test(line.slice(from, to)))
    .filter(({ from, to, open }) => open !== "**" || !isLabel(line.slice(from, to), line.slice(to + 2, to + 4)))
    .sort((a, b) => a.from - b.from)
    .pop();
  if (!last) return undefined;
  const { from, to, open, close } = last;
  const start = from - open.length;
  if (DENIED.test(line.slice(Math.max(0, start - WIDEST), start))) return undefined;
  const first = listStart(line, start, open, close);
  return first === start ? { from, to, several: false } : { from: first, to: to + close.length, several: true };
}

/** `**Key point**:`, which names what follows and is not said to be anything. */
const isLabel = (words: string, after: string): boolean =>
  /^ ?[:：]/.test(after) || /[:：] ?$/.test(words)
    ? /\p{L}{2}/u.test(words) && !/\d/.test(words) && !/^(?:yes|no|true|false) ?[:：]? ?$/i.test(words)
    : false;

/** Where the first item of a list begins whose last one begins at `last`. */
function listStart(line: string, last: number, open: string, close: string): number {
  let start = last;
  let word = false;
  for (;;) {
    const end = line.lastIndexOf(close, start - close.length);
    const from = end <= 0 ? -1 : line.lastIndexOf(open, end - 1);
    const between = from < 0 || start - end > WIDEST ? "" : line.slice(end + close.length, start);
    const joint = JOINED.exec(between);
    if (!joint || (!joint[1] && !joint[2]) || line.slice(from + open.length, end).trim() === "") break;
    // Of “$x=2$ and $y=3$, $x+y=5$” only the last is concluded.
    if (joint[2] && start !== last && !word) return last;
    word ||= joint[2] !== undefined;
    start = from;
  }
  return CONDITION.test(line.slice(Math.max(0, start - WIDEST), start)) && !word ? last : start;
}

/** A row of a list that holds nothing but emphasis. */
const ROW = /^\s{0,20}(?:[-*+•]|\d{1,3}[.)])\s{1,20}(?:\*\*|\$|\\\().{0,200}(?:\*\*|\$|\\\))[.,;]?\s{0,20}$/;

/** Whether a text ends with several rows of a list, none of which alone is the answer. */
export function isOneOfRows(text: string): boolean {
  const [before, last] = text.slice(-500).split(/\n+/).slice(-2);
  return last !== undefined && ROW.test(last) && ROW.test(before!);
}
