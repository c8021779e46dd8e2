/** The variables of an expression. */
import { CONSTANTS } from "./evaluate";
import { holds, type Node } from "./node";

export const isConstant = (name: string): boolean => Object.hasOwn(CONSTANTS, name) || name === "infty";

/** Names of the variables in an expression, without those that a series binds. */
export function variables(node: Node, found = new Set<string>()): Set<string> {
  collect(node, found, new Set());
  return found;
}

function collect(node: Node, found: Set<string>, bound: ReadonlySet<string>): void {
  if (node.kind === "symbol") {
    if (!isConstant(node.name) && !bound.has(node.name)) found.add(node.name);
  } else if (node.kind === "series") {
    for (const each of [node.from, node.to]) collect(each, found, bound);
    collect(node.body, found, new Set([...bound, node.index]));
  } else if (node.kind === "apply" || node.kind === "relation") {
    for (const each of node.operands) collect(each, found, bound);
  } else if (node.kind === "bracket" || node.kind === "list") {
    for (const each of node.items) collect(each, found, bound);
  } else if (node.kind === "ratio") for (const each of node.parts) collect(each, found, bound);
  else if (node.kind === "quantity") collect(node.number, found, bound);
}

const COUNTING = /^(?:factorial|binomial|mod|gcd|lcm|floor|ceil)$|_$/;
/** Whether an expression only has values at whole numbers, or most of them there. */
export const countsWhole = (node: Node): boolean =>
  holds(node, (each) => each.kind === "series" || (each.kind === "apply" && COUNTING.test(each.operator)));
