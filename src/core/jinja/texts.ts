/** Texts as Python sees them: counted in code points, with its own blanks, line ends and letters. */

/** What `str.isspace` of Python says yes to. */
const BLANKS = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BLANK = new RegExp(`[${BLANKS}]`);
const WORDS = new RegExp(`[^${BLANKS}]+`, "g");
const ONLY_BLANKS = new RegExp(`^[${BLANKS}]+$`);

export const isBlank = (text: string): boolean => ONLY_BLANKS.test(text);
/** What stands between blanks. */
export const words = (text: string): string[] => text.match(WORDS) ?? [];

const HALF = /[\ud800-\udfff]/;

/** The code points of a text. */
export const points = (text: string): string[] => (HALF.test(text) ? Array.from(text) : text.split(""));
export const lengthOf = (text: string): number => (HALF.test(text) ? Array.from(text).length : text.length);
/** `text[from:to]` of Python, with places from the end where they are negative. */
export function cutOf(text: string, from = 0, to?: number): string {
  return HALF.test(text) ? Array.from(text).slice(from, to).join("") : text.slice(from, to);
}

/** `text.strip(characters)`; without characters, blanks. */
export function strip(text: string, characters: string | undefined, ends: "both" | "left" | "right" = "both"): string {
  const set = new Set(characters);
  const goes = (char: string) => (characters === undefined ? BLANK.test(char) : set.has(char));
  const all = characters !== undefined && HALF.test(characters) ? Array.from(text) : text;
  let [from, to] = [0, all.length];
  if (ends !== "right") while (from < to && goes(all[from]!)) from++;
  if (ends !== "left") while (to > from && goes(all[to - 1]!)) to--;
  const kept = all.slice(from, to);
  return typeof kept === "string" ? kept : kept.join("");
}

const LINE_ENDS = "\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029";
const LINE = new RegExp(`([^${LINE_ENDS}]*)(\\r\\n|[${LINE_ENDS}]|$)`, "g");

/** `text.splitlines(keepends)`. */
export function linesOf(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  for (const [all, line, end] of text.matchAll(LINE)) if (all !== "") lines.push(keepEnds ? line! + end! : line!);
  return lines;
}

/** `text.split(separator, most)`, and `rsplit`. */
export function split(text: string, separator: string | undefined, most: number, fromRight: boolean): string[] {
  if (separator === "") throw new Error("empty separator");
  const parts = separator === undefined ? words(text) : text.split(separator);
  if (most < 0 || parts.length - 1 < most) return parts;
  if (separator === undefined) {
    // What is left keeps its blanks on the far side.
    const kept = fromRight ? parts.slice(parts.length - most) : parts.slice(0, most);
    const near = fromRight ? "right" : "left";
    let rest = strip(text, undefined, near);
    for (const each of fromRight ? kept.toReversed() : kept) {
      rest = fromRight ? rest.slice(0, rest.length - each.length) : rest.slice(each.length);
      rest = strip(rest, undefined, near);
    }
    const others = rest === "" ? [] : [rest];
    return fromRight ? [...others, ...kept] : [...kept, ...others];
  }
  return fromRight
    ? [parts.slice(0, parts.length - most).join(separator), ...parts.slice(parts.length - most)]
    : [...parts.slice(0, most), parts.slice(most).join(separator)];
}

/** Letters of two, which have a form of their own at the beginning of a word. */
const DIGRAPHS: Readonly<Record<string, string>> = { Ǆ: "ǅ", Ǉ: "ǈ", Ǌ: "ǋ", Ǳ: "ǲ" };

const titled = (letter: string): string => {
  const [first = "", ...rest] = Array.from(letter.toUpperCase());
  return (DIGRAPHS[first] ?? first) + rest.join("").toLowerCase();
};

/** `text.capitalize()`. */
export function capitalized(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return text === "" ? "" : titled(first) + text.slice(first.length).toLowerCase();
}

/** `text.title()`: a word begins behind whatever has no upper case. */
export const title = (text: string): string => text.replace(/\p{Cased}+/gu, capitalized);

export function casefold(text: string): string {
  return Array.from(text, (char) => {
    const upper = char.toUpperCase();
    return char === "ς" ? "σ" : upper.length > char.length ? upper.toLowerCase() : char.toLowerCase();
  }).join("");
}

/** `text.expandtabs(size)`. */
export function expandTabs(text: string, size: number): string {
  let column = 0;
  return Array.from(text, (char) => {
    if (char === "\t") {
      const blanks = size > 0 ? size - (column % size) : 0;
      column += blanks;
      return " ".repeat(blanks);
    }
    column = /[\n\r]/.test(char) ? 0 : column + 1;
    return char;
  }).join("");
}

/** `markupsafe.escape` of Python. */
export const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&#34;")
    .replaceAll("'", "&#39;");
