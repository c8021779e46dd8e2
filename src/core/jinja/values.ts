/** Values of a template: Python's. */

/** Of a dict: numbers, texts and None are apart, as in Python; truth values are 0 and 1. */
export type Key = string | number | null;
type Call = (args: Value[], named: ReadonlyMap<string, Value>) => Value;

/** One value. The classes are apart by what `value` is and by their names. */
export class Value<Content = unknown> {
  constructor(readonly value: Content) {}
}
class Nothing extends Value<null> {}
class Undefined extends Value<undefined> {}
class Text extends Value<string> {}
/** A text that may stand in HTML as it is: what is put to it is escaped. */
class Markup extends Text {}
class Int extends Value<number> {}
class Float extends Value<number> {}
class Bool extends Value<boolean> {}
class List extends Value<Value[]> {}
/** A list that is written in another way: views of a dict, and ranges. */
class View extends List {
  constructor(
    value: Value[],
    readonly written: (items: string) => string,
    /** Whether it has places to ask for. */
    readonly isSequence: boolean,
  ) {
    super(value);
  }
}
class Tuple extends List {}
/** What `groupby` gives. */
class Group extends Tuple {}
class Dict extends Value<Map<Key, Value>> {}
class Namespace extends Dict {}
/** May have members, as a macro has its name. */
class Func extends Value<Call> {
  constructor(
    call: Call,
    readonly members: ReadonlyMap<string, Value> = new Map(),
  ) {
    super(call);
  }
}

export const NONE: Value = new Nothing(null);
export const UNDEFINED: Value = new Undefined(undefined);
const TRUE: Value = new Bool(true);
const FALSE: Value = new Bool(false);

export const str = (value: string): Value => new Text(value);
export const markup = (value: string): Value => new Markup(value);
export const int = (value: number): Value => new Int(value);
export const float = (value: number): Value => new Float(value);
export const bool = (value: boolean): Value => (value ? TRUE : FALSE);
export const list = (value: Value[]): Value => new List(value);
export const tuple = (value: Value[]): Value => new Tuple(value);
export const group = (name: Value, items: Value): Value => new Group([name, items]);
/** @param written how it is shown, of its items as a list shows them */
export const view = (value: Value[], written: (items: string) => string, isSequence = false): Value =>
  new View(value, written, isSequence);
export const dict = (value: Map<Key, Value>): Value => new Dict(value);
export const namespace = (value: Map<Key, Value>): Value => new Namespace(value);
export const func = (call: Call, members?: ReadonlyMap<string, Value>): Value => new Func(call, members);

/** A value of JavaScript, with all that is in it. */
export function fromJs(value: unknown): Value {
  if (value instanceof Value) return value;
  if (value === undefined) return UNDEFINED;
  if (value === null) return NONE;
  if (typeof value === "string") return str(value);
  if (typeof value === "boolean") return bool(value);
  if (typeof value === "number") return Number.isInteger(value) ? int(value) : float(value);
  if (Array.isArray(value)) return list(value.map(fromJs));
  if (typeof value === "object") return dict(new Map(Object.entries(value).map(([key, each]) => [key, fromJs(each)])));
  throw new Error(`a template takes no ${typeof value}`);
}

export const isText = (value: Value | undefined): value is Value<string> => value instanceof Text;
export const isMarkup = (value: Value | undefined): boolean => value instanceof Markup;
export const isInt = (value: Value | undefined): value is Value<number> => value instanceof Int;
export const isFloat = (value: Value | undefined): value is Value<number> => value instanceof Float;
export const isBool = (value: Value | undefined): value is Value<boolean> => value instanceof Bool;
export const isList = (value: Value | undefined): value is Value<Value[]> => value instanceof List;
export const isTuple = (value: Value | undefined): boolean => value instanceof Tuple;
/** A dict, or a namespace. */
export const isDict = (value: Value | undefined): value is Value<Map<Key, Value>> => value instanceof Dict;
export const isNamespace = (value: Value | undefined): value is Value<Map<Key, Value>> => value instanceof Namespace;
export const isFunc = (value: Value | undefined): value is Value<Call> => value instanceof Func;
export const isNone = (value: Value | undefined): boolean => value instanceof Nothing;
export const isUndefined = (value: Value | undefined): boolean => value === undefined || value instanceof Undefined;
export const isNumber = (value: Value | undefined): value is Value<number> => isInt(value) || isFloat(value);
/** What may be asked for by place. */
export const isSequence = (value: Value): boolean =>
  value instanceof View ? value.isSequence : isText(value) || isList(value) || (isDict(value) && !isNamespace(value));

/** What else than by key or place is found in a value: parts of a group, members of a macro. */
export function memberOf(value: Value, name: string): Value | undefined {
  if (value instanceof Group) return value.value[["grouper", "list"].indexOf(name)];
  return value instanceof Func ? value.members.get(name) : undefined;
}

/** `bool(value)` of Python. */
export function truthy(value: Value): boolean {
  if (isNamespace(value)) return true;
  if (isText(value) || isList(value)) return value.value.length > 0;
  return isDict(value) ? value.value.size > 0 : Boolean(value.value);
}

/** What messages of errors call it, as Python does. */
export function typeName(value: Value): string {
  if (isUndefined(value)) return "Undefined";
  if (isNone(value)) return "NoneType";
  if (isText(value)) return "str";
  if (isBool(value)) return "bool";
  if (isNumber(value)) return isInt(value) ? "int" : "float";
  if (isList(value)) return isTuple(value) ? "tuple" : "list";
  return isDict(value) ? "dict" : "function";
}

/** A number as Python sees a value; booleans are 0 and 1. */
export const numberOf = (value: Value): number | undefined =>
  isBool(value) ? Number(value.value) : isNumber(value) ? value.value : undefined;

/** All digits, where JavaScript writes a power of ten from 10²¹ on. */
export const intText = (value: number): string => (Number.isInteger(value) ? BigInt(value).toString() : String(value));

export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `str(value)` of Python: an undefined value is empty. */
export function textOf(value: Value): string {
  if (isUndefined(value)) return "";
  return isText(value) ? value.value : represent(value);
}

/** Nesting that is written out. */
const DEEPEST = 100;

/** `repr(value)` of Python. */
export function represent(value: Value, depth = 0): string {
  if (depth > DEEPEST) throw new Error("a value is nested too deeply");
  if (isUndefined(value)) return "Undefined";
  if (isNone(value)) return "None";
  if (isText(value)) return quoted(value.value);
  if (isBool(value)) return value.value ? "True" : "False";
  if (isInt(value)) return intText(value.value);
  if (isFloat(value)) return floatText(value.value);
  const inner = (each: Value) => represent(each, depth + 1);
  if (isList(value)) {
    const items = value.value.map(inner).join(", ");
    if (value instanceof View) return value.written(`[${items}]`);
    if (!isTuple(value)) return `[${items}]`;
    return value.value.length === 1 ? `(${items},)` : `(${items})`;
  }
  if (isDict(value))
    return `{${[...value.value].map(([key, each]) => `${represent(ofKey(key))}: ${inner(each)}`).join(", ")}}`;
  return "<function>";
}

/** What `str.isprintable` of Python says no to, a blank apart. */
export const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu;

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replace(UNPRINTABLE, (char) => {
      const code = char.codePointAt(0)!;
      const [mark, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
      return `\\${mark}${code.toString(16).padStart(digits, "0")}`;
    });
  return `${quote}${escaped}${quote}`;
}

/** `a == b` of Python. */
export function equal(a: Value, b: Value, depth = 0): boolean {
  if (a === b) return true;
  if (depth > DEEPEST) throw new Error("a value is nested too deeply");
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined || right !== undefined) return left === right;
  if (isText(a) || isText(b)) return isText(a) && isText(b) && a.value === b.value;
  if (isUndefined(a) || isUndefined(b)) return isUndefined(a) && isUndefined(b);
  if (isNone(a) || isNone(b)) return isNone(a) && isNone(b);
  if (isList(a) && isList(b)) {
    const others = b.value;
    return (
      isTuple(a) === isTuple(b) &&
      a.value.length === others.length &&
      a.value.every((each, index) => equal(each, others[index]!, depth + 1))
    );
  }
  if (isDict(a) && isDict(b)) {
    const other: ReadonlyMap<Key, Value> = b.value;
    const own: ReadonlyMap<Key, Value> = a.value;
    return (
      own.size === other.size && [...own].every(([key, each]) => equal(each, other.get(key) ?? UNDEFINED, depth + 1))
    );
  }
  return false;
}

/** By code points, as Python has it: JavaScript compares halves of those above U+FFFF. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
  if (Number.isNaN(left) || Number.isNaN(right)) return a.length - b.length;
  const isHalf = (code: number) => code >= 0xd800 && code <= 0xdfff;
  return isHalf(left) === isHalf(right) ? left - right : isHalf(left) ? 1 : -1;
}

/** @returns less than 0 where `a < b` in Python. @throws where the two have no order */
export function compare(a: Value, b: Value): number {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return left - right;
  if (isText(a) && isText(b)) return compareTexts(a.value, b.value);
  if (isList(a) && isList(b)) {
    for (let at = 0; at < Math.min(a.value.length, b.value.length); at++) {
      if (!equal(a.value[at]!, b.value[at]!)) return compare(a.value[at]!, b.value[at]!);
    }
    return a.value.length - b.value.length;
  }
  throw new Error(`'${typeName(a)}' and '${typeName(b)}' have no order`);
}

/**
 * What a loop over `value` gives: characters of a text, keys of a dict, nothing of what is undefined. None gives nothing
 * too, where Python has an error: `tools` and `documents` are None where there are none.
 */
export function itemsOf(value: Value): Value[] {
  if (isDict(value)) return Array.from(value.value.keys(), ofKey);
  if (isList(value)) return value.value;
  if (isUndefined(value) || isNone(value)) return [];
  if (isText(value)) return Array.from(value.value, str);
  throw new Error(`'${typeName(value)}' object is not iterable`);
}

/** A key of a dict, as a value. */
export const ofKey = (key: Key): Value =>
  key === null ? NONE : typeof key === "string" ? str(key) : Number.isInteger(key) ? int(key) : float(key);

/** @returns undefined for a value that is no key here */
export function asKey(value: Value): Key | undefined {
  return isNone(value) ? null : isText(value) ? value.value : numberOf(value);
}

export function valueAt(map: ReadonlyMap<Key, Value>, key: Value): Value {
  const found = asKey(key);
  return (found === undefined ? undefined : map.get(found)) ?? UNDEFINED;
}

/** `value.path` of Jinja2, where a path of several names is followed. */
export function attributeOf(value: Value, path: Value): Value {
  const parts = isInt(path) ? [String(path.value)] : textOf(path).split(".");
  let found: Value = value;
  for (const part of parts) {
    const member = memberOf(found, part);
    if (member) found = member;
    else if (isDict(found)) found = valueAt(found.value, isInt(path) ? path : str(part));
    else if ((isList(found) || isText(found)) && /^-?\d+$/.test(part))
      found = itemsOf(found).at(Number(part)) ?? UNDEFINED;
    else return UNDEFINED;
  }
  return found;
}
