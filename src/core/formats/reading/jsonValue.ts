/** Values of foreign JSON, taken for what they should be and for nothing where they are something else. */
import { LONGEST_TEXT } from "../limits";

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

/** @returns the text of a value that stands for an answer: a number or a truth value is written out */
export function scalar(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return text(value);
}

/** @returns an instant as ISO 8601, from such a text or from milliseconds since 1970; undefined where it is none */
export function instant(value: unknown): string | undefined {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)) return value.slice(0, 40);
  const ms = number(value);
  return ms === undefined || ms <= 0 || ms > 8e15 ? undefined : new Date(ms).toISOString();
}

/** @returns milliseconds between two instants in ISO 8601, where both are such and in order */
export function msBetween(start: unknown, end: unknown): number | undefined {
  const ms = Date.parse(text(end) ?? "") - Date.parse(text(start) ?? "");
  return ms >= 0 ? ms : undefined;
}
