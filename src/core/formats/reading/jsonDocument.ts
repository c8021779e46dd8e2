/** What JSON a text holds: one value, a list, one value a line, or several after one another; whole or as far as it goes. */
import { readPartialJson } from "./partialJson";
import { l10n, type Sentence } from "../../text/l10n";

export interface JsonDocument {
  /** The values, or the elements where all is one list. */
  values: unknown[];
  /** Whether all is one list. */
  isList: boolean;
  /** Whether the text has one value a line. */
  isLines: boolean;
  /** Lines or values that are no JSON and were left out. */
  broken: number;
  /** Whether the text ends within a value, or is broken there: what stands before is in `values`. */
  cut: boolean;
}

/** Lines that are tried before a text is taken for something else than one value a line. */
const TRIED_LINES = 20;
/** A file with so many lines that are no JSON, and more of them than others, is read no further: each costs time. */
export const MOST_BROKEN = 2000;

/** What is said of lines that are no JSON. */
export const brokenLines = (count: number): Sentence =>
  count === 1 ? l10n.later`1 line is not JSON and left out.` : l10n.later`${count} lines are not JSON and left out.`;

/** @returns undefined for a text that is no JSON */
export function readJson(text: string): JsonDocument | undefined {
  const first = /[^\s\uFEFF]/.exec(text.slice(0, 1000))?.[0];
  if (first !== "{" && first !== "[") return undefined;
  const whole = parseJson(text);
  if (whole !== undefined) return ofOne(whole, false);
  if (isLineByLine(text)) return readLines(text);
  return readOneAfterAnother(text);
}

/** Whether a text is JSON for people too, even where it is too broken to hold a value: it is never read as prose. */
export function looksLikeJson(text: string): boolean {
  return /^\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:\{|\[\s*["{[]|$))/.test(text.slice(0, 1000));
}

/** The JSON value of a text, or undefined. */
export function parseJson(source: string): unknown {
  const value = strict(source);
  if (value !== undefined || !/NaN|Infinity|None|True|False/.test(source)) return value;
  const partial = readPartialJson(source);
  return partial?.whole && source.slice(partial.end).trim() === "" ? partial.value : undefined;
}

function strict(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}

function ofOne(value: unknown, cut: boolean): JsonDocument {
  const isList = Array.isArray(value);
  return { values: isList ? (value as unknown[]) : [value], isList, isLines: false, broken: 0, cut };
}

/** The lines of a text without a copy of all of them. */
export function* lines(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    yield text.slice(from, end < 0 ? text.length : end);
    if (end < 0) return;
    from = end + 1;
  }
}

const isRecord = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length > 0;

function isLineByLine(text: string): boolean {
  let [tried, records] = [0, 0];
  for (const line of lines(text)) {
    if (line.trim() === "") continue;
    if (/^\s*[[{]/.test(line) && isRecord(parseJson(line))) records += 1;
    tried += 1;
    if (tried >= TRIED_LINES) break;
  }
  return records > 0 && records * 2 >= tried;
}

function readLines(text: string): JsonDocument {
  const document: JsonDocument = { values: [], isList: false, isLines: true, broken: 0, cut: false };
  for (const line of lines(text)) {
    if (line.trim() === "") continue;
    if (document.broken > MOST_BROKEN && document.broken > document.values.length) break;
    if (document.cut) {
      // It was not the last line.
      document.broken += 1;
      document.values.pop();
      document.cut = false;
    }
    const value = parseJson(line);
    if (value !== undefined) {
      document.values.push(value);
      continue;
    }
    const partial = /^\s*[[{]/.test(line) ? readPartialJson(line, line.search(/[[{]/)) : undefined;
    const reachesEnd = partial !== undefined && isRecord(partial.value) && partial.end >= line.trimEnd().length - 1;
    if (!reachesEnd) document.broken += 1;
    else {
      document.values.push(partial.value);
      document.cut = true;
    }
  }
  return document;
}

/** Python's exporters write indented values one after another; a whole value that is broken gives what stands before. */
function readOneAfterAnother(text: string): JsonDocument | undefined {
  const values: unknown[] = [];
  let [at, broken, cut] = [text.search(/[^\s\uFEFF]/), 0, false];
  while (at >= 0 && at < text.length) {
    const partial = /[[{]/.test(text[at]!) ? readPartialJson(text, at) : undefined;
    if (partial && isRecord(partial.value)) values.push(partial.value);
    if (partial?.whole) at = partial.end;
    else {
      const end = partial?.end ?? at;
      const next = nextLineThatOpens(text, end);
      if (text.slice(end).trim() !== "" && next !== undefined) broken += 1;
      else cut = true;
      if (next === undefined) break;
      at = next;
    }
    const gap = text.slice(at, at + 1000).search(/[^\s,]/);
    at = gap < 0 ? text.length : at + gap;
  }
  if (values.length === 0) return undefined;
  if (values.length === 1) return { ...ofOne(values[0], cut), broken };
  return { values, isList: false, isLines: false, broken, cut };
}

/** Where the next value that begins a line without a blank before it stands. */
function nextLineThatOpens(text: string, from: number): number | undefined {
  let at = text.indexOf("\n", from);
  while (at >= 0 && at + 1 < text.length) {
    if (text[at + 1] === "{" || text[at + 1] === "[") return at + 1;
    at = text.indexOf("\n", at + 1);
  }
  return undefined;
}
