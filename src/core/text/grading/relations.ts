/** Equations and inequalities: what they give a name to, and whether two of them say the same. */
import { evaluate, variables, type Value } from "./evaluate";
import { FLIPPED } from "./names";
import { apply, type Node, type Work } from "./node";
import { canonical, isOpen, sameExpression, type Verdict } from "./sameExpression";

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
      if (operator === "abs" || operator === "divide") return operands.every(isBigName);
      if (/^(?:sin|cos|tan|cot)$/.test(operator)) return isBigName(operands[0]!);
      // W(n): a letter in brackets behind a capital is its argument.
      return (
        operator === "multiply" && operands.length === 2 && isBigName(operands[0]!) && operands[1]!.kind === "symbol"
      );
    }
    default:
      return false;
  }
}

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

const STEPS = 48;

/** A point of `curve` found between two points of which one lies on either side; undefined where there is none near. */
function root(
  curve: Node,
  name: string,
  others: ReadonlyMap<string, number>,
  step: number,
  work: Work,
): Map<string, number> | undefined {
  const at = (value: number) => new Map([...others, [name, value]]);
  const value = (point: number) => evaluate(curve, at(point), NONE, work);
  const sign = (found: Value | undefined) => (found?.at.im === 0 ? Math.sign(found.at.re) : NaN);
  let [low, high] = [-9.3 + step * 0.4, -9.3 + (step + 1) * 0.4];
  const [first, last] = [sign(value(low)), sign(value(high))];
  if (!(first * last < 0)) return undefined;
  for (let count = 0; count < 50; count++) {
    const middle = (low + high) / 2;
    if (sign(value(middle)) === first) low = middle;
    else high = middle;
  }
  // A pole changes sign too.
  const found = value((low + high) / 2);
  return found && Math.abs(found.at.re) < 1e-6 ? at((low + high) / 2) : undefined;
}

/** Whether points of one curve lie on the other: `wrong` as soon as one does not. */
function holdsOn(curve: Node, other: Node, names: readonly string[], work: Work): Verdict {
  let seen = 0;
  for (let index = 0; index < 3; index++) {
    const others = sample(names, index);
    for (const name of names) {
      for (let step = 0; step < STEPS; step++) {
        const point = root(curve, name, others, step, work);
        const value = point && evaluate(other, point, NONE, work);
        if (!value) continue;
        if (Math.hypot(value.at.re, value.at.im) > 1e-6) return "wrong";
        seen++;
      }
    }
  }
  return seen > 0 ? "right" : "unknown";
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
