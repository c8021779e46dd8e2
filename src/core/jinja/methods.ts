/** Methods of Python's str, list and dict, as templates call them. */
import { braceFormat } from "./formatting";
import type { Budget } from "./limits";
import {
  bool,
  dict,
  equal,
  int,
  isDict,
  isList,
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
  typeName,
  valueAt,
  type Key,
  type Value,
} from "./values";

export interface Arguments {
  args: Value[];
  named: ReadonlyMap<string, Value>;
}

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

/** `text.strip(characters)`; without characters, whitespace. */
export function strip(text: string, characters: string | undefined, ends: "both" | "left" | "right" = "both"): string {
  if (characters === undefined)
    return ends === "both" ? text.trim() : ends === "left" ? text.trimStart() : text.trimEnd();
  const set = new Set(characters);
  let [from, to] = [0, text.length];
  if (ends !== "right") while (from < to && set.has(text[from]!)) from++;
  if (ends !== "left") while (to > from && set.has(text[to - 1]!)) to--;
  return text.slice(from, to);
}

/** `text.replace(old, new, count)`. */
export function replaceText(text: string, before: string, after: string, most: number, budget: Budget): string {
  const pieces = before === "" ? ["", ...Array.from(text), ""] : text.split(before);
  const times = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1);
  budget.text(text.length + times * after.length);
  const head = pieces.slice(0, times + 1).join(after);
  const tail = pieces.slice(times + 1).map((piece) => before + piece);
  return head + tail.join("");
}

/** `text.split(separator, most)`, and `rsplit`. */
function split(text: string, separator: string | undefined, most: number, fromRight: boolean): string[] {
  if (separator === "") throw new Error("empty separator");
  const words = separator === undefined ? text.split(/\s+/).filter(Boolean) : text.split(separator);
  if (most < 0 || words.length - 1 <= most) return words;
  if (separator === undefined) {
    // What is left keeps its blanks.
    const kept = fromRight ? words.slice(words.length - most) : words.slice(0, most);
    let rest = text.trim();
    for (const each of fromRight ? kept.toReversed() : kept) {
      rest = fromRight ? rest.slice(0, rest.length - each.length).trimEnd() : rest.slice(each.length).trimStart();
    }
    return fromRight ? [rest, ...kept] : [...kept, rest];
  }
  return fromRight
    ? [words.slice(0, words.length - most).join(separator), ...words.slice(words.length - most)]
    : [...words.slice(0, most), words.slice(most).join(separator)];
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
const title = (text: string): string =>
  text.replace(/\p{L}+/gu, (letters) => letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase());

const starts =
  (test: (text: string, part: string) => boolean): Method<string> =>
  (text, { args }) => {
    const [parts] = args;
    if (parts === undefined) throw new Error("a prefix or suffix is missing");
    return bool((isList(parts) ? parts.value : [parts]).some((part) => test(text, textOf(part))));
  };
const isAll =
  (pattern: RegExp): Method<string> =>
  (text) =>
    bool(pattern.test(text));

function padded(text: string, given: Arguments, budget: Budget, left: (missing: number) => number): Value {
  const width = count(given, 0, "width", 0);
  budget.text(width);
  const missing = Math.max(0, width - text.length);
  const fill = wordText(given, 1, "fillchar") ?? " ";
  return str(fill.repeat(left(missing)) + text + fill.repeat(missing - left(missing)));
}

const TEXT: Readonly<Record<string, Method<string>>> = {
  upper: (text) => str(text.toUpperCase()),
  lower: (text) => str(text.toLowerCase()),
  casefold: (text) => str(text.toLowerCase()),
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
  find: (text, given) => int(text.indexOf(needed(given, 0, "sub"), count(given, 1, "start", 0))),
  rfind: (text, given) => int(text.lastIndexOf(needed(given, 0, "sub"))),
  index: (text, given) => {
    const at = text.indexOf(needed(given, 0, "sub"));
    if (at < 0) throw new Error("substring not found");
    return int(at);
  },
  count: (text, given) => {
    const part = needed(given, 0, "sub");
    return int(part === "" ? text.length + 1 : text.split(part).length - 1);
  },
  split: (text, given) => list(split(text, wordText(given, 0, "sep"), count(given, 1, "maxsplit", -1), false).map(str)),
  rsplit: (text, given) => list(split(text, wordText(given, 0, "sep"), count(given, 1, "maxsplit", -1), true).map(str)),
  splitlines: (text, given) => {
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const keeps = word(given, 0, "keepends");
    return list(lines.map((line) => str(keeps?.value ? line : line.replace(/\n$/, ""))));
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
  center: (text, given, budget) => padded(text, given, budget, (missing) => missing >> 1),
  ljust: (text, given, budget) => padded(text, given, budget, () => 0),
  rjust: (text, given, budget) => padded(text, given, budget, (missing) => missing),
  zfill: (text, given, budget) => {
    const width = count(given, 0, "width", 0);
    budget.text(width);
    const [, sign = "", digits = ""] = /^([-+]?)([^]*)$/.exec(text)!;
    return str(sign + digits.padStart(width - sign.length, "0"));
  },
  isdigit: isAll(/^\p{Nd}+$/u),
  isnumeric: isAll(/^\p{N}+$/u),
  isdecimal: isAll(/^\p{Nd}+$/u),
  isalpha: isAll(/^\p{L}+$/u),
  isalnum: isAll(/^[\p{L}\p{N}]+$/u),
  isspace: isAll(/^\s+$/),
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
  items: (map) => list([...map].map(([key, value]) => tuple([ofKey(key), value]))),
  keys: (map) => list(Array.from(map.keys(), ofKey)),
  values: (map) => list([...map.values()]),
  copy: (map) => dict(new Map(map)),
};

/** What would change a value that is shared: the sandbox of chat templates forbids it too. */
const CHANGING = ["append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault", "sort", "reverse"];

/** @returns the method of that name, or undefined where a value of this kind has none */
export function methodOf(self: Value, name: string): ((given: Arguments, budget: Budget) => Value) | undefined {
  const table = isText(self)
    ? TEXT
    : isList(self)
      ? LIST
      : isDict(self) && self.type === "ObjectValue"
        ? DICT
        : undefined;
  if (!table) return undefined;
  // A key of that name is what the template means where it holds a function of ours, as loop.cycle does.
  if (isDict(self) && self.value.get(name)?.type === "FunctionValue") return undefined;
  const method = Object.hasOwn(table, name) ? (table[name] as Method<unknown>) : undefined;
  if (method) return (given, budget) => method(self.value, given, budget);
  if (!CHANGING.includes(name) || isText(self)) return undefined;
  return () => {
    throw new Error(`a template may not change a ${typeName(self)} (${name})`);
  };
}
