/**
 * The library's interpreter with Jinja2's meaning: what is undefined, None and booleans in texts, methods and filters of
 * Python, loops with a scope of their own, text before `continue` kept; and with an end to everything. It overrides
 * `evaluate`, the one public place that all nodes pass.
 */
import { Environment, Interpreter, type parse } from "@huggingface/jinja";
import { filter } from "./filters";
import { globals } from "./globals";
import type { Budget } from "./limits";
import { bind, changedSince, loopValues, namesLoop } from "./loop";
import { methodOf, type Arguments } from "./methods";
import { operate, slice } from "./operators";
import { TEST_FILTER, type Node } from "./syntax";
import { test } from "./tests";
import {
  asKey,
  bool,
  dict,
  fromJs,
  func,
  isDict,
  isFunc,
  isKeywords,
  isList,
  isText,
  isTuple,
  isUndefined,
  itemsOf,
  keywords,
  list,
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

type Statement = Parameters<Interpreter["evaluate"]>[0];
type Program = ReturnType<typeof parse>;

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
export class BoundedInterpreter extends Interpreter {
  constructor(
    private readonly budget: Budget,
    values: Record<string, unknown>,
    now = new Date(),
  ) {
    const scope = new Environment();
    for (const [name, value] of Object.entries(values)) scope.setVariable(name, fromJs(value));
    for (const [name, value] of Object.entries(globals(budget, now))) scope.setVariable(name, value);
    super(scope);
  }

  /** @throws Error of the template, or where it asks for too much */
  render(program: Node): string {
    return textOf(this.run(program as unknown as Program));
  }

  override evaluate(statement: Statement, scope: Environment): Value {
    this.budget.step();
    const node = statement as unknown as Node | undefined;
    const value = node ? (this.own(node, scope) ?? super.evaluate(statement, scope)) : UNDEFINED;
    if (isText(value)) this.budget.text(value.value.length);
    return value;
  }

  /** @returns undefined for nodes that the library evaluates as Jinja2 does */
  private own(node: Node, scope: Environment): Value | undefined {
    const field = (name: string) => this.evaluate(node[name] as Statement, scope);
    switch (node.type) {
      case "Block":
        return this.writeAll(node["statements"] as Node[], scope);
      case "Output":
        return str(textOf(field("expression")));
      case "For":
        return this.loop(node, scope);
      case "Break":
      case "Continue":
        throw new LoopControl(node.type === "Break");
      case "BinaryExpression":
        return this.binary(node, scope);
      case "FilterExpression":
        return this.filtered(field("operand"), node["filter"] as Node, scope);
      case "FilterStatement":
        return this.filtered(this.bodyOf(node, scope), node["filter"] as Node, scope);
      case "TestExpression":
        return bool(test((node["test"] as { value: string }).value, field("operand")) !== node["negate"]);
      case "CallExpression":
        return this.call(node, scope);
      case "MemberExpression":
        return this.member(node, scope);
      case "ObjectLiteral":
        return this.mapping(node, scope);
      default:
        return undefined;
    }
  }

  private bodyOf(node: Node, scope: Environment): Value {
    return this.evaluate((node["body"] as Statement[])[0], scope);
  }

  private writeAll(statements: readonly Node[], scope: Environment): Value {
    let written = "";
    for (const each of statements) {
      try {
        const value = this.evaluate(each as unknown as Statement, scope);
        // A statement that writes nothing has no value.
        if (isText(value)) written += value.value;
      } catch (error) {
        if (error instanceof LoopControl) error.written = written + error.written;
        throw error;
      }
      this.budget.text(written.length);
    }
    return str(written);
  }

  private loop(node: Node, outer: Environment): Value {
    const iterable = node["iterable"] as Node;
    const select = iterable.type === "SelectExpression" ? iterable : undefined;
    const all = itemsOf(this.evaluate((select ? select["lhs"] : iterable) as Statement, outer));
    const scopeOf = (item: Value): Environment => {
      const scope = new Environment(outer);
      bind(node["loopvar"] as Node, item, scope);
      return scope;
    };
    const items = select
      ? all.filter((item) => truthy(this.evaluate(select["test"] as Statement, scopeOf(item))))
      : all;
    if (items.length === 0) return this.evaluate((node["defaultBlock"] as Statement[])[0], outer);
    let written = "";
    const changed = namesLoop(node) ? changedSince() : undefined;
    for (const [index, item] of items.entries()) {
      const scope = scopeOf(item);
      if (changed) scope.setVariable("loop", dict(loopValues(items, index, changed)));
      try {
        written += textOf(this.bodyOf(node, scope));
      } catch (error) {
        if (!(error instanceof LoopControl)) throw error;
        written += error.written;
        if (error.ends) break;
      }
      this.budget.text(written.length);
    }
    return str(written);
  }

  private binary(node: Node, scope: Environment): Value {
    const operator = (node["operator"] as { value: string }).value;
    const left = this.evaluate(node["left"] as Statement, scope);
    const other = () => this.evaluate(node["right"] as Statement, scope);
    if (operator === "and") return truthy(left) ? other() : left;
    if (operator === "or") return truthy(left) ? left : other();
    const right = other();
    const missing = NEEDS_BOTH.test(operator) ? [left, right].findIndex(isUndefined) : -1;
    if (missing >= 0) throw new Error(`${nameOf(node[missing === 0 ? "left" : "right"] as Node)} is undefined`);
    return operate(operator, left, right, this.budget);
  }

  private filtered(operand: Value, node: Node, scope: Environment): Value {
    const isCall = node.type === "CallExpression";
    const name = (isCall ? (node["callee"] as { value: string }) : (node as unknown as { value: string })).value;
    const given = isCall ? this.argumentsOf(node["args"] as Node[], scope) : { args: [], named: new Map() };
    const asTest = TEST_FILTER.exec(name);
    if (asTest) return bool(test(asTest[2]!, operand, given.args[0]) === (asTest[1] === undefined));
    return filter(name, operand, given, this.budget);
  }

  private call(node: Node, scope: Environment): Value {
    const callee = node["callee"] as Node;
    const given = this.argumentsOf(node["args"] as Node[], scope);
    let called: Value;
    if (callee.type === "MemberExpression" && !callee["computed"]) {
      const self = this.evaluate(callee["object"] as Statement, scope);
      const name = (callee["property"] as { value: string }).value;
      const method = methodOf(self, name);
      if (method) return method(given, this.budget);
      called = isDict(self) ? (self.value.get(name) ?? UNDEFINED) : UNDEFINED;
      if (!isFunc(called)) throw new Error(`'${typeName(self)}' has no method ${name}`);
    } else called = this.evaluate(callee as unknown as Statement, scope);
    if (!isFunc(called)) {
      throw new Error(`${nameOf(callee)} is ${isUndefined(called) ? "undefined" : "not callable"}`);
    }
    const { args, named } = given;
    return called.value(named.size > 0 ? [...args, keywords(new Map(named))] : args, scope);
  }

  private argumentsOf(nodes: readonly Node[], scope: Environment): Arguments {
    const args: Value[] = [];
    const named = new Map<string, Value>();
    for (const node of nodes) {
      const inner = () => this.evaluate((node["argument"] ?? node["value"]) as Statement, scope);
      if (node.type === "SpreadExpression") args.push(...itemsOf(inner()));
      else if (node.type === "KeywordArgumentExpression") named.set((node["key"] as { value: string }).value, inner());
      else if (node.type === "KeywordSpreadExpression") {
        const given = inner();
        if (!isDict(given)) throw new Error("** needs a mapping");
        for (const [key, value] of given.value) named.set(String(key), value);
      } else args.push(this.evaluate(node as unknown as Statement, scope));
    }
    return { args, named };
  }

  private mapping(node: Node, scope: Environment): Value {
    const map = new Map<Key, Value>();
    for (const [name, value] of node["value"] as Map<Statement, Statement>) {
      const key = asKey(this.evaluate(name, scope));
      if (key === undefined) throw new Error("the key of a dict has to be a text or a number");
      map.set(key, this.evaluate(value, scope));
    }
    return dict(map);
  }

  private member(node: Node, scope: Environment): Value {
    const object = this.evaluate(node["object"] as Statement, scope);
    const property = node["property"] as Node;
    if (isUndefined(object)) return UNDEFINED;
    if (property.type === "SliceExpression") return this.slice(object, property, scope);
    const key =
      node["computed"] || property.type === "IntegerLiteral"
        ? this.evaluate(property as unknown as Statement, scope)
        : str((property as unknown as { value: string }).value);
    const index = numberOf(key);
    if (isDict(object)) {
      const found = valueAt(object.value, key);
      if (!isUndefined(found) || index !== undefined) return found;
    } else if (index !== undefined) {
      return isText(object) || isList(object) ? (itemsOf(object).at(index) ?? UNDEFINED) : UNDEFINED;
    }
    const name = textOf(key);
    const method = methodOf(object, name);
    if (!method) return UNDEFINED;
    return func((args) => {
      const last = args.at(-1);
      const named = isKeywords(last) ? last.value : new Map<string, Value>();
      return method({ args: isKeywords(last) ? args.slice(0, -1) : args, named }, this.budget);
    });
  }

  /** `object[start:stop:step]` of Python. */
  private slice(object: Value, node: Node, scope: Environment): Value {
    if (!isText(object) && !isList(object)) throw new Error(`a ${typeName(object)} has no slices`);
    const [start, stop, step] = ["start", "stop", "step"].map((field) =>
      node[field] ? numberOf(this.evaluate(node[field] as Statement, scope)) : undefined,
    );
    const cut = slice(itemsOf(object), start, stop, step);
    if (isText(object)) return str(cut.map(textOf).join(""));
    return (isTuple(object) ? tuple : list)(cut);
  }
}

/** What an error calls an expression. */
function nameOf(node: Node): string {
  const { value } = node as unknown as { value: unknown };
  if (node.type === "Identifier") return `'${String(value)}'`;
  return node.type === "MemberExpression" ? `'${String((node["property"] as { value: unknown }).value)}'` : "a value";
}
