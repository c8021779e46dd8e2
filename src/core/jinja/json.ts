/** `json.dumps` of Python, as the chat templates' own `tojson` calls it. */
import type { Budget } from "./limits";
import type { Arguments } from "./arguments";
import {
  compare,
  floatText,
  intText,
  isBool,
  isDict,
  isFloat,
  isInt,
  isList,
  isNone,
  isText,
  itemsOf,
  numberOf,
  ofKey,
  textOf,
  truthy,
  typeName,
  UNDEFINED,
  type Value,
} from "./values";

/** Numbers that JSON has not, as Python writes them. */
const FLOAT_WORDS: Readonly<Record<string, string>> = { nan: "NaN", inf: "Infinity", "-inf": "-Infinity" };
/** Nesting that is written. */
const DEEPEST = 100;

/** In the order in which the `tojson` of chat templates takes them. */
const OPTIONS = ["ensure_ascii", "indent", "separators", "sort_keys"] as const;

/** @throws Error where a value has no form in JSON */
export function jsonOf(value: Value, { args, named }: Arguments, budget: Budget): string {
  const option = (name: (typeof OPTIONS)[number]) => args[OPTIONS.indexOf(name)] ?? named.get(name) ?? UNDEFINED;
  const indent = option("indent");
  const width = isText(indent) ? indent.value : numberOf(indent);
  if (typeof width === "number") budget.text(width);
  const unit = typeof width === "number" ? " ".repeat(Math.max(0, width)) : width;
  const separators = option("separators");
  const [between, colon] = isList(separators)
    ? itemsOf(separators).map(textOf)
    : [unit === undefined ? ", " : ",", ": "];
  const ascii = truthy(option("ensure_ascii"));
  const sorted = truthy(option("sort_keys"));
  let length = 0;

  const quote = (text: string) => {
    const quoted = JSON.stringify(text);
    return ascii
      ? quoted.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
      : quoted;
  };
  const enclosed = (open: string, parts: string[], close: string, depth: number): string => {
    if (unit === undefined || parts.length === 0) return open + parts.join(between) + close;
    budget.text(unit.length * (depth + 1) * parts.length);
    const line = `\n${unit.repeat(depth + 1)}`;
    return `${open}${line}${parts.join(`${between}${line}`)}\n${unit.repeat(depth)}${close}`;
  };
  const write = (each: Value, depth: number): string => {
    if (depth > DEEPEST) throw new Error("a value is nested too deeply");
    if (isText(each)) budget.text((length += each.value.length));
    if (isNone(each)) return "null";
    if (isText(each)) return quote(each.value);
    if (isBool(each)) return String(each.value);
    if (isInt(each)) return intText(each.value);
    if (isFloat(each)) return FLOAT_WORDS[floatText(each.value)] ?? floatText(each.value);
    if (isList(each))
      return enclosed(
        "[",
        each.value.map((one) => write(one, depth + 1)),
        "]",
        depth,
      );
    if (!isDict(each)) throw new Error(`Object of type ${typeName(each)} is not JSON serializable`);
    const entries = [...each.value];
    if (sorted) entries.sort(([a], [b]) => compare(ofKey(a), ofKey(b)));
    const parts = entries.map(
      ([key, one]) =>
        `${quote(key === null ? "null" : typeof key === "number" && !Number.isInteger(key) ? floatText(key) : String(key))}${colon}${write(one, depth + 1)}`,
    );
    return enclosed("{", parts, "}", depth);
  };
  return write(value, 0);
}
