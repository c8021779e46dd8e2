/** Equations and inequalities: what they give a name to, and whether two of them say the same. */
import { evaluate } from "./evaluate";
import type { Value } from "./operation";
import { CALLED, FLIPPED } from "./names";
import { apply, type Node, type Work } from "./node";
import { canonical, isOpen, sameExpression, type Verdict } from "./sameExpression";
import { variables } from "./variables";

export type Relation = Extract<Node, { kind: "relation" }>;

/** A name and what it is said to be. */
export interface Assignment {
  name: Node;
  value: Node;
  /** What it is said to be nearly, where that is said besides. */
  nearly?: Node;
}

/** Whether an expression only names a quantity: `x`, `f(x)`, `AB`, `|AB|`, `a_3`, `NO/BO`. */
export function isName(node: Node): boolean {
  switch (node.kind) {
    case "symbol":
      return node.name !== "infty" && node.name !== "pi";
    case "words":
      return true;
    case "ratio":
      return node.parts.every(isBigName);
    case "bracket":
      return node.items.every((item) => item.kind === "symbol");
    case "apply": {
      const { operator, operands } = node;
      if (/(?:\(\)|_)$/.test(operator) || operator === "prime") return true;
      if ((operator === "abs" || operator === "divide") && operands.every(isBigName)) return true;
      if (operator === "abs") return false;
      if (/^(?:sin|cos|tan|cot)$/.test(operator)) return isBigName(operands[0]!);
      if (operator === "divide") return operands.every(isDifferential);
      // The inverse of a function: f^{-1}(x).
      if (operator === "multiply" && isInverse(operands[0]!) && operands[1]!.kind === "symbol") return true;
      // W(n): a letter in brackets behind a capital is its argument.
      return (
        operator === "multiply" && operands.length === 2 && isBigName(operands[0]!) && operands[1]!.kind === "symbol"
      );
    }
    default:
      return false;
  }
}

/** `0 < f(x) < 1` as an inequality of one variable, whatever it is called. */
export function ofVariables(relation: Relation): Relation {
  const isCalled = (node: Node) => node.kind === "apply" && /(?:\(\)|_)$/.test(node.operator);
  const orders = relation.operators.every((operator) => Object.hasOwn(FLIPPED, operator));
  if (!orders || relation.operands.filter(isCalled).length !== 1) return relation;
  const operands = relation.operands.map((node): Node => (isCalled(node) ? { kind: "symbol", name: "f(x)" } : node));
  return { ...relation, operands };
}

function isInverse(node: Node): boolean {
  const of = node.kind === "apply" && node.operator === "power" ? node.operands[0]! : undefined;
  return of?.kind === "symbol" && CALLED.has(of.name);
}

/** `dy` of dy/dx. */
const isDifferential = (node: Node) =>
  node.kind === "apply" &&
  node.operator === "multiply" &&
  node.operands.length === 2 &&
  node.operands.every((each) => each.kind === "symbol") &&
  node.operands[0]!.kind === "symbol" &&
  node.operands[0]!.name === "d";

/** `AB`, `S`, `S_1`: names of lengths, areas and points. */
function isBigName(node: Node): boolean {
  if (node.kind === "symbol") return /^(?:[A-Z]|\w+ [A-Z])/.test(node.name);
  return node.kind === "apply" && /^[A-Z]_$/.test(node.operator);
}

/** What a relation says a name is: its last side, as in `x = 5 + 5 = 10`. @returns undefined where nothing is named */
export function assignment({ operators, operands }: Relation): Assignment | undefined {
  const [name, ...rest] = operands as [Node, ...Node[]];
  if (operators.length === 1 && operators[0] === "in") return { name, value: rest[0]! };
  if (operators.some((operator) => operator !== "=" && operator !== "approx" && operator !== "equiv")) return undefined;
  if (!isName(name)) {
    const last = rest.at(-1)!;
    const flipped =
      operators.length === 1 && operators[0] === "=" && isName(last) && last.kind !== "words" && !isOpen(name);
    return flipped ? { name: last, value: name } : undefined;
  }
  const exact = operators.lastIndexOf("=");
  const nearly = operators.at(-1) === "approx" ? rest.at(-1)! : undefined;
  if (exact < 0) return { name, value: rest.at(-1)! };
  return { name, value: rest[exact]!, ...(nearly ? { nearly } : {}) };
}

/** The last side of a chain that gives a value to something which has no name: `2 + 2 = 4`. */
export function outcome({ operators, operands }: Relation): { value: Node; certain: boolean } | undefined {
  if (operators.some((operator) => operator !== "=" && operator !== "approx" && operator !== "equiv")) return undefined;
  const value = operands[operators.lastIndexOf("=") + 1]!;
  return { value, certain: operators.length > 1 || !isOpen(operands[0]!) };
}

const NONE = { decimalLog: false, realRoots: true };
const difference = (relation: Relation) => apply("add", relation.operands[0]!, apply("negate", relation.operands[1]!));

function sample(names: readonly string[], index: number): Map<string, number> {
  return new Map(
    names.map((name, at) => [name, (((at + 1) * 0.7548776662 + (index + 1) * 0.5698402909) % 1) * 6 - 2.3]),
  );
}

/** Whether one difference of sides is a constant multiple of the other; its factor. */
function proportion(a: Node, b: Node, names: readonly string[], work: Work): number | undefined {
  let factor: number | undefined;
  let seen = 0;
  for (let index = 0; index < 12 && seen < 5; index++) {
    const point = sample(names, index);
    const [x, y] = [evaluate(a, point, NONE, work), evaluate(b, point, NONE, work)];
    if (!x || !y || x.at.im !== 0 || y.at.im !== 0 || y.at.re === 0) continue;
    const each = x.at.re / y.at.re;
    if (!Number.isFinite(each) || each === 0) return undefined;
    factor ??= each;
    if (Math.abs(each - factor) > 1e-9 * Math.abs(factor)) return undefined;
    seen++;
  }
  return seen >= 3 ? factor : undefined;
}

/** From -9.3 on, as many steps of this width. */
const STEPS = 24;
const WIDTH = 0.8;
/** Points on a curve that are proof enough that another goes the same way. */
const ENOUGH = 6;

/** Whether points of one curve lie on the other: `wrong` as soon as one does not. */
function holdsOn(curve: Node, other: Node, names: readonly string[], work: Work): Verdict {
  let seen = 0;
  for (let index = 0; index < 2; index++) {
    const others = sample(names, index);
    for (const name of names) {
      const at = (value: number) => new Map([...others, [name, value]]);
      for (const root of roots((value) => evaluate(curve, at(value), NONE, work))) {
        const value = evaluate(other, at(root), NONE, work);
        if (!value) continue;
        if (Math.hypot(value.at.re, value.at.im) > 1e-6) return "wrong";
        if (++seen >= ENOUGH) return "right";
      }
    }
  }
  return seen > 0 ? "right" : "unknown";
}

/** Where a function of one variable changes its sign without a pole, found by halving. */
function* roots(of: (value: number) => Value | undefined): Generator<number> {
  const sign = (found: Value | undefined) => (found?.at.im === 0 ? Math.sign(found.at.re) : NaN);
  let low = -9.3;
  let before = sign(of(low));
  for (let step = 0; step < STEPS; step++, low += WIDTH) {
    const after = sign(of(low + WIDTH));
    if (before * after < 0) {
      let [left, right] = [low, low + WIDTH];
      for (let count = 0; count < 32; count++) {
        const middle = (left + right) / 2;
        if (sign(of(middle)) === before) left = middle;
        else right = middle;
      }
      const found = of((left + right) / 2);
      if (found && Math.abs(found.at.re) < 1e-6) yield (left + right) / 2;
    }
    before = after;
  }
}

/** Whether two relations of one operator hold at the same points. */
function samePoints(a: Relation, b: Relation, work: Work): Verdict {
  const [left, right] = [difference(a), difference(b)];
  const names = [...variables(left, variables(right))].sort();
  const [operator, other] = [a.operators[0]!, b.operators[0]!];
  const factor = names.length === 0 ? undefined : proportion(left, right, names, work);
  if (factor !== undefined) {
    const symmetric = operator === "=" || operator === "ne" || operator === "approx";
    const expected = symmetric || factor > 0 ? other : FLIPPED[other];
    return operator === expected ? "right" : "wrong";
  }
  if (operator !== "=" || other !== "=" || names.length === 0) return "unknown";
  const verdicts = [holdsOn(left, right, names, work), holdsOn(right, left, names, work)];
  if (verdicts.includes("wrong")) return "wrong";
  return verdicts.every((verdict) => verdict === "right") ? "right" : "unknown";
}

/** Side by side: `f(2) < f(1) < f(4)`, read from either end. */
function sameChain(a: Relation, b: Relation, work: Work): Verdict {
  if (a.operators.length !== b.operators.length) return "unknown";
  const matches = (other: Relation) =>
    a.operators.join(" ") === other.operators.join(" ") &&
    a.operands.every((operand, at) => sameExpression(operand, other.operands[at]!, work) === "right");
  const flipped = b.operators.map((operator) => FLIPPED[operator] ?? operator).reverse();
  return matches(b) || matches({ ...b, operators: flipped, operands: b.operands.toReversed() }) ? "right" : "wrong";
}

/** Compares two equations or inequalities as they stand. */
export function sameRelation(a: Relation, b: Relation, work: Work): Verdict {
  if (canonical(a, work) === canonical(b, work)) return "right";
  if (a.operators.length > 1 || b.operators.length > 1) return sameChain(a, b, work);
  const sides = [a, b].flatMap(({ operands }) => operands);
  const expressions = sides.every((side) => ["number", "symbol", "apply", "series"].includes(side.kind));
  if (!expressions) return "unknown";
  const points = samePoints(a, b, work);
  return points === "unknown" && sameChain(a, b, work) === "right" ? "right" : points;
}
