/** What a Jinja template writes out and does not make itself: the values that it has to be given. */
import { parseTemplate } from "../jinja/parser";
import type { CallArguments, Expression, Parameter, Statement, Target } from "../jinja/syntax";

/** A name, and the keys and places that are asked of its value: `customer.name` is `["customer", "name"]`. */
export type NamePath = [name: string, ...keys: (string | number)[]];

/** @returns nothing for a template that cannot be read: rendering says why */
export function writtenNames(template: string): NamePath[] {
  let statements: Statement[];
  try {
    statements = parseTemplate(template, {});
  } catch {
    return [];
  }
  const finder = new Finder();
  finder.statements(statements);
  return finder.found.filter(([name]) => !finder.own.has(name));
}

class Finder {
  readonly found: NamePath[] = [];
  /** Names that the template itself gives a value. */
  readonly own = new Set([
    "loop",
    "self",
    "caller",
    "varargs",
    "kwargs",
    "range",
    "dict",
    "namespace",
    "cycler",
    "joiner",
  ]);

  statements(statements: readonly Statement[]): void {
    for (const each of statements) this.statement(each);
  }

  private statement(node: Statement): void {
    switch (node.type) {
      case "output":
        this.expression(node.expression);
        return;
      case "if":
        for (const { body } of node.branches) this.statements(body);
        this.statements(node.otherwise);
        return;
      case "for":
        this.target(node.target);
        this.statements(node.body);
        this.statements(node.otherwise);
        return;
      case "set":
        this.target(node.target);
        this.expression(node.value);
        return;
      case "with":
        for (const [target, value] of node.values) {
          this.target(target);
          this.expression(value);
        }
        this.statements(node.body);
        return;
      case "macro":
        this.own.add(node.name);
        this.parameters(node.parameters);
        this.statements(node.body);
        return;
      case "callBlock":
        this.parameters(node.parameters);
        this.given(node.call.args);
        this.statements(node.body);
        return;
      case "setBlock":
        this.target(node.target);
        this.statements(node.body);
        return;
      case "block":
      case "filterBlock":
        this.statements(node.body);
        return;
      case "text":
      case "break":
      case "continue":
    }
  }

  private target(target: Target): void {
    if (target.type === "name") this.own.add(target.name);
    else if (target.type === "tuple") for (const each of target.items) this.target(each);
  }

  private parameters(parameters: readonly Parameter[]): void {
    for (const { name } of parameters) this.own.add(name);
  }

  private given({ positional, named }: CallArguments): void {
    for (const each of positional) this.expression(each);
    for (const [, each] of named) this.expression(each);
  }

  private expression(node: Expression): void {
    const path = pathOf(node);
    if (path) {
      this.found.push(path);
      return;
    }
    switch (node.type) {
      case "filter":
        // What has a default may be left out.
        if (node.name !== "default" && node.name !== "d" && node.operand) this.expression(node.operand);
        this.given(node.args);
        return;
      case "choice":
        this.expression(node.yes);
        if (node.no) this.expression(node.no);
        return;
      case "binary":
        this.expression(node.left);
        this.expression(node.right);
        return;
      case "call":
        if (node.callee.type === "attribute") this.expression(node.callee.object);
        this.given(node.args);
        return;
      case "list":
      case "tuple":
        for (const each of node.items) this.expression(each);
        return;
      case "dict":
        for (const [, each] of node.entries) this.expression(each);
        return;
      case "attribute":
      case "item":
      case "slice":
        this.expression(node.object);
        return;
      case "literal":
      case "name":
      case "unary":
      case "compare":
      case "test":
    }
  }
}

function pathOf(node: Expression): NamePath | undefined {
  if (node.type === "name") return [node.name];
  if (node.type !== "attribute" && node.type !== "item") return undefined;
  const path = pathOf(node.object);
  if (!path) return undefined;
  if (node.type === "attribute") return [...path, node.name];
  const { key } = node;
  if (key.type !== "literal" || (key.kind !== "string" && key.kind !== "int")) return undefined;
  return [...path, key.value];
}
