/** Operators and slices, with Python's meaning. */
import { percentFormat } from "./formatting";
import type { Budget } from "./limits";
import { isIn } from "./tests";
import {
  bool,
  compare,
  equal,
  float,
  int,
  isFloat,
  isList,
  isText,
  isTuple,
  itemsOf,
  list,
  numberOf,
  str,
  textOf,
  tuple,
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
      if (isText(left) && isText(right)) return joined(left.value, right.value, budget);
      if (!isList(left) || !isList(right)) break;
      budget.list(left.value.length + right.value.length);
      return (isTuple(left) ? tuple : list)([...left.value, ...right.value]);
    case "%":
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

function joined(left: string, right: string, budget: Budget): Value {
  budget.text(left.length + right.length);
  return str(left + right);
}

function repeat(value: Value, times: number, budget: Budget): Value {
  if (isText(value)) {
    budget.text(value.value.length * times);
    return str(value.value.repeat(times));
  }
  const items = itemsOf(value);
  budget.list(items.length * times);
  return list(Array.from({ length: times }, () => items).flat());
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
