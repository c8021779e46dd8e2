/** A strategy's options as a person edits them: their values as text, their bounds in words, and what does not fit. */
import * as z from "zod";
import type { JsonSchema } from "../../core/trace/jsonSchema";
import { shorten } from "../../core/text/shorten";
import type { OptionValues } from "./promptOptions";
import { l10n } from "../../core/text/l10n";

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
    const [from, values] = sources.find(([, each]) => each[name] !== undefined) ?? [l10n.t("default"), undefined];
    const { description = "" } = schema;
    return { name, schema, value: values ? values[name] : schema.default, from, description: l10n.t(description) };
  });
}

const VALUE_LENGTH = 60;

/** As in `0.9 · this prompt`. */
export function valueWords({ value, schema, from }: OptionRow): string {
  const text =
    value === undefined
      ? l10n.t("as the model or the strategy decides")
      : shorten(valueText(schema, value), VALUE_LENGTH);
  return `${text === "" ? l10n.t("empty") : text} · ${from}`;
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
  const problem = { problem: l10n.t("It takes {0}.", boundsWords(schema)) };
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
  if (values) return l10n.t("one of {0}", values.map(String).join(", "));
  switch (type) {
    case "boolean":
      return l10n.t("true or false");
    case "integer":
      return l10n.t("a whole number{0}", rangeWords(schema));
    case "number":
      return l10n.t("a number{0}", rangeWords(schema));
    case "string":
      return schema["maxLength"] === undefined
        ? l10n.t("a text; \\n is a line break")
        : l10n.t("a text of at most {0} characters; \\n is a line break", Number(schema["maxLength"]));
    case "array":
      return l10n.t("{0} in JSON, as {1}", listWords(schema), JSON.stringify(exampleOf(schema)));
    default:
      return l10n.t('names and values in JSON, as {"name": true}');
  }
}

function listWords({ items, minItems, maxItems }: JsonSchema): string {
  const choices = typeof items === "object" ? items.enum : undefined;
  const counts = [
    ...(minItems === undefined ? [] : [l10n.t("{0} or more", String(minItems))]),
    ...(maxItems === undefined ? [] : [l10n.t("at most {0}", String(maxItems))]),
  ];
  const of = choices
    ? counts.length > 0
      ? l10n.t("of these: {0},", choices.map(String).join(", "))
      : l10n.t("these: {0},", choices.map(String).join(", "))
    : l10n.t("texts");
  return l10n.t("a list of {0}", [...counts, of].join(" "));
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
  const lowest =
    low === undefined ? "" : over === undefined ? l10n.t("from {0}", String(low)) : l10n.t("above {0}", String(low));
  const highest =
    high === undefined ? "" : under === undefined ? l10n.t("to {0}", String(high)) : l10n.t("below {0}", String(high));
  return [lowest, highest].map((words) => (words === "" ? "" : ` ${words}`)).join("");
}
