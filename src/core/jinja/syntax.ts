/** The nodes of a template, as Jinja2 has them (`jinja2.nodes`). */

export type Expression =
  | { type: "literal"; kind: "string"; value: string }
  | { type: "literal"; kind: "int" | "float"; value: number }
  | { type: "literal"; kind: "bool"; value: boolean }
  | { type: "literal"; kind: "none" }
  | { type: "name"; name: string }
  | { type: "list" | "tuple"; items: Expression[] }
  | { type: "dict"; entries: [key: Expression, value: Expression][] }
  | { type: "unary"; operator: "-" | "+" | "not"; operand: Expression }
  | { type: "binary"; operator: string; left: Expression; right: Expression }
  /** `a < b <= c`: each with the one before it. */
  | { type: "compare"; first: Expression; rest: [operator: string, operand: Expression][] }
  | { type: "choice"; test: Expression; yes: Expression; no: Expression | undefined }
  /** `object.name`, where methods come before keys. */
  | { type: "attribute"; object: Expression; name: string }
  | { type: "item"; object: Expression; key: Expression }
  | { type: "slice"; object: Expression; start?: Expression; stop?: Expression; step?: Expression }
  | { type: "call"; callee: Expression; args: CallArguments }
  /** Without an operand it is that of a block. */
  | { type: "filter"; operand: Expression | undefined; name: string; args: CallArguments }
  | { type: "test"; operand: Expression; name: string; args: CallArguments; negated: boolean };

export interface CallArguments {
  positional: Expression[];
  named: [name: string, value: Expression][];
  /** `*list` and `**dict`. */
  list?: Expression;
  dict?: Expression;
}

export const NO_CALL_ARGUMENTS: CallArguments = { positional: [], named: [] };

/** What is given a value. */
export type Target =
  | { type: "name"; name: string }
  | { type: "tuple"; items: Target[] }
  | { type: "member"; namespace: string; name: string };

export interface Parameter {
  name: string;
  fallback: Expression | undefined;
}

export type Statement =
  | { type: "text"; text: string }
  | { type: "output"; expression: Expression }
  | { type: "if"; branches: { test: Expression; body: Statement[] }[]; otherwise: Statement[] }
  | Loop
  | { type: "set"; target: Target; value: Expression }
  /** `filter` is what the body goes through. */
  | { type: "setBlock"; target: Target; filter: Expression | undefined; body: Statement[] }
  | { type: "with"; values: [Target, Expression][]; body: Statement[] }
  | { type: "block"; name: string; body: Statement[] }
  | { type: "filterBlock"; filter: Expression; body: Statement[] }
  | { type: "macro"; name: string; parameters: Parameter[]; body: Statement[] }
  | { type: "callBlock"; call: Expression & { type: "call" }; parameters: Parameter[]; body: Statement[] }
  | { type: "break" | "continue" };

export interface Loop {
  type: "for";
  target: Target;
  items: Expression;
  condition: Expression | undefined;
  recursive: boolean;
  body: Statement[];
  otherwise: Statement[];
}

const known = new WeakMap<object, Map<string, boolean>>();

/** Whether a part of a template speaks of a name anywhere. */
export function mentions(node: object, name: string): boolean {
  const names = known.get(node) ?? new Map<string, boolean>();
  known.set(node, names);
  const found = names.get(name);
  if (found !== undefined) return found;
  const { type, name: own } = node as { type?: unknown; name?: unknown };
  const named =
    (type === "name" && own === name) ||
    Object.values(node).some((each) => typeof each === "object" && each !== null && mentions(each as object, name));
  names.set(name, named);
  return named;
}
