/** Jinja2's filters of texts. */
import { argument, flag, size, type Arguments } from "./arguments";
import type { Budget } from "./limits";
import { cutOf, escaped, lengthOf, linesOf, points, words } from "./texts";
import {
  isDict,
  isList,
  isNone,
  isText,
  isUndefined,
  itemsOf,
  numberOf,
  ofKey,
  str,
  textOf,
  tuple,
  type Value,
} from "./values";

export function indented(value: Value, given: Arguments, budget: Budget): Value {
  const width = argument(given, 0, "width", undefined);
  budget.text((width && numberOf(width)) ?? 0);
  const by = width && isText(width) ? width.value : " ".repeat(Math.max(0, (width && numberOf(width)) ?? 4));
  const [first, blank] = [flag(given, 1, "first"), flag(given, 2, "blank")];
  const lines = linesOf(`${textOf(value)}\n`);
  budget.text(lines.length * by.length);
  return str(lines.map((line, index) => ((index === 0 ? first : blank || line !== "") ? by + line : line)).join("\n"));
}

export function truncated(value: Value, given: Arguments): Value {
  const text = textOf(value);
  const length = size(given, 0, "length", 255);
  const end = textOf(argument(given, 2, "end", str("...")));
  if (lengthOf(text) <= length + size(given, 3, "leeway", 5)) return str(text);
  const head = cutOf(text, 0, Math.max(0, length - lengthOf(end)));
  const at = head.lastIndexOf(" ");
  return str((flag(given, 1, "killwords") || at < 0 ? head : head.slice(0, at)) + end);
}

/** Behind a hyphen between words of at least two letters; a dash stands by itself. */
const HYPHEN = /(?<=\p{L}\p{L}-|\p{L}-\p{L}-)(?=\p{L}-?\p{L})/u;

const isBlankPiece = (piece: string | undefined) => piece !== undefined && /^[\t-\r ]*$/.test(piece);

/** As `textwrap.wrap` of Python breaks one line. */
function wrapped(line: string, width: number, breaksWords: boolean, breaksHyphens: boolean): string[] {
  const pieces = line
    .split(/([\t-\r ]+)/)
    .flatMap((piece) => (breaksHyphens ? piece.split(HYPHEN) : [piece]))
    .filter((piece) => piece !== "")
    .reverse();
  const lines: string[] = [];
  while (pieces.length > 0) {
    if (lines.length > 0 && isBlankPiece(pieces.at(-1))) pieces.pop();
    const row: string[] = [];
    let left = width;
    for (let next = pieces.at(-1); next !== undefined && lengthOf(next) <= left; next = pieces.at(-1)) {
      row.push(next);
      left -= lengthOf(next);
      pieces.pop();
    }
    const long = pieces.at(-1);
    if (long !== undefined && lengthOf(long) > width) {
      pieces.pop();
      if (!breaksWords && row.length > 0) pieces.push(long);
      else {
        // A word that fits into no line fills the rest of this one.
        const end = breaksWords ? placeToBreak(long, left, breaksHyphens) : long.length;
        row.push(cutOf(long, 0, end));
        const rest = cutOf(long, end);
        if (rest !== "") pieces.push(rest);
      }
    }
    if (isBlankPiece(row.at(-1))) row.pop();
    if (row.length > 0) lines.push(row.join(""));
  }
  return lines;
}

/** Behind the last hyphen that fits, where letters stand before it. */
function placeToBreak(word: string, left: number, breaksHyphens: boolean): number {
  if (!breaksHyphens) return left;
  const hyphen = points(word).lastIndexOf("-", left - 1);
  return left > 0 && hyphen > 0 && /[^-]/.test(cutOf(word, 0, hyphen)) ? hyphen + 1 : left;
}

export function wordWrapped(value: Value, given: Arguments): Value {
  const width = size(given, 0, "width", 79);
  if (!(width > 0)) throw new Error(`invalid width ${width} (must be > 0)`);
  const wrap = argument(given, 2, "wrapstring", undefined);
  const by = wrap === undefined || isNone(wrap) ? "\n" : textOf(wrap);
  const breaks = [flag(given, 1, "break_long_words", true), flag(given, 3, "break_on_hyphens", true)] as const;
  return str(
    linesOf(textOf(value))
      .map((line) => wrapped(line, width, ...breaks).join(by))
      .join(by),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi,
    (all, decimal?: string, hex?: string, name = "") => {
      const code = decimal === undefined ? parseInt(hex ?? "", 16) : Number(decimal);
      if (Number.isNaN(code)) return ENTITIES[name as string] ?? all;
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}

/** `text` without what stands between two marks, and without the marks. */
function without(text: string, open: string, close: string): string {
  let rest = "";
  let at = 0;
  for (;;) {
    const from = text.indexOf(open, at);
    const end = from < 0 ? -1 : text.indexOf(close, from);
    if (end < 0) return rest + text.slice(at);
    rest += text.slice(at, from);
    at = end + close.length;
  }
}

export const withoutTags = (text: string): string =>
  unescaped(words(without(without(text, "<!--", "-->"), "<", ">")).join(" "));

export const titleWords = (text: string): string =>
  text
    .split(/([-\s({[<]+)/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join("");

/** Half a character, which stands for none. */
const LONE_HALF = /\p{Cs}/gu;

const percentEncoded = (text: string): string =>
  encodeURIComponent(text.replace(LONE_HALF, "\ufffd")).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export function urlEncoded(value: Value): string {
  if (isText(value) || !(isDict(value) || isList(value))) return percentEncoded(textOf(value)).replaceAll("%2F", "/");
  const pairs = isDict(value) ? [...value.value].map(([key, each]) => tuple([ofKey(key), each])) : itemsOf(value);
  return pairs
    .map((pair) =>
      itemsOf(pair)
        .map((each) => percentEncoded(textOf(each)).replaceAll("%20", "+"))
        .join("="),
    )
    .join("&");
}

export function xmlAttributes(value: Value, given: Arguments): Value {
  const entries = isDict(value) ? [...value.value] : [];
  const written = entries
    .filter(([, each]) => !isNone(each) && !isUndefined(each))
    .map(([key, each]) => {
      if (/[\s/>=]/.test(String(key))) throw new Error(`'${key}' is no name of an attribute`);
      return `${escaped(String(key))}="${escaped(textOf(each))}"`;
    })
    .join(" ");
  return str(written !== "" && flag(given, 0, "autospace", true) ? ` ${written}` : written);
}
