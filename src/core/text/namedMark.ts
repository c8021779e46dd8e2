/** Tells marks that a text only names, quotes or shows in code from those that it writes. */

/** No mark is longer, in characters: headers of Harmony name tools. */
export const LONGEST_MARK = 240;

/** What follows on the same line, and whether the line is over. */
export function restOfLine(text: string, from: number, longest = LONGEST_MARK): { text: string; over: boolean } {
  const ahead = text.slice(from, from + longest);
  const end = ahead.indexOf("\n");
  return { text: end < 0 ? ahead : ahead.slice(0, end), over: end >= 0 };
}

const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "“": "”",
  "„": "“”",
  "‘": "’",
  "«": "»",
  "「": "」",
  "(": ")",
  "*": "*",
  "\\": "\\",
};
/** Characters of a line in which the two ends of a piece of code are looked for. */
const LONGEST_CODE = 80;

/** Whether a mark stands between quotation marks or in a piece of code within its line. */
export function isQuoted(text: string, from: number, to: number, final: boolean): boolean | "later" {
  const before = text[from - 1] ?? "\n";
  const after = text[to];
  const closing = before === "`" ? "`" : QUOTES[before];
  // A quotation mark that ends a word closes what was quoted before the mark.
  const opens = closing !== undefined && (before === "`" || /[\s([{\\"'*]/.test(text[from - 2] ?? "\n"));
  if (opens && after === undefined) return final || "later";
  if (opens && closing.includes(after!)) return true;
  return inCode(text, from, to, final);
}

function inCode(text: string, from: number, to: number, final: boolean): boolean | "later" {
  const before = text.slice(Math.max(0, from - LONGEST_CODE), from);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const ticks = (piece: string) => piece.match(/`/g)?.length ?? 0;
  // Odd: one of them opened.
  if (ticks(line) % 2 === 0) return false;
  const rest = restOfLine(text, to, LONGEST_CODE);
  if (!rest.over && !final && rest.text.length < LONGEST_CODE) return "later";
  return ticks(rest.text) % 2 === 1;
}

/** Words after which a mark is named and not written. */
const NAMING =
  /(?:^|[^\p{L}])(?:the|a|an|this|that|between|tags?|tokens?|markers?|closing|opening|with|within|in|inside|of|after|before|and|or|use|using|called)[ \t]+$/iu;
/** What follows a mark that is talked about. */
const NAMED = /^(?:[ \t]+(?:tags?|blocks?|tokens?|markers?|elements?)\b|[.,;:?!)]+(?:[ \t]|$))/;
const MAY_BE_NAMED = /^(?:[ \t]+[a-z]{0,8}|[.,;:?!)]*)$/;

/** Whether a sentence speaks of a mark, as of the tags in “between <think> and </think>”. */
export function isProse(text: string, from: number, to: number, final: boolean): boolean | "later" {
  const before = text.slice(Math.max(0, from - 40), from);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (!/[\p{L}\p{N},:;][ \t]+$/u.test(line)) return false;
  if (NAMING.test(line)) return true;
  const rest = restOfLine(text, to);
  if (!final && !rest.over && MAY_BE_NAMED.test(rest.text)) return "later";
  return NAMED.test(rest.text);
}
