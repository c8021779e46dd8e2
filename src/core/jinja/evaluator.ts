/** What an expression comes to, with Python's meaning. */
import type { Arguments } from "./arguments";
import { filter, isFilter } from "./filters";
import type { Budget } from "./limits";
import { methodFunction, methodOf } from "./methods";
import { operate, slice, unary } from "./operators";
import type { Scope } from "./scope";
import type { CallArguments, Expression } from "./syntax";
import { isTest, test } from "./tests";
import {
  asKey,
  bool,
  dict,
  float,
  int,
  isDict,
  isFunc,
  isList,
  isText,
  isTuple,
  isUndefined,
  itemsOf,
  list,
  memberOf,
  NONE,
  numberOf,
  str,
  textOf,
  truthy,
  tuple,
  typeName,
  UNDEFINED,
  valueAt,
  type Key,
  type Value,
} from "./values";

/** Operators that an undefined value has no part in. */
const NEEDS_BOTH = /^(?:[-+*/%<>]|\/\/|\*\*|[<>]=)$/;

/** Works out the expressions of one rendering. */
export class Evaluator {
  constructor(private readonly budget: Budget) {}

  /**
   * @param block what a filter without an operand is given
   * @throws Error where the expression has no value, or asks for too much
   */
  evaluate(node: Expression, scope: Scope, block?: Value): Value {
    this.budget.step();
    const value = this.expression(node, scope, block);
    if (isText(value)) this.budget.text(value.value.length);
    return value;
  }

  private expression(node: Expression, scope: Scope, block: Value | undefined): Value {
    const of = (each: Expression) => this.evaluate(each, scope);
    switch (node.type) {
      case "literal":
        return literal(node);
      case "name":
        return scope.get(node.name);
      case "list":
        return list(node.items.map(of));
      case "tuple":
        return tuple(node.items.map(of));
      case "dict":
        return this.mapping(node.entries, scope);
      case "unary":
        return unary(node.operator, of(node.operand));
      case "binary":
        return this.binary(node, scope);
      case "compare":
        return this.comparison(node, scope);
      case "choice":
        if (truthy(of(node.test))) return of(node.yes);
        return node.no ? of(node.no) : UNDEFINED;
      case "attribute":
        return this.attribute(of(node.object), node.name);
      case "item":
        return this.item(of(node.object), of(node.key));
      case "slice":
        return this.slice(node, scope);
      case "call":
        return this.called(node.callee, this.argumentsOf(node.args, scope), scope);
      case "filter": {
        const operand = node.operand ? this.evaluate(node.operand, scope, block) : (block ?? UNDEFINED);
        return filter(node.name, operand, this.argumentsOf(node.args, scope), this.budget);
      }
      case "test": {
        const operand = of(node.operand);
        const { args } = this.argumentsOf(node.args, scope);
        return bool(this.test(node.name, operand, args) !== node.negated);
      }
    }
  }

  private test(name: string, operand: Value, args: readonly Value[]): boolean {
    if (name === "filter") return isFilter(textOf(operand));
    return name === "test" ? isTest(textOf(operand)) : test(name, operand, ...args);
  }

  private binary(node: Expression & { type: "binary" }, scope: Scope): Value {
    const { operator } = node;
    const left = this.evaluate(node.left, scope);
    if (operator === "and" || operator === "or")
      return truthy(left) === (operator === "and") ? this.evaluate(node.right, scope) : left;
    return this.operated(operator, [left, node.left], [this.evaluate(node.right, scope), node.right]);
  }

  private comparison({ first, rest }: Expression & { type: "compare" }, scope: Scope): Value {
    let [left, leftNode] = [this.evaluate(first, scope), first];
    for (const [operator, rightNode] of rest) {
      const right = this.evaluate(rightNode, scope);
      if (!truthy(this.operated(operator, [left, leftNode], [right, rightNode]))) return bool(false);
      [left, leftNode] = [right, rightNode];
    }
    return bool(true);
  }

  private operated(operator: string, left: [Value, Expression], right: [Value, Expression]): Value {
    const missing = NEEDS_BOTH.test(operator) ? [left, right].find(([value]) => isUndefined(value)) : undefined;
    if (missing) throw new Error(`${nameOf(missing[1])} is undefined`);
    return operate(operator, left[0], right[0], this.budget);
  }

  /** Calls what an expression names. @throws Error where it is nothing that is called */
  called(callee: Expression, given: Arguments, scope: Scope): Value {
    let called: Value;
    if (callee.type === "attribute") {
      const self = this.evaluate(callee.object, scope);
      const method = methodOf(self, callee.name);
      if (method) return method(given, this.budget);
      called = this.attribute(self, callee.name);
      if (!isFunc(called)) throw new Error(`'${typeName(self)}' has no method ${callee.name}`);
    } else called = this.evaluate(callee, scope);
    if (!isFunc(called)) throw new Error(`${nameOf(callee)} is ${isUndefined(called) ? "undefined" : "not callable"}`);
    return called.value(given.args, given.named);
  }

  /** Those of a call, with what `*` and `**` stand for. */
  argumentsOf(written: CallArguments, scope: Scope): Arguments {
    const args = written.positional.map((each) => this.evaluate(each, scope));
    const named = new Map(written.named.map(([name, each]) => [name, this.evaluate(each, scope)]));
    if (written.list) args.push(...itemsOf(this.evaluate(written.list, scope)));
    if (written.dict) {
      const given = this.evaluate(written.dict, scope);
      if (!isDict(given)) throw new Error("** needs a mapping");
      for (const [key, value] of given.value) named.set(String(key), value);
    }
    return { args, named };
  }

  private mapping(entries: readonly [Expression, Expression][], scope: Scope): Value {
    const map = new Map<Key, Value>();
    for (const [name, value] of entries) {
      const key = asKey(this.evaluate(name, scope));
      if (key === undefined) throw new Error("the key of a dict has to be a text, a number or None");
      map.set(key, this.evaluate(value, scope));
    }
    return dict(map);
  }

  private attribute(object: Value, name: string): Value {
    const found = memberOf(object, name) ?? methodFunction(object, name, this.budget);
    if (found) return found;
    return isDict(object) ? valueAt(object.value, str(name)) : UNDEFINED;
  }

  private item(object: Value, key: Value): Value {
    const index = numberOf(key);
    if (isDict(object)) {
      const found = valueAt(object.value, key);
      if (!isUndefined(found) || !isText(key)) return found;
    } else if (index !== undefined) {
      return isText(object) || isList(object) ? (itemsOf(object).at(index) ?? UNDEFINED) : UNDEFINED;
    }
    return isText(key) ? this.attribute(object, key.value) : UNDEFINED;
  }

  /** `object[start:stop:step]` of Python. */
  private slice(node: Expression & { type: "slice" }, scope: Scope): Value {
    const object = this.evaluate(node.object, scope);
    if (isUndefined(object)) return UNDEFINED;
    if (!isText(object) && !isList(object)) throw new Error(`a ${typeName(object)} has no slices`);
    const [start, stop, step] = [node.start, node.stop, node.step].map((each) =>
      each ? numberOf(this.evaluate(each, scope)) : undefined,
    );
    const cut = slice(itemsOf(object), start, stop, step);
    if (isText(object)) return str(cut.map(textOf).join(""));
    return (isTuple(object) ? tuple : list)(cut);
  }
}

function literal(node: Expression & { type: "literal" }): Value {
  switch (node.kind) {
    case "string":
      return str(node.value);
    case "int":
      return int(node.value);
    case "float":
      return float(node.value);
    case "bool":
      return bool(node.value);
    case "none":
      return NONE;
  }
}

/** What an error calls an expression. */
function nameOf(node: Expression): string {
  if (node.type === "name" || node.type === "attribute") return `'${node.name}'`;
  return node.type === "item" && node.key.type === "literal" && node.key.kind === "string"
    ? `'${node.key.value}'`
    : "a value";
}
