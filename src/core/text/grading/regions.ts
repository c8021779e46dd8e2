/** Sets of real numbers, written as intervals, unions or inequalities: the same where they hold the same numbers. */
import { evaluate } from "./evaluate";
import { holds, type Node, type Work } from "./node";
import { infiniteSign, type Verdict } from "./sameExpression";
import { variables } from "./variables";

const REAL = { decimalLog: false, realRoots: true };
const ORDERS = new Set(["<", ">", "le", "ge", "ne"]);

const isInterval = (node: Node) =>
  node.kind === "bracket" && node.items.length === 2 && "([".includes(node.open) && ")]".includes(node.close);
const isOperation = (node: Node) => node.kind === "apply" && ["cup", "cap", "setminus"].includes(node.operator);

/** Of a union that is written as a list. */
const MOST_PARTS = 12;

/** Whether a node can be nothing but a set of numbers. An interval could be a pair as well. */
export function isRegion(node: Node): boolean {
  if (node.kind === "relation")
    return node.operators.every((operator) => ORDERS.has(operator)) && variables(node).size === 1;
  if (node.kind === "list")
    return (
      node.items.length > 1 &&
      node.items.length <= MOST_PARTS &&
      node.items.every((item) => item.kind === "relation" && isRegion(item))
    );
  return isOperation(node) || (node.kind === "symbol" && node.name === "reals");
}

/** The readings of a list of inequalities: with commas between them they hold all, or one of them does. */
export function readings(node: Node): Node[] {
  if (node.kind !== "list" || node.joiner !== "") return [node];
  return [
    { ...node, joiner: "and" },
    { ...node, joiner: "or" },
  ];
}

/** Whether a node is one, or may be taken as one beside one that is. */
export const mayBeRegion = (node: Node): boolean =>
  isRegion(node) || isInterval(node) || node.kind === "empty" || (node.kind === "bracket" && node.open === "{");

const NOWHERE = new Map<string, number>();

function number(node: Node, work: Work): number | undefined {
  const infinite = infiniteSign(node);
  if (infinite !== 0) return infinite * Infinity;
  const found = evaluate(node, NOWHERE, REAL, work);
  return found?.at.im === 0 ? found.at.re : undefined;
}

const near = (a: number, b: number) =>
  a === b || Math.abs(a - b) <= 1e-9 * Math.min(1e300, Math.max(1, Math.abs(a), Math.abs(b)));

function ordered(operator: string, left: number, right: number): boolean {
  const equal = near(left, right);
  if (operator === "le" || operator === "ge") return equal || (operator === "le" ? left < right : left > right);
  return !equal && (operator === "ne" || (operator === "<" ? left < right : left > right));
}

/** Whether a set holds a number; undefined where that cannot be told. */
function member(node: Node, value: number, work: Work): boolean | undefined {
  work.spend(4);
  switch (node.kind) {
    case "empty":
      return false;
    case "symbol":
      return node.name === "reals" ? true : undefined;
    case "bracket": {
      const items = node.items.map((item) => number(item, work));
      if (items.includes(undefined)) return undefined;
      if (node.open === "{") return items.some((item) => near(item!, value));
      const [low, high] = items as [number, number];
      const closed = { low: node.open === "[", high: node.close === "]" };
      return ordered(closed.low ? "ge" : ">", value, low) && ordered(closed.high ? "le" : "<", value, high);
    }
    case "list": {
      const parts = node.items.map((item) => member(item, value, work));
      if (parts.includes(undefined)) return undefined;
      return node.joiner === "and" ? parts.every(Boolean) : parts.some(Boolean);
    }
    case "relation": {
      const point = new Map(variablesOf(node).map((name) => [name, value]));
      const sides = node.operands.map((operand) =>
        infiniteSign(operand) === 0
          ? evaluate(operand, point, REAL, work)?.at
          : { re: infiniteSign(operand) * Infinity, im: 0 },
      );
      if (sides.some((side) => side?.im !== 0)) return undefined;
      return node.operators.every((operator, at) => ordered(operator, sides[at]!.re, sides[at + 1]!.re));
    }
    case "apply": {
      const [a, b] = node.operands.map((operand) => member(operand, value, work));
      if (a === undefined || b === undefined) return undefined;
      return node.operator === "cup" ? a || b : node.operator === "cap" ? a && b : a && !b;
    }
    default:
      return undefined;
  }
}

/** Every number where an interval, a set or a side of an inequality says that something changes. */
function edges(node: Node, work: Work, found: number[] = []): number[] {
  if (node.kind === "bracket" || node.kind === "relation") {
    for (const each of node.kind === "bracket" ? node.items : node.operands) {
      const edge = number(each, work);
      if (edge !== undefined && Number.isFinite(edge)) found.push(edge, -edge);
    }
  } else if (node.kind === "apply") for (const each of node.operands) edges(each, work, found);
  else if (node.kind === "list") for (const each of node.items) edges(each, work, found);
  return found;
}

/** Where membership changes between two neighbouring points, found by halving. */
function change(node: Node, low: number, high: number, work: Work): number[] {
  const first = member(node, low, work);
  if (first === member(node, high, work)) return [];
  for (let count = 0; count < 36; count++) {
    const middle = (low + high) / 2;
    if (member(node, middle, work) === first) low = middle;
    else high = middle;
  }
  const whole = Math.round(high * 720720) / 720720;
  return [near(whole, high) ? whole : high];
}

/**
 * Compares two sets of real numbers, at their edges, beside and between them and far away.
 * @returns unknown where one of them is none or cannot be told at enough points
 */
export function sameRegion(a: Node, b: Node, work: Work): Verdict {
  const names = new Set([...(holdsOrder(a) ? variables(a) : []), ...(holdsOrder(b) ? variables(b) : [])]);
  const written = [...new Set([...edges(a, work), ...edges(b, work)])];
  const grid = Array.from({ length: 33 }, (_, at) => (at - 16) * 0.75 + 0.11);
  const changes = [a, b].flatMap((node) =>
    holdsOrder(node) ? grid.slice(1).flatMap((high, at) => change(node, grid[at]!, high, work)) : [],
  );
  const marks = [...written, ...changes].sort((x, y) => x - y);
  const between = marks.slice(1).map((mark, at) => (mark + marks[at]!) / 2);
  const beside = marks.flatMap((mark) => [
    mark - 1e-5 * Math.max(1, Math.abs(mark)),
    mark,
    mark + 1e-5 * Math.max(1, Math.abs(mark)),
  ]);
  let told = 0;
  for (const point of [...beside, ...between, ...grid, -1e4, 1e4, -1e9, 1e9]) {
    const [x, y] = [member(a, point, work), member(b, point, work)];
    if (x === undefined || y === undefined) continue;
    if (x !== y) return "wrong";
    told++;
  }
  if (told < 20) return "unknown";
  // The same numbers under two names may be two answers.
  return names.size > 1 ? "unknown" : "right";
}

const names = new WeakMap<Node, string[]>();

/** The variables of a relation, which is asked for them at every point. */
function variablesOf(relation: Node): string[] {
  let found = names.get(relation);
  if (found === undefined) names.set(relation, (found = [...variables(relation)]));
  return found;
}

const holdsOrder = (node: Node) => holds(node, (each) => each.kind === "relation");
