/** Jinja2's filters (https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-filters). */
import { percentFormat } from "./formatting";
import { jsonOf } from "./json";
import type { Budget } from "./limits";
import { methodOf, replaceText, strip, type Arguments } from "./methods";
import { test } from "./tests";
import {
  attributeOf,
  compare,
  dict,
  equal,
  float,
  int,
  isBool,
  isDict,
  isFloat,
  isInt,
  isNone,
  isNumber,
  isText,
  isUndefined,
  itemsOf,
  list,
  NONE,
  numberOf,
  ofKey,
  str,
  textOf,
  truthy,
  tuple,
  UNDEFINED,
  type Value,
} from "./values";

type Filter = (value: Value, given: Arguments, budget: Budget) => Value;

/** The argument at a place, or by name. */
function argument<Fallback extends Value | undefined>(
  { args, named }: Arguments,
  at: number,
  name: string,
  fallback: Fallback,
): Value | Fallback {
  return args[at] ?? named.get(name) ?? fallback;
}
const flag = (given: Arguments, at: number, name: string) => truthy(argument(given, at, name, UNDEFINED));
const size = (given: Arguments, at: number, name: string, fallback: number) =>
  numberOf(argument(given, at, name, NONE)) ?? fallback;

/** What values are compared by: an attribute, and letters without their case. */
function keyOf(given: Arguments, attribute: Value | undefined, caseAt: number): (value: Value) => Value {
  const sensitive = flag(given, caseAt, "case_sensitive");
  return (value) => {
    const found = attribute === undefined || isNone(attribute) ? value : attributeOf(value, attribute);
    return isText(found) && !sensitive ? str(found.value.toLowerCase()) : found;
  };
}

function ordered(values: readonly Value[], key: (value: Value) => Value, reverse: boolean): Value[] {
  const sorted = values.map((value) => ({ value, key: key(value) })).sort((a, b) => compare(a.key, b.key));
  const result = sorted.map(({ value }) => value);
  return reverse ? result.reverse() : result;
}

/** `select`, `reject` and their like by attribute: the elements that a test holds for. */
function selected(value: Value, given: Arguments, wanted: boolean, byAttribute: boolean): Value {
  const [attribute, ...rest] = byAttribute ? given.args : [undefined, ...given.args];
  const [name, ...others] = rest;
  return list(
    itemsOf(value).filter((each) => {
      const about = attribute === undefined ? each : attributeOf(each, attribute);
      return (name === undefined ? truthy(about) : test(textOf(name), about, ...others)) === wanted;
    }),
  );
}

function mapped(value: Value, given: Arguments, budget: Budget): Value {
  const attribute = given.named.get("attribute");
  const items = itemsOf(value);
  if (attribute !== undefined) {
    const fallback = given.named.get("default") ?? UNDEFINED;
    return list(
      items.map((each) => {
        const found = attributeOf(each, attribute);
        return isUndefined(found) ? fallback : found;
      }),
    );
  }
  const [name, ...args] = given.args;
  if (name === undefined) throw new Error("map needs a filter or an attribute");
  return list(items.map((each) => filter(textOf(name), each, { args, named: given.named }, budget)));
}

function joined(value: Value, given: Arguments, budget: Budget): Value {
  const separator = textOf(argument(given, 0, "d", UNDEFINED));
  const attribute = argument(given, 1, "attribute", undefined);
  const parts = itemsOf(value).map((each) => textOf(attribute === undefined ? each : attributeOf(each, attribute)));
  budget.text(parts.reduce((sum, part) => sum + part.length, separator.length * parts.length));
  return str(parts.join(separator));
}

function indented(value: Value, given: Arguments, budget: Budget): Value {
  const width = argument(given, 0, "width", int(4));
  budget.text(numberOf(width) ?? 0);
  const by = isText(width) ? width.value : " ".repeat(numberOf(width) ?? 4);
  const [first, blank] = [flag(given, 1, "first"), flag(given, 2, "blank")];
  const lines = textOf(value).split("\n");
  budget.text(lines.length * by.length);
  return str(
    lines.map((line, index) => ((index === 0 ? first : blank || line.trim() !== "") ? by + line : line)).join("\n"),
  );
}

function toInt(value: Value, given: Arguments): Value {
  const base = size(given, 1, "base", 10);
  const text = textOf(value).trim().replaceAll("_", "");
  const number =
    numberOf(value) ?? (base === 10 && /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text) ? Number(text) : parseInt(text, base));
  return Number.isFinite(number) ? int(Math.trunc(number)) : argument(given, 0, "default", int(0));
}

function toFloat(value: Value, given: Arguments): Value {
  const text = textOf(value).trim();
  const number = numberOf(value) ?? (text === "" ? NaN : Number(text));
  return Number.isFinite(number) ? float(number) : argument(given, 0, "default", float(0));
}

function rounded(value: Value, given: Arguments): Value {
  const factor = 10 ** size(given, 0, "precision", 0);
  const method = textOf(argument(given, 1, "method", str("common")));
  const exact = (numberOf(value) ?? 0) * factor;
  if (method === "ceil") return float(Math.ceil(exact) / factor);
  if (method === "floor") return float(Math.floor(exact) / factor);
  // Python rounds a half to the even neighbour.
  const down = Math.floor(exact);
  const half = exact - down === 0.5;
  return float((half ? down + (down % 2 === 0 ? 0 : 1) : Math.round(exact)) / factor);
}

/** Lists of `count` elements each. */
function batched(value: Value, given: Arguments, budget: Budget): Value {
  const count = Math.max(1, size(given, 0, "linecount", 1));
  const fill = argument(given, 1, "fill_with", undefined);
  const items = itemsOf(value);
  const batches: Value[] = [];
  for (let at = 0; at < items.length; at += count) {
    const batch = items.slice(at, at + count);
    if (fill !== undefined && !isNone(fill)) {
      budget.list(count);
      while (batch.length < count) batch.push(fill);
    }
    batches.push(list(batch));
  }
  return list(batches);
}

function grouped(value: Value, given: Arguments): Value {
  const attribute = argument(given, 0, "attribute", NONE);
  const fallback = given.named.get("default");
  const key = (each: Value) => {
    const found = attributeOf(each, attribute);
    return isUndefined(found) && fallback ? fallback : found;
  };
  const groups: [Value, Value[]][] = [];
  for (const each of ordered(itemsOf(value), key, false)) {
    const last = groups.at(-1);
    if (last && equal(last[0], key(each))) last[1].push(each);
    else groups.push([key(each), [each]]);
  }
  return list(groups.map(([name, items]) => tuple([name, list(items)])));
}

function truncated(value: Value, given: Arguments): Value {
  const text = textOf(value);
  const length = size(given, 0, "length", 255);
  const end = textOf(argument(given, 2, "end", str("...")));
  if (text.length <= length + size(given, 3, "leeway", 5)) return str(text);
  const head = text.slice(0, Math.max(0, length - end.length));
  const at = head.lastIndexOf(" ");
  return str((flag(given, 1, "killwords") || at < 0 ? head : head.slice(0, at)) + end);
}

const extreme =
  (sign: 1 | -1): Filter =>
  (value, given) => {
    const key = keyOf(given, argument(given, 1, "attribute", undefined), 0);
    return (
      itemsOf(value).reduce<Value | undefined>(
        (best, each) => (best === undefined || sign * compare(key(each), key(best)) > 0 ? each : best),
        undefined,
      ) ?? UNDEFINED
    );
  };

const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&#34;")
    .replaceAll("'", "&#39;");

/** A filter that is a method of texts, on the text of any value. */
const asMethod =
  (name: string): Filter =>
  (value, given, budget) =>
    methodOf(str(textOf(value)), name)!(given, budget);

const FILTERS: Readonly<Record<string, Filter>> = {
  abs: (value) => (isFloat(value) ? float(Math.abs(value.value)) : int(Math.abs(numberOf(value) ?? 0))),
  attr: (value, given) => attributeOf(value, given.args[0] ?? NONE),
  batch: batched,
  bool: (value) => (isBool(value) ? value : test("true", value) ? value : int(Number(truthy(value)))),
  capitalize: asMethod("capitalize"),
  center: (value, given, budget) =>
    methodOf(str(textOf(value)), "center")!({ args: [argument(given, 0, "width", int(80))], named: new Map() }, budget),
  default: (value, given) =>
    isUndefined(value) || (flag(given, 1, "boolean") && !truthy(value))
      ? argument(given, 0, "default_value", str(""))
      : value,
  dictsort: (value, given) => {
    const byValue = textOf(argument(given, 1, "by", str("key"))) === "value";
    const pairs = isDict(value) ? [...value.value].map(([key, each]) => tuple([ofKey(key), each])) : [];
    return list(ordered(pairs, keyOf(given, int(byValue ? 1 : 0), 0), flag(given, 2, "reverse")));
  },
  escape: (value) => str(escaped(textOf(value))),
  first: (value) => itemsOf(value)[0] ?? UNDEFINED,
  float: toFloat,
  format: (value, { args, named }) =>
    str(percentFormat(textOf(value), named.size > 0 ? dict(new Map(named)) : tuple(args))),
  groupby: grouped,
  indent: indented,
  int: toInt,
  items: (value) => list(isDict(value) ? [...value.value].map(([key, each]) => tuple([ofKey(key), each])) : []),
  join: joined,
  last: (value) => itemsOf(value).at(-1) ?? UNDEFINED,
  length: (value) => int(isText(value) ? Array.from(value.value).length : itemsOf(value).length),
  list: (value) => list([...itemsOf(value)]),
  lower: asMethod("lower"),
  map: mapped,
  max: extreme(1),
  min: extreme(-1),
  pprint: (value) => str(textOf(value)),
  reject: (value, given) => selected(value, given, false, false),
  rejectattr: (value, given) => selected(value, given, false, true),
  replace: (value, given, budget) => {
    const [before, after] = [textOf(argument(given, 0, "old", NONE)), textOf(argument(given, 1, "new", NONE))];
    return str(replaceText(textOf(value), before, after, size(given, 2, "count", -1), budget));
  },
  reverse: (value) =>
    isText(value) ? str(Array.from(value.value).reverse().join("")) : list([...itemsOf(value)].reverse()),
  round: rounded,
  safe: (value) => value,
  select: (value, given) => selected(value, given, true, false),
  selectattr: (value, given) => selected(value, given, true, true),
  sort: (value, given) =>
    list(
      ordered(itemsOf(value), keyOf(given, argument(given, 2, "attribute", undefined), 1), flag(given, 0, "reverse")),
    ),
  string: (value) => str(textOf(value)),
  striptags: (value) =>
    str(
      textOf(value)
        .replace(/<[^<>]{0,1000}>/g, "")
        .replace(/\s+/g, " ")
        .trim(),
    ),
  sum: (value, given) => {
    const attribute = argument(given, 0, "attribute", undefined);
    const parts = itemsOf(value).map((each) =>
      attribute === undefined || isNone(attribute) ? each : attributeOf(each, attribute),
    );
    const start = argument(given, 1, "start", int(0));
    const total = parts.reduce((sum, each) => sum + (numberOf(each) ?? 0), numberOf(start) ?? 0);
    return [start, ...parts].some(isFloat) ? float(total) : int(total);
  },
  title: (value) =>
    str(
      textOf(value)
        .split(/([-\s({[<]+)/)
        .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
        .join(""),
    ),
  tojson: (value, given, budget) => str(jsonOf(value, given, budget)),
  trim: (value, given) => {
    const characters = argument(given, 0, "chars", undefined);
    return str(strip(textOf(value), characters === undefined || isNone(characters) ? undefined : textOf(characters)));
  },
  truncate: truncated,
  tuple: (value) => tuple(itemsOf(value)),
  unique: (value, given) => {
    const key = keyOf(given, argument(given, 1, "attribute", undefined), 0);
    const seen: Value[] = [];
    const plain = new Set<unknown>();
    return list(
      itemsOf(value).filter((each) => {
        const found = key(each);
        const known = isText(found) || isInt(found) ? plain.has(found.value) : seen.some((one) => equal(one, found));
        if (isText(found) || isNumber(found)) plain.add(found.value);
        else seen.push(found);
        return !known;
      }),
    );
  },
  upper: asMethod("upper"),
  urlencode: (value) => str(encodeURIComponent(textOf(value)).replaceAll("%2F", "/")),
  wordcount: (value) => int(textOf(value).match(/\w+/g)?.length ?? 0),
};
const ALIASES: Readonly<Record<string, string>> = { count: "length", d: "default", e: "escape", forceescape: "escape" };

/**
 * @throws Error where there is no such filter, or it has no sense for the value
 */
export function filter(name: string, value: Value, given: Arguments, budget: Budget): Value {
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
  if (!Object.hasOwn(FILTERS, known)) throw new Error(`No filter named '${name}'`);
  return FILTERS[known]!(value, given, budget);
}
