/** Jinja2's filters (https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-filters). */
import { argument, flag, size, type Arguments } from "./arguments";
import { percentFormat } from "./formatting";
import { jsonOf } from "./json";
import type { Budget } from "./limits";
import {
  attributes,
  batched,
  extreme,
  grouped,
  joined,
  pairsOf,
  selected,
  sliced,
  sorted,
  sortedPairs,
  sum,
  unique,
} from "./listFilters";
import { methodFunction, methodOf, replaceText } from "./methods";
import { absolute, fileSize, rounded, toFloat, toInt } from "./numberFilters";
import { indented, titleWords, truncated, urlEncoded, withoutTags, wordWrapped, xmlAttributes } from "./textFilters";
import { escaped, lengthOf, strip } from "./texts";
import {
  dict,
  int,
  isBool,
  isMarkup,
  isNone,
  isText,
  isUndefined,
  itemsOf,
  list,
  markup,
  NONE,
  represent,
  str,
  textOf,
  truthy,
  tuple,
  UNDEFINED,
  type Value,
} from "./values";

type Filter = (value: Value, given: Arguments, budget: Budget) => Value;

function mapped(value: Value, given: Arguments, budget: Budget): Value {
  const attribute = given.named.get("attribute");
  if (attribute !== undefined) return attributes(value, attribute, given);
  const [name, ...args] = given.args;
  if (name === undefined) throw new Error("map needs a filter or an attribute");
  return list(itemsOf(value).map((each) => filter(textOf(name), each, { args, named: given.named }, budget)));
}

/** A filter that is a method of texts, on the text of any value. */
const asMethod =
  (name: string): Filter =>
  (value, given, budget) =>
    methodOf(str(textOf(value)), name)!(given, budget);

/** A text that is safe to stand in HTML stays so. */
const kept =
  (change: (text: string, given: Arguments, budget: Budget) => string): Filter =>
  (value, given, budget) => {
    const changed = change(textOf(value), given, budget);
    return isMarkup(value) ? markup(changed) : str(changed);
  };

const FILTERS: Readonly<Record<string, Filter>> = {
  abs: absolute,
  attr: (value, given, budget) => methodFunction(value, textOf(given.args[0] ?? NONE), budget) ?? UNDEFINED,
  batch: batched,
  bool: (value) => (isBool(value) ? value : int(Number(truthy(value)))),
  capitalize: asMethod("capitalize"),
  center: (value, given, budget) =>
    methodOf(str(textOf(value)), "center")!({ args: [argument(given, 0, "width", int(80))], named: new Map() }, budget),
  default: (value, given) =>
    isUndefined(value) || (flag(given, 1, "boolean") && !truthy(value))
      ? argument(given, 0, "default_value", str(""))
      : value,
  dictsort: sortedPairs,
  escape: (value) => (isMarkup(value) ? value : markup(escaped(textOf(value)))),
  filesizeformat: fileSize,
  first: (value) => itemsOf(value)[0] ?? UNDEFINED,
  float: toFloat,
  forceescape: (value) => markup(escaped(textOf(value))),
  format: (value, { args, named }) =>
    str(percentFormat(textOf(value), named.size > 0 ? dict(new Map(named)) : tuple(args))),
  groupby: grouped,
  indent: indented,
  int: toInt,
  items: (value) => list(pairsOf(value)),
  join: joined,
  last: (value) => itemsOf(value).at(-1) ?? UNDEFINED,
  length: (value) => int(isText(value) ? lengthOf(value.value) : itemsOf(value).length),
  list: (value) => list([...itemsOf(value)]),
  lower: kept((text) => text.toLowerCase()),
  map: mapped,
  max: extreme(1),
  min: extreme(-1),
  pprint: (value) => str(represent(value)),
  reject: (value, given) => selected(value, given, false, false),
  rejectattr: (value, given) => selected(value, given, false, true),
  replace: kept((text, given, budget) => {
    const [before, after] = [textOf(argument(given, 0, "old", NONE)), textOf(argument(given, 1, "new", NONE))];
    return replaceText(text, before, after, size(given, 2, "count", -1), budget);
  }),
  reverse: (value) =>
    isText(value) ? str(Array.from(value.value).reverse().join("")) : list([...itemsOf(value)].reverse()),
  round: rounded,
  safe: (value) => markup(textOf(value)),
  select: (value, given) => selected(value, given, true, false),
  selectattr: (value, given) => selected(value, given, true, true),
  slice: sliced,
  sort: sorted,
  string: (value) => (isText(value) ? value : str(textOf(value))),
  striptags: (value) => str(withoutTags(textOf(value))),
  sum,
  title: (value) => str(titleWords(textOf(value))),
  tojson: (value, given, budget) => str(jsonOf(value, given, budget)),
  trim: kept((text, given) => {
    const characters = argument(given, 0, "chars", undefined);
    return strip(text, characters === undefined || isNone(characters) ? undefined : textOf(characters));
  }),
  truncate: truncated,
  tuple: (value) => tuple(itemsOf(value)),
  unique,
  upper: kept((text) => text.toUpperCase()),
  urlencode: (value) => str(urlEncoded(value)),
  wordcount: (value) => int(textOf(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  wordwrap: wordWrapped,
  xmlattr: xmlAttributes,
};
const ALIASES: Readonly<Record<string, string>> = { count: "length", d: "default", e: "escape" };

const named = (name: string): string => (Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name);

export const isFilter = (name: string): boolean => Object.hasOwn(FILTERS, named(name));

/**
 * @throws Error where there is no such filter, or it has no sense for the value
 */
export function filter(name: string, value: Value, given: Arguments, budget: Budget): Value {
  if (!isFilter(name)) throw new Error(`No filter named '${name}'`);
  return FILTERS[named(name)]!(value, given, budget);
}
