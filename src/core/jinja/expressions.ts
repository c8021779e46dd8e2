/** Expressions, with the precedence of Jinja2's parser (`jinja2.parser`). */
import type { TokenReader } from "./reader";
import { NO_CALL_ARGUMENTS, type CallArguments, type Expression } from "./syntax";

const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="];
/** Where an operand of a test ends before it begins. */
const NO_OPERANDS = ["and", "or", "else", "if", "is", "in", "not"];

export function readExpression(reader: TokenReader): Expression {
  return reader.deeper(() => {
    let value = readOr(reader);
    while (reader.skipName("if")) {
      const test = readOr(reader);
      const no = reader.skipName("else") ? readExpression(reader) : undefined;
      value = { type: "choice", test, yes: value, no };
    }
    return value;
  });
}

/**
 * One expression, or a tuple of several without parentheses.
 * @param read `readExpression`, or what reads one that no `if` follows
 */
export function readTuple(reader: TokenReader, read = readExpression, ...enders: string[]): Expression {
  const items: Expression[] = [];
  let isTuple = false;
  do {
    if (isTupleEnd(reader, enders)) break;
    items.push(read(reader));
    if (reader.isOperator(",")) isTuple = true;
  } while (reader.skipOperator(","));
  if (!isTuple && items.length === 0) reader.fail("an expression");
  return isTuple ? { type: "tuple", items } : items[0]!;
}

const isTupleEnd = (reader: TokenReader, enders: readonly string[]) =>
  reader.current.type === "end" || reader.isOperator(")") || reader.isName(...enders);

/** An expression without a choice. */
export function readOr(reader: TokenReader): Expression {
  let left = readAnd(reader);
  while (reader.skipName("or")) left = { type: "binary", operator: "or", left, right: readAnd(reader) };
  return left;
}

function readAnd(reader: TokenReader): Expression {
  let left = readNot(reader);
  while (reader.skipName("and")) left = { type: "binary", operator: "and", left, right: readNot(reader) };
  return left;
}

function readNot(reader: TokenReader): Expression {
  if (!reader.skipName("not")) return readCompare(reader);
  return reader.deeper(() => ({ type: "unary", operator: "not", operand: readNot(reader) }));
}

function readCompare(reader: TokenReader): Expression {
  const first = readSum(reader);
  const rest: [string, Expression][] = [];
  for (;;) {
    if (reader.isOperator(...COMPARISONS)) rest.push([reader.next().value, readSum(reader)]);
    else if (reader.skipName("in")) rest.push(["in", readSum(reader)]);
    else if (reader.isName("not") && reader.followedBy("in")) {
      reader.next();
      reader.next();
      rest.push(["not in", readSum(reader)]);
    } else return rest.length === 0 ? first : { type: "compare", first, rest };
  }
}

const leftToRight =
  (inner: (reader: TokenReader) => Expression, ...operators: string[]) =>
  (reader: TokenReader): Expression => {
    let left = inner(reader);
    while (reader.isOperator(...operators))
      left = { type: "binary", operator: reader.next().value, left, right: inner(reader) };
    return left;
  };
const readPower = leftToRight((reader) => readUnary(reader, true), "**");
const readProduct = leftToRight(readPower, "*", "/", "//", "%");
const readConcat = leftToRight(readProduct, "~");
const readSum = leftToRight(readConcat, "+", "-");

function readUnary(reader: TokenReader, filters: boolean): Expression {
  let value: Expression;
  if (reader.isOperator("-", "+")) {
    const operator = reader.next().value as "-" | "+";
    value = reader.deeper(() => ({ type: "unary", operator, operand: readUnary(reader, false) }));
  } else value = readPostfix(reader, readPrimary(reader));
  return filters ? readFilters(reader, value) : value;
}

const CONSTANTS: Readonly<Record<string, Expression>> = {
  true: { type: "literal", kind: "bool", value: true },
  True: { type: "literal", kind: "bool", value: true },
  false: { type: "literal", kind: "bool", value: false },
  False: { type: "literal", kind: "bool", value: false },
  none: { type: "literal", kind: "none" },
  None: { type: "literal", kind: "none" },
};

function readPrimary(reader: TokenReader): Expression {
  const { type, value } = reader.current;
  switch (type) {
    case "name":
      reader.next();
      return Object.hasOwn(CONSTANTS, value) ? CONSTANTS[value]! : { type: "name", name: value };
    case "string": {
      let text = "";
      while (reader.current.type === "string") text += reader.next().value;
      return { type: "literal", kind: "string", value: text };
    }
    case "int":
    case "float":
      reader.next();
      return { type: "literal", kind: type, value: Number(value) };
    case "op":
      if (reader.skipOperator("(")) return readParenthesis(reader);
      if (reader.skipOperator("["))
        return { type: "list", items: readUntil(reader, "]", () => readExpression(reader)) };
      if (reader.skipOperator("{"))
        return {
          type: "dict",
          entries: readUntil(reader, "}", () => {
            const key = readExpression(reader);
            reader.expectOperator(":");
            return [key, readExpression(reader)];
          }),
        };
      return reader.fail("an expression");
    case "end":
      return reader.fail("an expression");
  }
}

function readParenthesis(reader: TokenReader): Expression {
  if (reader.skipOperator(")")) return { type: "tuple", items: [] };
  const value = readTuple(reader);
  reader.expectOperator(")");
  return value;
}

/** What stands between commas, up to `closer`; a last comma may stay. */
function readUntil<Item>(reader: TokenReader, closer: string, read: () => Item): Item[] {
  const items: Item[] = [];
  while (!reader.skipOperator(closer)) {
    if (items.length > 0) {
      reader.expectOperator(",");
      if (reader.skipOperator(closer)) break;
    }
    items.push(read());
  }
  return items;
}

function readPostfix(reader: TokenReader, value: Expression): Expression {
  let object = value;
  for (;;) {
    if (reader.skipOperator(".")) {
      const { type, value: name } = reader.current;
      if (type === "int") {
        reader.next();
        object = { type: "item", object, key: { type: "literal", kind: "int", value: Number(name) } };
      } else object = { type: "attribute", object, name: reader.expectName() };
    } else if (reader.skipOperator("[")) object = readSubscript(reader, object);
    else if (reader.isOperator("(")) object = { type: "call", callee: object, args: readArguments(reader) };
    else return object;
  }
}

function readSubscript(reader: TokenReader, object: Expression): Expression {
  const part = () => (reader.isOperator(":", "]") ? undefined : readExpression(reader));
  const start = part();
  if (!reader.isOperator(":")) {
    if (!start) reader.fail("an expression");
    const keys = [start];
    while (reader.skipOperator(",")) keys.push(readExpression(reader));
    reader.expectOperator("]");
    return { type: "item", object, key: keys.length === 1 ? start : { type: "tuple", items: keys } };
  }
  reader.expectOperator(":");
  const stop = part();
  const step = reader.skipOperator(":") ? part() : undefined;
  reader.expectOperator("]");
  return { type: "slice", object, ...(start && { start }), ...(stop && { stop }), ...(step && { step }) };
}

function readArguments(reader: TokenReader): CallArguments {
  reader.expectOperator("(");
  const args: CallArguments = { positional: [], named: [] };
  readUntil(reader, ")", () => {
    if (reader.skipOperator("*")) args.list = readExpression(reader);
    else if (reader.skipOperator("**")) args.dict = readExpression(reader);
    else if (reader.isKeyword) {
      const name = reader.expectName();
      reader.expectOperator("=");
      args.named.push([name, readExpression(reader)]);
    } else args.positional.push(readExpression(reader));
  });
  return args;
}

/** Filters, tests and calls behind a value. */
function readFilters(reader: TokenReader, value: Expression): Expression {
  let operand = value;
  for (;;) {
    if (reader.isOperator("|")) operand = readFilter(reader, operand);
    else if (reader.skipName("is")) operand = readTest(reader, operand);
    else if (reader.isOperator("(")) operand = { type: "call", callee: operand, args: readArguments(reader) };
    else return operand;
  }
}

/**
 * Filters one after the other.
 * @param inline whether the first of them has no `|` before it
 */
export function readFilterChain(reader: TokenReader, inline: boolean): Expression {
  let chain = inline ? filterNamed(reader, undefined) : undefined;
  while (reader.isOperator("|")) chain = readFilter(reader, chain);
  return chain ?? reader.fail("a filter");
}

function readFilter(reader: TokenReader, operand: Expression | undefined): Expression {
  reader.expectOperator("|");
  return filterNamed(reader, operand);
}

function filterNamed(reader: TokenReader, operand: Expression | undefined): Expression {
  const name = reader.expectName();
  return { type: "filter", operand, name, args: reader.isOperator("(") ? readArguments(reader) : NO_CALL_ARGUMENTS };
}

function readTest(reader: TokenReader, operand: Expression): Expression {
  const negated = reader.skipName("not");
  const name = reader.expectName();
  let args = NO_CALL_ARGUMENTS;
  if (reader.isOperator("(")) args = readArguments(reader);
  else if (startsOperand(reader)) args = { positional: [readPostfix(reader, readPrimary(reader))], named: [] };
  return { type: "test", operand, name, args, negated };
}

function startsOperand(reader: TokenReader): boolean {
  const { type } = reader.current;
  if (type === "name") return !reader.isName(...NO_OPERANDS);
  return type === "string" || type === "int" || type === "float" || reader.isOperator("[", "{");
}
