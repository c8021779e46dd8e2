/** What an answer says, apart from how it is written: numbers with units, LaTeX, words. */

/** A number as an answer gives it. */
export interface Quantity {
  value: number;
  /** What was written around the number, lower case, as in `km` or `apples`; empty where there was nothing. */
  unit: string;
  percent: boolean;
}

const NUMBER = String.raw`\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+`;
const SIGN = String.raw`[-+\u2212\u2013]?`;
const CURRENCY = String.raw`(?:us\$|[$€£¥₹])`;
/** sign, currency, sign, number, exponent | fraction, then the unit: no further digit may follow. */
const QUANTITY = new RegExp(
  String.raw`^(${SIGN})\s*${CURRENCY}?\s*(${SIGN})\s*` +
    String.raw`(?:(\d+)\s+(\d+)\s*/\s*(\d+)|(${NUMBER})\s*/\s*(${SIGN})(${NUMBER})|(${NUMBER}))` +
    String.raw`(?:\s*(?:e|[x×*]\s*10\s*\^)\s*\{?(${SIGN}\d+)\}?)?` +
    String.raw`\s*(%?)\s*([^\d%=<>+*/^()[\]{},;|\\]*)$`,
  "i",
);

const digits = (text: string) => Number(text.replace(/[, \u00a0\u202f]/g, ""));
const isMinus = (sign: string | undefined) => sign === "-" || sign === "\u2212" || sign === "\u2013";

/**
 * Reads a whole text as one number: signs, thousands separators, currency, fractions, mixed numbers, powers of ten,
 * percent and a unit after it. @returns undefined where the text is not one number
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = QUANTITY.exec(text.trim());
  if (!match) return undefined;
  const [, sign1, sign2, whole, top, bottom, numerator, sign3, denominator, plain, exponent, percent, unit = ""] =
    match;
  if (/\b(?:or|and|not|to)\b/i.test(unit)) return undefined;
  let value: number;
  if (whole !== undefined) value = Number(whole) + Number(top) / Number(bottom);
  else if (numerator !== undefined) value = (digits(numerator) / digits(denominator!)) * (isMinus(sign3) ? -1 : 1);
  else value = digits(plain!);
  if (exponent !== undefined) value *= 10 ** Number(exponent.replace(/[\u2212\u2013]/, "-"));
  if (isMinus(sign1) !== isMinus(sign2)) value = -value;
  if (!Number.isFinite(value)) return undefined;
  return { value, unit: unit.trim().toLowerCase().replace(/\.$/, ""), percent: percent === "%" };
}

/** The text between `{` at `open` and its partner, and where the partner stands; undefined if it never closes. */
function bracedGroup(text: string, open: number): { content: string; close: number } | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return { content: text.slice(open + 1, at), close: at };
  }
  return undefined;
}

/** The operand of a LaTeX command at `at`: a braced group, a command or one character. */
function operand(text: string, at: number): { content: string; end: number } {
  while (text[at] === " ") at++;
  if (text[at] === "{") {
    const group = bracedGroup(text, at);
    return group ? { content: group.content, end: group.close + 1 } : { content: text.slice(at + 1), end: text.length };
  }
  const command = /^\\[a-zA-Z]+|^./.exec(text.slice(at, at + 40))?.[0] ?? "";
  return { content: command, end: at + command.length };
}

const atom = (text: string) => (/^[\w.]*$|^\\?[a-zA-Z]+$/.test(text) ? text : `(${text})`);

function plainFractions(text: string): string {
  const fraction = /\\[dtc]?frac(?![a-zA-Z])/.exec(text);
  if (!fraction) return text;
  const top = operand(text, fraction.index + fraction[0].length);
  const bottom = operand(text, top.end);
  const before = text.slice(0, fraction.index);
  // A number right before a fraction makes a mixed number.
  const gap = /\d\s*$/.test(before) ? " " : "";
  const [over, under] = [plainFractions(top.content.trim()), plainFractions(bottom.content.trim())];
  return before + gap + `${atom(over)}/${atom(under)}` + plainFractions(text.slice(bottom.end));
}

function plainCommand(text: string, command: RegExp, write: (content: string) => string): string {
  const found = command.exec(text);
  if (!found) return text;
  const inner = operand(text, found.index + found[0].length);
  return text.slice(0, found.index) + write(inner.content) + plainCommand(text.slice(inner.end), command, write);
}

const LONGEST = 2000;

/** An answer without its dress: Markdown emphasis, quotes, math delimiters, LaTeX spacing and font commands. */
export function plainAnswer(answer: string): string {
  let text = answer.slice(0, LONGEST).trim().normalize("NFKC");
  text = text.replace(/\*\*|__|`/g, "").replace(/^\\\(|\\\)$|^\\\[|\\\]$|^\${1,2}(?=.*\${1,2}$)|(?<=^\$.*)\$+$/gs, "");
  // An opening `$` that stands for money stays for the number reader; a pair of them is math.
  text = text.replace(/^\$(.*)\$$/s, "$1").replaceAll("\\$", "$");
  const boxed = /^\\(?:boxed|fbox)\s*(?=\{)/.exec(text);
  const box = boxed && bracedGroup(text, boxed[0].length);
  if (box && box.close >= text.replace(/[.\s$]+$/, "").length - 1) return plainAnswer(box.content);
  text = plainCommand(text, /\\(?:text|mathrm|mathbf|textbf|textit|mathit|operatorname|mbox)\s*(?=\{)/, (t) => t);
  text = text.replace(/\\(?:left|right|displaystyle|big[lr]?|Big[lr]?)(?![a-zA-Z])/g, "");
  text = text.replace(/\\[,;:! ]|\\q?quad(?![a-zA-Z])|~/g, " ").replace(/(\d)\{,\}(?=\d)/g, "$1,");
  text = text.replace(/\\times(?![a-zA-Z])|\\cdot(?![a-zA-Z])/g, "×").replace(/\\%/g, "%");
  text = text.replace(/\s*\^\s*(?:\{\s*\\circ\s*\}|\\circ)|\s*°/g, " degrees").replace(/\\pi(?![a-zA-Z])|π/g, "pi");
  text = plainCommand(text, /\\sqrt\s*(?!\[)(?=[\s\S])/, (t) => `sqrt(${t})`).replace(/√\s*(\w+)/g, "sqrt($1)");
  text = plainFractions(text);
  text = text.replace(/^["'“”‘’\s]+|["'“”‘’\s]+$/g, "").replace(/(?<!\.)\.$/, "");
  return text.replace(/\s+/g, " ").trim();
}

/** Lower case, no articles, punctuation or spaces around: what is left when two wordings are compared. */
export function comparableWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/\b(?:an?|the)\s+/g, "")
    .replace(/[\s_]+/g, " ")
    .replace(/^[\s.,;:!?'"]+|[\s.,;:!?'"]+$/g, "");
}

/** "Tom is a lempus" as subject and predicate; undefined for other texts. */
export function statement(text: string): { subject: string; predicate: string } | undefined {
  const match = /^(.{1,200}?)\s+(?:is|are|was|were|equals)\s+(.+)$/is.exec(text);
  return match ? { subject: comparableWords(match[1]!), predicate: comparableWords(match[2]!) } : undefined;
}
