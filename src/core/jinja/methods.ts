/** Methods of Python's str, list and dict, as templates call them. */
import type { Arguments } from "./arguments";
import { braceFormat } from "./formatting";
import type { Budget } from "./limits";
import { capitalized, casefold, cutOf, expandTabs, isBlank, lengthOf, linesOf, split, strip, title } from "./texts";
import {
  bool,
  dict,
  func,
  equal,
  int,
  isDict,
  isList,
  isNamespace,
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
  tuple,
  truthy,
  typeName,
  UNPRINTABLE,
  valueAt,
  view,
  type Key,
  type Value,
} from "./values";

type Method<T> = (self: T, given: Arguments, budget: Budget) => Value;

const word = ({ args, named }: Arguments, at: number, name: string): Value | undefined => args[at] ?? named.get(name);
const wordText = (given: Arguments, at: number, name: string): string | undefined => {
  const value = word(given, at, name);
  return value === undefined || isNone(value) ? undefined : textOf(value);
};
const needed = (given: Arguments, at: number, name: string): string => {
  const value = wordText(given, at, name);
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};
const count = (given: Arguments, at: number, name: string, fallback: number): number => {
  const value = word(given, at, name);
  return value === undefined ? fallback : (numberOf(value) ?? fallback);
};

/** `text.replace(old, new, count)`. */
export function replaceText(text: string, before: string, after: string, most: number, budget: Budget): string {
  const pieces = before === "" ? ["", ...Array.from(text), ""] : text.split(before);
  const times = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1);
  budget.text(text.length + times * after.length);
  const head = pieces.slice(0, times + 1).join(after);
  const tail = pieces.slice(times + 1).map((piece) => before + piece);
  return head + tail.join("");
}

/** What `text[start:end]` of two arguments is looked at, and how many code points stand before it. */
function stretch(text: string, given: Arguments): { part: string; before: number } {
  const [start, end] = [1, 2].map((at) => given.args[at] && numberOf(given.args[at]!));
  if (start === undefined && end === undefined) return { part: text, before: 0 };
  const length = lengthOf(text);
  const before = Math.max(0, (start ?? 0) < 0 ? length + start! : (start ?? 0));
  const to = end !== undefined && end < 0 ? Math.max(0, length + end) : end;
  return { part: cutOf(text, before, to), before };
}

/** Where `sub` begins, in code points; -1 where it is nowhere. */
const placeOf =
  (look: (text: string, sub: string) => number): ((text: string, given: Arguments) => number) =>
  (text, given) => {
    const sub = needed(given, 0, "sub");
    const { part, before } = stretch(text, given);
    const at = look(part, sub);
    return at < 0 ? -1 : before + lengthOf(part.slice(0, at));
  };
const first = placeOf((text, sub) => text.indexOf(sub));
const last = placeOf((text, sub) => text.lastIndexOf(sub));
const found = (at: number): Value => {
  if (at < 0) throw new Error("substring not found");
  return int(at);
};

const starts =
  (test: (text: string, part: string) => boolean): Method<string> =>
  (text, given) => {
    const [parts] = given.args;
    if (parts === undefined) throw new Error("a prefix or suffix is missing");
    const { part } = stretch(text, given);
    return bool((isList(parts) ? parts.value : [parts]).some((each) => test(part, textOf(each))));
  };
const isAll =
  (pattern: RegExp): Method<string> =>
  (text) =>
    bool(pattern.test(text));

function padded(
  text: string,
  given: Arguments,
  budget: Budget,
  left: (missing: number, width: number) => number,
): Value {
  const width = count(given, 0, "width", 0);
  budget.text(width);
  const missing = Math.max(0, width - lengthOf(text));
  const fill = wordText(given, 1, "fillchar") ?? " ";
  const before = left(missing, width);
  return str(fill.repeat(before) + text + fill.repeat(missing - before));
}

const TEXT: Readonly<Record<string, Method<string>>> = {
  upper: (text) => str(text.toUpperCase()),
  lower: (text) => str(text.toLowerCase()),
  casefold: (text) => str(casefold(text)),
  capitalize: (text) => str(capitalized(text)),
  title: (text) => str(title(text)),
  swapcase: (text) =>
    str(Array.from(text, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join("")),
  strip: (text, given) => str(strip(text, wordText(given, 0, "chars"))),
  lstrip: (text, given) => str(strip(text, wordText(given, 0, "chars"), "left")),
  rstrip: (text, given) => str(strip(text, wordText(given, 0, "chars"), "right")),
  removeprefix: (text, given) => {
    const prefix = needed(given, 0, "prefix");
    return str(text.startsWith(prefix) ? text.slice(prefix.length) : text);
  },
  removesuffix: (text, given) => {
    const suffix = needed(given, 0, "suffix");
    return str(suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text);
  },
  startswith: starts((text, part) => text.startsWith(part)),
  endswith: starts((text, part) => text.endsWith(part)),
  find: (text, given) => int(first(text, given)),
  rfind: (text, given) => int(last(text, given)),
  index: (text, given) => found(first(text, given)),
  rindex: (text, given) => found(last(text, given)),
  count: (text, given) => {
    const part = needed(given, 0, "sub");
    const whole = stretch(text, given).part;
    return int(part === "" ? lengthOf(whole) + 1 : whole.split(part).length - 1);
  },
  split: (text, given) => list(split(text, wordText(given, 0, "sep"), count(given, 1, "maxsplit", -1), false).map(str)),
  rsplit: (text, given) => list(split(text, wordText(given, 0, "sep"), count(given, 1, "maxsplit", -1), true).map(str)),
  splitlines: (text, given) => {
    const keeps = word(given, 0, "keepends");
    return list(linesOf(text, keeps !== undefined && truthy(keeps)).map(str));
  },
  partition: (text, given) => {
    const part = needed(given, 0, "sep");
    const at = text.indexOf(part);
    return tuple((at < 0 ? [text, "", ""] : [text.slice(0, at), part, text.slice(at + part.length)]).map(str));
  },
  rpartition: (text, given) => {
    const part = needed(given, 0, "sep");
    const at = text.lastIndexOf(part);
    return tuple((at < 0 ? ["", "", text] : [text.slice(0, at), part, text.slice(at + part.length)]).map(str));
  },
  replace: (text, given, budget) =>
    str(replaceText(text, needed(given, 0, "old"), needed(given, 1, "new"), count(given, 2, "count", -1), budget)),
  join: (text, given, budget) => {
    const parts = itemsOf(given.args[0] ?? NONE).map(textOf);
    budget.text(parts.reduce((sum, part) => sum + part.length, text.length * parts.length));
    return str(parts.join(text));
  },
  format: (text, { args, named }) => str(braceFormat(text, args, named)),
  // The blank that is left over stands at the left where both numbers are odd.
  center: (text, given, budget) =>
    padded(text, given, budget, (missing, width) => (missing >> 1) + (missing & width & 1)),
  expandtabs: (text, given, budget) => {
    const size = count(given, 0, "tabsize", 8);
    budget.text(text.length + (text.split("\t").length - 1) * Math.max(0, size));
    return str(expandTabs(text, size));
  },
  ljust: (text, given, budget) => padded(text, given, budget, () => 0),
  rjust: (text, given, budget) => padded(text, given, budget, (missing) => missing),
  zfill: (text, given, budget) => {
    const width = count(given, 0, "width", 0);
    budget.text(width);
    const [, sign = "", digits = ""] = /^([-+]?)([^]*)$/.exec(text)!;
    return str(sign + digits.padStart(width - sign.length, "0"));
  },
  isdigit: isAll(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u),
  isnumeric: isAll(/^\p{N}+$/u),
  isdecimal: isAll(/^\p{Nd}+$/u),
  isalpha: isAll(/^\p{L}+$/u),
  isalnum: isAll(/^[\p{L}\p{N}]+$/u),
  isspace: (text) => bool(isBlank(text)),
  isascii: isAll(/^[\0-\x7f]*$/),
  isidentifier: isAll(/^[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}_]*$/u),
  isprintable: (text) => bool(text.search(UNPRINTABLE) < 0),
  istitle: (text) => bool(/\p{Cased}/u.test(text) && title(text) === text),
  isupper: (text) => bool(text === text.toUpperCase() && text !== text.toLowerCase()),
  islower: (text) => bool(text === text.toLowerCase() && text !== text.toUpperCase()),
};

const LIST: Readonly<Record<string, Method<Value[]>>> = {
  index: (items, { args }) => {
    const at = items.findIndex((each) => equal(each, args[0] ?? NONE));
    if (at < 0) throw new Error("value is not in list");
    return int(at);
  },
  count: (items, { args }) => int(items.filter((each) => equal(each, args[0] ?? NONE)).length),
  copy: (items) => list([...items]),
};

const DICT: Readonly<Record<string, Method<Map<Key, Value>>>> = {
  get: (map, given) => {
    const found = valueAt(map, given.args[0] ?? NONE);
    return isUndefined(found) ? (word(given, 1, "default") ?? NONE) : found;
  },
  items: (map) =>
    view(
      [...map].map(([key, value]) => tuple([ofKey(key), value])),
      (items) => `dict_items(${items})`,
    ),
  keys: (map) => view(Array.from(map.keys(), ofKey), (items) => `dict_keys(${items})`),
  values: (map) => view([...map.values()], (items) => `dict_values(${items})`),
  copy: (map) => dict(new Map(map)),
};

/** What would change a value that is shared: the sandbox of chat templates forbids it too. */
const CHANGING = ["append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault", "sort", "reverse"];

/** @returns the method of that name, or undefined where a value of this kind has none */
export function methodOf(self: Value, name: string): ((given: Arguments, budget: Budget) => Value) | undefined {
  const table = isText(self) ? TEXT : isList(self) ? LIST : isDict(self) && !isNamespace(self) ? DICT : undefined;
  if (!table) return undefined;
  const method = Object.hasOwn(table, name) ? (table[name] as Method<unknown>) : undefined;
  if (method) return (given, budget) => method(self.value, given, budget);
  if (!CHANGING.includes(name) || isText(self)) return undefined;
  return () => {
    throw new Error(`a template may not change a ${typeName(self)} (${name})`);
  };
}

/** A method as a value of its own: `text.upper` without a call. */
export function methodFunction(self: Value, name: string, budget: Budget): Value | undefined {
  const method = methodOf(self, name);
  return method && func((args, named) => method({ args, named }, budget));
}
