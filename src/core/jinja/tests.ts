/** Jinja2's tests: what stands behind `is`. */
import {
  compare,
  equal,
  isBool,
  isDict,
  isFloat,
  isFunc,
  isInt,
  isList,
  isMarkup,
  isNamespace,
  isNone,
  isNumber,
  isSequence,
  isText,
  isUndefined,
  itemsOf,
  numberOf,
  textOf,
  UNDEFINED,
  valueAt,
  type Value,
} from "./values";

type Test = (value: Value, other: Value) => boolean;

export const isIn: Test = (value, container) => {
  if (isText(container)) return container.value.includes(textOf(value));
  if (isDict(container)) return !isUndefined(valueAt(container.value, value));
  return itemsOf(container).some((each) => equal(each, value));
};
const remainder = (value: Value, by: number) => (((numberOf(value) ?? NaN) % by) + by) % by;
const less: Test = (a, b) => compare(a, b) < 0;
const more: Test = (a, b) => compare(a, b) > 0;

const TESTS: Readonly<Record<string, Test>> = {
  defined: (value) => !isUndefined(value),
  undefined: (value) => isUndefined(value),
  none: (value) => isNone(value),
  boolean: (value) => isBool(value),
  true: (value) => isBool(value) && value.value,
  false: (value) => isBool(value) && !value.value,
  integer: (value) => isInt(value),
  float: (value) => isFloat(value),
  number: (value) => isNumber(value) || isBool(value),
  string: (value) => isText(value),
  mapping: (value) => isDict(value) && !isNamespace(value),
  sequence: (value) => isSequence(value) || isUndefined(value),
  iterable: (value) => isText(value) || isList(value) || (isDict(value) && !isNamespace(value)) || isUndefined(value),
  // What is undefined can be called in Python, to say what it is.
  callable: (value) => isFunc(value) || isUndefined(value),
  escaped: (value) => isMarkup(value),
  odd: (value) => remainder(value, 2) === 1,
  even: (value) => remainder(value, 2) === 0,
  divisibleby: (value, by) => remainder(value, numberOf(by) ?? NaN) === 0,
  lower: (value) => textOf(value) === textOf(value).toLowerCase() && textOf(value) !== textOf(value).toUpperCase(),
  upper: (value) => textOf(value) === textOf(value).toUpperCase() && textOf(value) !== textOf(value).toLowerCase(),
  in: isIn,
  sameas: (a, b) => a === b || (!isList(a) && !isDict(a) && a.constructor === b.constructor && equal(a, b)),
  eq: equal,
  ne: (a, b) => !equal(a, b),
  lt: less,
  le: (a, b) => !more(a, b),
  gt: more,
  ge: (a, b) => !less(a, b),
};
const ALIASES: Readonly<Record<string, string>> = {
  equalto: "eq",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  lessthan: "lt",
  greaterthan: "gt",
};

const called = (name: string): string => (Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name);

/** `filter` and `test` are tests too, and the interpreter's own. */
export const isTest = (name: string): boolean =>
  Object.hasOwn(TESTS, called(name)) || name === "filter" || name === "test";

/** @throws Error where there is no such test */
export function test(name: string, value: Value, other: Value = UNDEFINED): boolean {
  const known = called(name);
  if (!Object.hasOwn(TESTS, known)) throw new Error(`No test named '${name}'`);
  return TESTS[known]!(value, other);
}
