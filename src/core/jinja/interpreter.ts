/** Renders a template with Python's meaning of everything in it, and with an end to everything. */
import { Evaluator } from "./evaluator";
import { globals } from "./globals";
import type { Budget } from "./limits";
import { changedSince, loopCall, loopMembers } from "./loop";
import { Scope } from "./scope";
import { mentions, type Loop, type Parameter, type Statement } from "./syntax";
import {
  bool,
  dict,
  fromJs,
  func,
  itemsOf,
  namespace,
  str,
  textOf,
  truthy,
  tuple,
  UNDEFINED,
  type Key,
  type Value,
} from "./values";

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
  private readonly expressions: Evaluator;

  constructor(
    private readonly budget: Budget,
    values: Record<string, unknown>,
    now = new Date(),
  ) {
    this.expressions = new Evaluator(budget);
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
        return textOf(this.expressions.evaluate(node.expression, scope));
      case "if":
        for (const { test: condition, body } of node.branches)
          if (truthy(this.expressions.evaluate(condition, scope))) return this.write(body, scope);
        return this.write(node.otherwise, scope);
      case "for":
        return this.loop(node, scope, itemsOf(this.expressions.evaluate(node.items, scope)), 0);
      case "set":
        scope.assign(node.target, this.expressions.evaluate(node.value, scope));
        return "";
      case "setBlock": {
        const body = str(this.write(node.body, new Scope(scope)));
        scope.assign(node.target, node.filter ? this.expressions.evaluate(node.filter, scope, body) : body);
        return "";
      }
      case "with": {
        const inner = new Scope(scope);
        for (const [target, value] of node.values) inner.assign(target, this.expressions.evaluate(value, scope));
        return this.write(node.body, inner);
      }
      case "block":
        (this.blocks.value as Map<Key, Value>).set(
          node.name,
          func(() => str(this.write(node.body, new Scope(scope)))),
        );
        return this.write(node.body, new Scope(scope));
      case "filterBlock":
        return textOf(this.expressions.evaluate(node.filter, scope, str(this.write(node.body, new Scope(scope)))));
      case "macro":
        scope.set(node.name, this.macro(node.name, node.parameters, node.body, scope));
        return "";
      case "callBlock": {
        const given = this.expressions.argumentsOf(node.call.args, scope);
        const caller = this.macro("caller", node.parameters, node.body, scope);
        const named = new Map([...given.named, ["caller", caller] as const]);
        return textOf(this.expressions.called(node.call.callee, { args: given.args, named }, scope));
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
    const items = condition ? all.filter((item) => truthy(this.expressions.evaluate(condition, scopeOf(item)))) : all;
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
        scope.set(
          parameter.name,
          given ?? (parameter.fallback ? this.expressions.evaluate(parameter.fallback, scope) : UNDEFINED),
        );
      }
      if (mentions(body, "kwargs")) scope.set("kwargs", dict(others));
      return str(this.write(body, scope));
    }, members);
  }
}
