/** What an answer says, as a tree: numbers, expressions, and what holds several of them. */
import type { Rational } from "./rational";
import type { Unit } from "./units";

export type Node =
  /** `digits` after the point and in all, where it was written as a decimal: 3.50 has 2 and 3. */
  | { kind: "number"; value: Rational; decimals?: number; digits?: number; base?: bigint }
  /** A variable, with whatever index or accent belongs to its name. */
  | { kind: "symbol"; name: string }
  /** An operation or a function: `add`, `power`, `sin`, `f()` for a function that nobody defined. */
  | { kind: "apply"; operator: string; operands: Node[] }
  | { kind: "series"; operator: "add" | "multiply"; index: string; from: Node; to: Node; body: Node }
  | { kind: "words"; text: string }
  /** Several in brackets: a tuple, an interval, a set or a list. */
  | { kind: "bracket"; open: string; close: string; items: Node[] }
  /** Several with nothing around them, and the last word between them. */
  | { kind: "list"; items: Node[]; joiner: "" | "and" | "or" }
  /** `a < b <= c`: one operator fewer than operands. */
  | { kind: "relation"; operators: string[]; operands: Node[] }
  /** `3:4:5`. */
  | { kind: "ratio"; parts: Node[] }
  | { kind: "matrix"; rows: Node[][] }
  /** A number with what is counted; several meanings of a unit's name are all kept. */
  | { kind: "quantity"; number: Node; units: Unit[] }
  | { kind: "empty" };

export const apply = (operator: string, ...operands: Node[]): Node => ({ kind: "apply", operator, operands });

/** All nodes that a node holds. */
function children(node: Node): Node[] {
  switch (node.kind) {
    case "apply":
    case "relation":
      return node.operands;
    case "bracket":
    case "list":
      return node.items;
    case "ratio":
      return node.parts;
    case "matrix":
      return node.rows.flat();
    case "series":
      return [node.from, node.to, node.body];
    case "quantity":
      return [node.number];
    default:
      return [];
  }
}

/** The same node with each of its children changed. */
export function mapChildren(node: Node, change: (child: Node) => Node): Node {
  switch (node.kind) {
    case "apply":
    case "relation":
      return { ...node, operands: node.operands.map(change) };
    case "bracket":
    case "list":
      return { ...node, items: node.items.map(change) };
    case "ratio":
      return { ...node, parts: node.parts.map(change) };
    case "matrix":
      return { ...node, rows: node.rows.map((row) => row.map(change)) };
    case "series":
      return { ...node, from: change(node.from), to: change(node.to), body: change(node.body) };
    case "quantity":
      return { ...node, number: change(node.number) };
    default:
      return node;
  }
}

/** Whether `node` or anything in it is so. */
export function holds(node: Node, so: (node: Node) => boolean): boolean {
  return so(node) || children(node).some((child) => holds(child, so));
}

/** Thrown where grading would take too long; the verdict is then unknown. */
export class TooMuch extends Error {}

/** What one grading may do, counted in evaluated nodes, so that the same pair always gets the same verdict. */
export class Work {
  constructor(private left = 20_000) {}

  /** @throws TooMuch when all is spent */
  spend(amount = 1): void {
    this.left -= amount;
    if (this.left < 0) throw new TooMuch();
  }
}
