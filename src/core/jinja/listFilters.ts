/** Jinja2's filters over lists. */
import { argument, flag, size, type Arguments } from "./arguments";
import type { Budget } from "./limits";
import { operate } from "./operators";
import { test } from "./tests";
import {
  attributeOf,
  compare,
  equal,
  group,
  int,
  isDict,
  isNone,
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

/** A text without its case. */
const folded = (value: Value): Value => (isText(value) ? str(value.value.toLowerCase()) : value);

/** What values are compared by: an attribute, and letters without their case. */
function keyOf(given: Arguments, attribute: Value | undefined, caseAt: number): (value: Value) => Value {
  const sensitive = flag(given, caseAt, "case_sensitive");
  return (value) => {
    const found = attribute === undefined || isNone(attribute) ? value : attributeOf(value, attribute);
    return sensitive ? found : folded(found);
  };
}

function ordered(values: readonly Value[], key: (value: Value) => Value, reverse: boolean): Value[] {
  const sign = reverse ? -1 : 1;
  return values
    .map((value) => ({ value, key: key(value) }))
    .sort((a, b) => sign * compare(a.key, b.key))
    .map(({ value }) => value);
}

export function sorted(value: Value, given: Arguments): Value {
  const attribute = argument(given, 2, "attribute", undefined);
  const paths = attribute && isText(attribute) ? attribute.value.split(",").map(str) : [attribute];
  const keys = paths.map((path) => keyOf(given, path, 1));
  return list(ordered(itemsOf(value), (each) => tuple(keys.map((key) => key(each))), flag(given, 0, "reverse")));
}

export function sortedPairs(value: Value, given: Arguments): Value {
  const byValue = textOf(argument(given, 1, "by", str("key"))) === "value";
  return list(ordered(pairsOf(value), keyOf(given, int(byValue ? 1 : 0), 0), flag(given, 2, "reverse")));
}

export const pairsOf = (value: Value): Value[] =>
  isDict(value) ? [...value.value].map(([key, each]) => tuple([ofKey(key), each])) : [];

/** `select`, `reject` and their like by attribute: the elements that a test holds for. */
export function selected(value: Value, given: Arguments, wanted: boolean, byAttribute: boolean): Value {
  const [attribute, ...rest] = byAttribute ? given.args : [undefined, ...given.args];
  const [name, ...others] = rest;
  return list(
    itemsOf(value).filter((each) => {
      const about = attribute === undefined ? each : attributeOf(each, attribute);
      return (name === undefined ? truthy(about) : test(textOf(name), about, ...others)) === wanted;
    }),
  );
}

/** `map(attribute=…)`. */
export function attributes(value: Value, attribute: Value, given: Arguments): Value {
  const fallback = given.named.get("default") ?? NONE;
  return list(
    itemsOf(value).map((each) => {
      const found = attributeOf(each, attribute);
      return isUndefined(found) && !isNone(fallback) ? fallback : found;
    }),
  );
}

export function joined(value: Value, given: Arguments, budget: Budget): Value {
  const separator = textOf(argument(given, 0, "d", UNDEFINED));
  const attribute = argument(given, 1, "attribute", undefined);
  const parts = itemsOf(value).map((each) => textOf(attribute === undefined ? each : attributeOf(each, attribute)));
  budget.text(parts.reduce((sum, part) => sum + part.length, separator.length * parts.length));
  return str(parts.join(separator));
}

/** Lists of `linecount` elements each. */
export function batched(value: Value, given: Arguments, budget: Budget): Value {
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

/** As many lists as `slices` says, the first of them longer where it does not come out even. */
export function sliced(value: Value, given: Arguments, budget: Budget): Value {
  const slices = size(given, 0, "slices", 0);
  if (!Number.isInteger(slices) || slices < 1) throw new Error("slice needs a number of slices");
  budget.list(slices);
  const fill = argument(given, 1, "fill_with", undefined);
  const items = itemsOf(value);
  const [each, longer] = [Math.floor(items.length / slices), items.length % slices];
  return list(
    Array.from({ length: slices }, (_, index) => {
      const from = index * each + Math.min(index, longer);
      const part = items.slice(from, from + each + (index < longer ? 1 : 0));
      return list(fill !== undefined && !isNone(fill) && index >= longer ? [...part, fill] : part);
    }),
  );
}

export function grouped(value: Value, given: Arguments): Value {
  const attribute = argument(given, 0, "attribute", NONE);
  const fallback = argument(given, 1, "default", NONE);
  const sensitive = flag(given, 2, "case_sensitive");
  const key = (each: Value) => {
    const found = attributeOf(each, attribute);
    return isUndefined(found) && !isNone(fallback) ? fallback : found;
  };
  const compared = (each: Value) => (sensitive ? key(each) : folded(key(each)));
  const groups: { name: Value; items: Value[] }[] = [];
  for (const each of ordered(itemsOf(value), compared, false)) {
    const last = groups.at(-1);
    if (last && equal(compared(last.items[0]!), compared(each))) last.items.push(each);
    else groups.push({ name: key(each), items: [each] });
  }
  return list(groups.map(({ name, items }) => group(name, list(items))));
}

export const extreme =
  (sign: 1 | -1) =>
  (value: Value, given: Arguments): Value => {
    const key = keyOf(given, argument(given, 1, "attribute", undefined), 0);
    return (
      itemsOf(value).reduce<Value | undefined>(
        (best, each) => (best === undefined || sign * compare(key(each), key(best)) > 0 ? each : best),
        undefined,
      ) ?? UNDEFINED
    );
  };

export function unique(value: Value, given: Arguments): Value {
  const key = keyOf(given, argument(given, 1, "attribute", undefined), 0);
  const seen: Value[] = [];
  const plain = new Set<unknown>();
  return list(
    itemsOf(value).filter((each) => {
      const found = key(each);
      const word = isText(found) ? found.value : numberOf(found);
      const known = word === undefined ? seen.some((one) => equal(one, found)) : plain.has(word);
      if (word === undefined) seen.push(found);
      else plain.add(word);
      return !known;
    }),
  );
}

export function sum(value: Value, given: Arguments, budget: Budget): Value {
  const attribute = argument(given, 0, "attribute", undefined);
  return itemsOf(value)
    .map((each) => (attribute === undefined || isNone(attribute) ? each : attributeOf(each, attribute)))
    .reduce((total, each) => operate("+", total, each, budget), argument(given, 1, "start", int(0)));
}
