/** Operators and slices, with Python's meaning. */
import { percentFormat } from "./formatting";
import type { Budget } from "./limits";
import { isIn } from "./tests";
import { escaped } from "./texts";
import {
  bool,
  compare,
  equal,
  float,
  int,
  isFloat,
  isList,
  isMarkup,
  isText,
  isTuple,
  itemsOf,
  list,
  markup,
  numberOf,
  str,
  textOf,
  tuple,
  truthy,
  typeName,
  type Value,
} from "./values";

/** @throws Error where Python has one */
export function operate(operator: string, left: Value, right: Value, budget: Budget): Value {
  switch (operator) {
    case "==":
      return bool(equal(left, right));
    case "!=":
      return bool(!equal(left, right));
    case "in":
      return bool(isIn(left, right));
    case "not in":
      return bool(!isIn(left, right));
    case "<":
      return bool(compare(left, right) < 0);
    case "<=":
      return bool(compare(left, right) <= 0);
    case ">":
      return bool(compare(left, right) > 0);
    case ">=":
      return bool(compare(left, right) >= 0);
    case "~":
      return joined(textOf(left), textOf(right), budget);
    case "+":
      if (isText(left) && isText(right)) return added(left, right, budget);
      if (!isList(left) || !isList(right)) break;
      budget.list(left.value.length + right.value.length);
      return (isTuple(left) ? tuple : list)([...left.value, ...right.value]);
    case "%":
      if (isMarkup(left)) return markup(percentFormat(textOf(left), escapedIn(right)));
      if (isText(left)) return str(percentFormat(left.value, right));
      break;
    case "*": {
      const times = numberOf(left) ?? numberOf(right);
      const repeated = [left, right].find((each) => isText(each) || isList(each));
      if (repeated && times !== undefined) return repeat(repeated, Math.max(0, Math.trunc(times)), budget);
    }
  }
  return arithmetic(operator, left, right);
}

/** What is put to a text that may stand in HTML is escaped. */
const safeText = (value: Value): string => (isMarkup(value) ? textOf(value) : escaped(textOf(value)));
const escapedIn = (value: Value): Value =>
  isTuple(value) ? tuple(itemsOf(value).map(escapedIn)) : isText(value) ? str(safeText(value)) : value;

function added(left: Value, right: Value, budget: Budget): Value {
  if (!isMarkup(left) && !isMarkup(right)) return joined(textOf(left), textOf(right), budget);
  return markup(textOf(joined(safeText(left), safeText(right), budget)));
}

function joined(left: string, right: string, budget: Budget): Value {
  budget.text(left.length + right.length);
  return str(left + right);
}

function repeat(value: Value, times: number, budget: Budget): Value {
  if (isText(value)) {
    budget.text(value.value.length * times);
    return (isMarkup(value) ? markup : str)(value.value.repeat(times));
  }
  const items = itemsOf(value);
  budget.list(items.length * times);
  return (isTuple(value) ? tuple : list)(Array.from({ length: times }, () => items).flat());
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b),
  // The remainder has the sign of the divisor.
  "%": (a, b) => a - b * Math.floor(a / b),
  "**": (a, b) => a ** b,
};

function arithmetic(operator: string, left: Value, right: Value): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined)
    throw new Error(`${typeName(left)} ${operator} ${typeName(right)} has no sense`);
  if (b === 0 && ["/", "//", "%"].includes(operator)) throw new Error("division by zero");
  const result = ARITHMETIC[operator]?.(a, b) ?? NaN;
  if (!Number.isFinite(result)) throw new Error(`${a} ${operator} ${b} has no value`);
  const isWhole = !isFloat(left) && !isFloat(right) && operator !== "/" && !(operator === "**" && b < 0);
  return isWhole ? int(result) : float(result);
}

/** `items[start:stop:step]`. */
export function slice<Item>(items: readonly Item[], start?: number, stop?: number, step = 1): Item[] {
  if (step === 0) throw new Error("a slice has no step of 0");
  const [low, high] = step > 0 ? [0, items.length] : [-1, items.length - 1];
  const place = (at: number) => Math.min(high, Math.max(low, at < 0 ? at + items.length : at));
  const from = start === undefined ? (step > 0 ? low : high) : place(start);
  const to = stop === undefined ? (step > 0 ? high : low) : place(stop);
  const cut: Item[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) cut.push(items[at]!);
  return cut;
}

/** @throws Error where the value is no number */
export function unary(operator: "-" | "+" | "not", value: Value): Value {
  if (operator === "not") return bool(!truthy(value));
  const number = numberOf(value);
  if (number === undefined) throw new Error(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  const signed = operator === "-" ? -number : number;
  // A whole number has no negative zero.
  return isFloat(value) ? float(signed) : int(signed + 0);
}
