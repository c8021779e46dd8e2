/** What every importer and exporter of traces is. Files are data: sizes are capped, nothing in them runs or is followed. */
import type { Trace } from "../fold";
import type { TraceEvent } from "../trace";

/** A file or a pasted text. */
export interface ForeignFile {
  /** Base name; empty for pasted text. */
  name: string;
  /** The text; empty where the file is not UTF-8. */
  text: string;
  /** The bytes, where the file is no text. */
  bytes?: Uint8Array;
}

/** What a file held: the events of each trace, and sentences about what was left out. */
export interface Imported {
  traces: TraceEvent[][];
  problems: string[];
}

export interface TraceFormat {
  id: string;
  /** As people call it. */
  title: string;
  /** Whether the file looks like this format, by name or by its beginning. Cheap; may be wrong. */
  detect(file: ForeignFile): boolean;
  /** May throw on files that are not what they seem: `importTraces` catches. */
  read(file: ForeignFile): Imported;
  /** One text for all traces, with what the format can hold of them. */
  write?(traces: readonly Trace[]): string;
  /** Extension of what `write` gives, with its dot. */
  extension?: string;
}

/** Traces of one file that are read; more would fill memory. */
export const MOST_TRACES = 5000;
/** Characters of one piece of foreign text that are kept. */
export const LONGEST_TEXT = 4_000_000;

export type Json = Record<string, unknown>;

/** @returns `value` as a JSON object, or an empty one */
export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** @returns `value` as a list, or an empty one */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** @returns `value` where it is a text, capped */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value.slice(0, LONGEST_TEXT) : undefined;
}

/** @returns `value` where it is a finite number, also one that is written as text */
export function number(value: unknown): number | undefined {
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : undefined;
}

/** The JSON value of a text, or undefined. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}

/** The JSON values of a file: of a whole `.json` (a list gives its elements), else of each line that is JSON. */
export function jsonValues(source: string): unknown[] {
  const start = source.trimStart()[0];
  if (start !== "{" && start !== "[") return [];
  const whole = parseJson(source);
  if (whole !== undefined) return (Array.isArray(whole) ? (whole as unknown[]) : [whole]).slice(0, MOST_TRACES);
  const values: unknown[] = [];
  for (const line of source.split("\n")) {
    if (line.trim() === "" || values.length >= MOST_TRACES) continue;
    const value = parseJson(line);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** The first JSON value of a file, for detection: its first line, or all of it. */
export function firstJson(source: string): unknown {
  const line = source.trimStart().split("\n", 1)[0]!;
  const value = parseJson(line) ?? parseJson(source);
  return Array.isArray(value) ? value[0] : value;
}
