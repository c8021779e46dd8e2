/** Renders a template with Python's meaning of everything in it, and with an end to everything. */
import { type Arguments } from "./arguments";
import { filter, isFilter } from "./filters";
import { globals } from "./globals";
import type { Budget } from "./limits";
import { changedSince, loopCall, loopMembers } from "./loop";
import { methodFunction, methodOf } from "./methods";
import { operate, slice, unary } from "./operators";
import { Scope } from "./scope";
import { mentions, type CallArguments, type Expression, type Loop, type Parameter, type Statement } from "./syntax";
import { isTest, test } from "./tests";
import {
  asKey,
  bool,
  dict,
  float,
  fromJs,
  func,
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
  namespace,
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

/** `break` and `continue`, with what was written before them. */
class LoopControl extends Error {
  written = "";
  constructor(readonly ends: boolean) {
    super("break and continue belong into a loop");
  }
}

/** Renders one template once. */
export class Interpreter {
  private readonly outermost = new Scope();
  private readonly blocks = namespace(new Map());

  constructor(
    private readonly budget: Budget,
    values: Record<string, unknown>,
    now = new Date(),
  ) {
    for (const [name, value] of Object.entries(globals(budget, now))) this.outermost.set(name, value);
    this.outermost.set("self", this.blocks);
    for (const [name, value] of Object.entries(values)) this.outermost.set(name, fromJs(value));
  }

  /** @throws Error of the template, or where it asks for too much */
  render(template: readonly Statement[]): string {
    try {
      return this.write(template, new Scope(this.outermost));
    } catch (error) {
      if (error instanceof RangeError) throw new Error("the template is nested too deeply", { cause: error });
      throw error;
    }
  }

  private write(statements: readonly Statement[], scope: Scope): string {
    let written = "";
    for (const each of statements) {
      this.budget.step();
      try {
        written += this.statement(each, scope);
      } catch (error) {
        if (error instanceof LoopControl) error.written = written + error.written;
        throw error;
      }
      this.budget.text(written.length);
    }
    return written;
  }

  private statement(node: Statement, scope: Scope): string {
    switch (node.type) {
      case "text":
        return node.text;
      case "output":
        return textOf(this.evaluate(node.expression, scope));
      case "if":
        for (const { test: condition, body } of node.branches)
          if (truthy(this.evaluate(condition, scope))) return this.write(body, scope);
        return this.write(node.otherwise, scope);
      case "for":
        return this.loop(node, scope, itemsOf(this.evaluate(node.items, scope)), 0);
      case "set":
        scope.assign(node.target, this.evaluate(node.value, scope));
        return "";
      case "setBlock": {
        const body = str(this.write(node.body, new Scope(scope)));
        scope.assign(node.target, node.filter ? this.evaluate(node.filter, scope, body) : body);
        return "";
      }
      case "with": {
        const inner = new Scope(scope);
        for (const [target, value] of node.values) inner.assign(target, this.evaluate(value, scope));
        return this.write(node.body, inner);
      }
      case "block":
        (this.blocks.value as Map<Key, Value>).set(
          node.name,
          func(() => str(this.write(node.body, new Scope(scope)))),
        );
        return this.write(node.body, new Scope(scope));
      case "filterBlock":
        return textOf(this.evaluate(node.filter, scope, str(this.write(node.body, new Scope(scope)))));
      case "macro":
        scope.set(node.name, this.macro(node.name, node.parameters, node.body, scope));
        return "";
      case "callBlock": {
        const given = this.argumentsOf(node.call.args, scope);
        const caller = this.macro("caller", node.parameters, node.body, scope);
        const named = new Map([...given.named, ["caller", caller] as const]);
        return textOf(this.called(node.call.callee, { args: given.args, named }, scope));
      }
      case "break":
      case "continue":
        throw new LoopControl(node.type === "break");
    }
  }

  private loop(node: Loop, outer: Scope, all: readonly Value[], depth: number): string {
    const scopeOf = (item: Value): Scope => {
      const scope = new Scope(outer);
      scope.assign(node.target, item);
      return scope;
    };
    const { condition } = node;
    const items = condition ? all.filter((item) => truthy(this.evaluate(condition, scopeOf(item)))) : all;
    if (items.length === 0) return this.write(node.otherwise, outer);
    const again = (inner: Value[]) => str(this.loop(node, outer, inner, depth + 1));
    const call = loopCall(node.recursive ? again : undefined);
    // Its values take longer to make than a short body to write.
    const changed = mentions(node, "loop") ? changedSince() : undefined;
    let written = "";
    for (const [index, item] of items.entries()) {
      const scope = scopeOf(item);
      if (changed) scope.set("loop", func(call, loopMembers(items, index, depth, changed)));
      try {
        written += this.write(node.body, scope);
      } catch (error) {
        if (!(error instanceof LoopControl)) throw error;
        written += error.written;
        if (error.ends) break;
      }
      this.budget.text(written.length);
    }
    return written;
  }

  private macro(name: string, parameters: readonly Parameter[], body: readonly Statement[], outer: Scope): Value {
    const names = parameters.map((each) => each.name);
    const takes = (word: string) => bool(mentions(body, word));
    const members = new Map<string, Value>([
      ["name", str(name)],
      ["arguments", tuple(names.map(str))],
      ["catch_varargs", takes("varargs")],
      ["catch_kwargs", takes("kwargs")],
      ["caller", takes("caller")],
    ]);
    return func((args, named) => {
      const scope = new Scope(outer);
      const others = new Map<Key, Value>(named);
      // A macro that is called without a block has no caller of one around it.
      for (const [word, value] of [
        ["caller", named.get("caller") ?? UNDEFINED],
        ["varargs", tuple(args.slice(names.length))],
      ] as const)
        if (mentions(body, word)) scope.set(word, value);
      others.delete("caller");
      for (const [index, parameter] of parameters.entries()) {
        const given = args[index] ?? named.get(parameter.name);
        others.delete(parameter.name);
        scope.set(parameter.name, given ?? (parameter.fallback ? this.evaluate(parameter.fallback, scope) : UNDEFINED));
      }
      if (mentions(body, "kwargs")) scope.set("kwargs", dict(others));
      return str(this.write(body, scope));
    }, members);
  }

  /** @param block what a filter without an operand is given */
  private evaluate(node: Expression, scope: Scope, block?: Value): Value {
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

  private called(callee: Expression, given: Arguments, scope: Scope): Value {
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

  private argumentsOf(written: CallArguments, scope: Scope): Arguments {
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
