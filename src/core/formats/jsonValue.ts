/** Values of foreign JSON, taken for what they should be and for nothing where they are something else. */
import { LONGEST_TEXT, MOST_TRACES } from "./format";

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
