/** A strategy's options as a person edits them: their values as text, their bounds in words, and what does not fit. */
import * as z from "zod";
import type { JsonSchema } from "../../core/trace/jsonSchema";
import { shorten } from "../../core/text/shorten";
import type { OptionValues } from "./promptOptions";

/** Values by where they come from, the nearest first: the first that has an option counts. */
export type OptionSources = readonly (readonly [from: string, values: OptionValues])[];

export interface OptionRow {
  readonly name: string;
  readonly schema: JsonSchema;
  /** Of the next run; undefined where the model or the strategy decides by itself. */
  readonly value: unknown;
  /** As in `this prompt`. */
  readonly from: string;
  /** What it is for, in a sentence. */
  readonly description: string;
}

/** @param options JSON Schema of a strategy's options, as the engine gives it */
export function optionRows({ properties = {} }: JsonSchema, sources: OptionSources): OptionRow[] {
  return Object.entries(properties).map(([name, schema]) => {
    const [from, values] = sources.find(([, each]) => each[name] !== undefined) ?? ["default", undefined];
    const description = schema.description ?? "";
    return { name, schema, value: values ? values[name] : schema.default, from, description };
  });
}

const VALUE_LENGTH = 60;

/** As in `0.9 · this prompt`. */
export function valueWords({ value, schema, from }: OptionRow): string {
  const text =
    value === undefined ? "as the model or the strategy decides" : shorten(valueText(schema, value), VALUE_LENGTH);
  return `${text === "" ? "empty" : text} · ${from}`;
}

/** The few values that are to be chosen among; undefined where a value is written. */
export function choicesOf({ enum: values, type }: JsonSchema): unknown[] | undefined {
  if (values) return values;
  return type === "boolean" ? [true, false] : undefined;
}

const isTextual = ({ type }: JsonSchema): boolean => type === "string";

/** The value as a person types it: texts as they are, with `\n` for a line break, all else as JSON. */
export function valueText(schema: JsonSchema, value: unknown): string {
  if (value === undefined) return "";
  if (!isTextual(schema) || typeof value !== "string") return JSON.stringify(value);
  return value.replace(/[\\\n\t]/g, (sign) => ({ "\\": "\\\\", "\n": "\\n", "\t": "\\t" })[sign]!);
}

/** What a person typed as a value, or what is wrong with it. */
export function readValue(schema: JsonSchema, typed: string): { value: unknown } | { problem: string } {
  const problem = { problem: `It takes ${boundsWords(schema)}.` };
  let value: unknown;
  try {
    value = isTextual(schema) ? unescaped(typed) : (JSON.parse(typed) as unknown);
  } catch {
    return problem;
  }
  return fits(schema, value) ? { value } : problem;
}

export const fits = (schema: JsonSchema, value: unknown): boolean =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success;

const unescaped = (text: string): string =>
  text.replace(/\\([\\nt])/g, (_, sign: string) => ({ "\\": "\\", n: "\n", t: "\t" })[sign]!);

/** What fits, as in `a number from 0 to 1` or `a list of texts in JSON, as ["Wait"]`. */
export function boundsWords(schema: JsonSchema): string {
  const { type, enum: values } = schema;
  if (values) return `one of ${values.map(String).join(", ")}`;
  switch (type) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number${rangeWords(schema)}`;
    case "number":
      return `a number${rangeWords(schema)}`;
    case "string":
      return `a text${schema["maxLength"] === undefined ? "" : ` of at most ${String(schema["maxLength"])} characters`}; \\n is a line break`;
    case "array":
      return `${listWords(schema)} in JSON, as ${JSON.stringify(exampleOf(schema))}`;
    default:
      return 'names and values in JSON, as {"name": true}';
  }
}

function listWords({ items, minItems, maxItems }: JsonSchema): string {
  const choices = typeof items === "object" ? items.enum : undefined;
  const counts = [
    ...(minItems === undefined ? [] : [`${String(minItems)} or more`]),
    ...(maxItems === undefined ? [] : [`at most ${String(maxItems)}`]),
  ];
  const of = choices ? `${counts.length > 0 ? "of " : ""}these: ${choices.map(String).join(", ")},` : "texts";
  return `a list of ${[...counts, of].join(" ")}`;
}

/** The default says best how a list is written, where it is not empty. */
function exampleOf({ default: usual, items }: JsonSchema): unknown[] {
  if (Array.isArray(usual) && usual.length > 0) return usual.slice(0, 2) as unknown[];
  const [first = "Wait"] = (typeof items === "object" ? items.enum : undefined) ?? [];
  return [first];
}

/** The bound that every whole number has is none to a person. */
function rangeWords(schema: JsonSchema): string {
  const { minimum, maximum = Number.MAX_SAFE_INTEGER } = schema;
  const [over, under] = [schema["exclusiveMinimum"], schema["exclusiveMaximum"]];
  const low = over === undefined ? minimum : over;
  const high = under ?? (maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined);
  const lowest = low === undefined ? "" : over === undefined ? `from ${String(low)}` : `above ${String(low)}`;
  const highest = high === undefined ? "" : under === undefined ? `to ${String(high)}` : `below ${String(high)}`;
  return [lowest, highest].map((words) => (words === "" ? "" : ` ${words}`)).join("");
}
