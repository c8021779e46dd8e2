/**
 * The library's runtime values, seen as Python's. Its classes are not exported, so they are taken from values that it
 * makes itself.
 */
import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";

export type Value = ReturnType<Environment["lookupVariable"]>;
export type Scope = Environment;
type Call = (args: Value[], scope: Scope) => Value;
/** Of a dict: numbers and texts are apart, as in Python. */
export type Key = string | number;
type Make<T> = new (value: T) => Value;

const made = (value: unknown): Value => new Environment().set("value", value);
const classOf = <T>(value: Value) => value.constructor as Make<T>;
const evaluated = (code: string, scope = new Environment()): Value =>
  new Interpreter(scope).evaluate(parse(tokenize(`{{ ${code} }}`)).body[0], scope);

const Text = classOf<string>(made(""));
const Int = classOf<number>(made(1));
const Float = classOf<number>(made(0.5));
const Bool = classOf<boolean>(made(true));
const List = classOf<Value[]>(made([]));
const Tuple = classOf<Value[]>(evaluated("(1, 2)"));
const Dict = classOf<Map<Key, Value>>(made({}));
const Func = classOf<Call>(made(() => 0));
const Keywords = keywordClass();

function keywordClass(): Make<Map<string, Value>> {
  let taken: Value | undefined;
  const scope = new Environment();
  scope.setVariable("take", new Func((args) => (taken = args[0]!)));
  evaluated("take(a=1)", scope);
  return classOf(taken!);
}

export const NONE = made(null);
export const UNDEFINED = made(undefined);
export const TRUE = made(true);
export const FALSE = made(false);

export const str = (value: string): Value => new Text(value);
export const int = (value: number): Value => new Int(value);
export const float = (value: number): Value => new Float(value);
export const bool = (value: boolean): Value => (value ? TRUE : FALSE);
export const list = (value: Value[]): Value => new List(value);
export const tuple = (value: Value[]): Value => new Tuple(value);
export const dict = (value: Map<Key, Value>): Value => new Dict(value);
export const func = (call: Call): Value => new Func(call);
export const keywords = (value: Map<string, Value>): Value => new Keywords(value);
/** A value of JavaScript, with all that is in it. */
export const fromJs = made;

export const isText = (value: Value | undefined): value is Value & { value: string } => value instanceof Text;
export const isInt = (value: Value | undefined): value is Value & { value: number } => value instanceof Int;
export const isFloat = (value: Value | undefined): value is Value & { value: number } => value instanceof Float;
export const isBool = (value: Value | undefined): value is Value & { value: boolean } => value instanceof Bool;
export const isList = (value: Value | undefined): value is Value & { value: Value[] } => value instanceof List;
export const isTuple = (value: Value | undefined): boolean => value instanceof Tuple;
/** A dict, or a namespace. */
export const isDict = (value: Value | undefined): value is Value & { value: Map<Key, Value> } =>
  value?.value instanceof Map;
export const isFunc = (value: Value | undefined): value is Value & { value: Call } => value instanceof Func;
export const isKeywords = (value: Value | undefined): value is Value & { value: Map<string, Value> } =>
  value instanceof Keywords;
export const isNone = (value: Value | undefined): boolean => value?.type === "NullValue";
export const isUndefined = (value: Value | undefined): boolean =>
  value === undefined || value.type === "UndefinedValue";
export const isNumber = (value: Value | undefined): value is Value & { value: number } =>
  isInt(value) || isFloat(value);

export const truthy = (value: Value): boolean => value.__bool__().value;

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
  if (isInt(value)) return String(value.value);
  if (isFloat(value)) return floatText(value.value);
  const inner = (each: Value) => represent(each, depth + 1);
  if (isList(value)) {
    const items = value.value.map(inner).join(", ");
    if (!isTuple(value)) return `[${items}]`;
    return value.value.length === 1 ? `(${items},)` : `(${items})`;
  }
  if (isDict(value))
    return `{${[...value.value].map(([key, each]) => `${represent(ofKey(key))}: ${inner(each)}`).join(", ")}}`;
  return "<function>";
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
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

/** @returns less than 0 where `a < b` in Python. @throws where the two have no order */
export function compare(a: Value, b: Value): number {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return left - right;
  if (isText(a) && isText(b)) return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  if (isList(a) && isList(b)) {
    for (let at = 0; at < Math.min(a.value.length, b.value.length); at++) {
      const order = compare(a.value[at]!, b.value[at]!);
      if (order !== 0) return order;
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
  if (isDict(value)) return Array.from((value as { value: Map<Key, Value> }).value.keys(), ofKey);
  if (isList(value)) return value.value;
  if (isUndefined(value) || isNone(value)) return [];
  if (isText(value)) return Array.from(value.value, str);
  throw new Error(`'${typeName(value)}' object is not iterable`);
}

/** A key of a dict, as a value. */
export const ofKey = (key: Key): Value => (typeof key === "number" ? int(key) : str(key));

/** @returns undefined for a value that is no key here */
export function asKey(value: Value): Key | undefined {
  return isText(value) ? value.value : numberOf(value);
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
    if (isDict(found)) found = valueAt(found.value, isInt(path) ? path : str(part));
    else if ((isList(found) || isText(found)) && /^-?\d+$/.test(part))
      found = itemsOf(found).at(Number(part)) ?? UNDEFINED;
    else return UNDEFINED;
  }
  return found;
}
