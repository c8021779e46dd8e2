/** Whether two expressions are the same number or the same function: exactly where they are fractions, else by their values at several points. */
import { modulus } from "./complex";
import { evaluate, logarithm } from "./evaluate";
import type { Convention, Value } from "./operation";
import { exact } from "./exact";
import { holds, mapChildren, type Node, type Work } from "./node";
import { lessThan, minus, over, rational, sameRational, times, toNumber, type Rational } from "./rational";
import { counts, hasSteps, jumpsBeyond, realPoints, wholePoints } from "./samplePoints";
import type { Unit } from "./units";
import { countsWhole, isConstant, variables } from "./variables";

/** `unknown`: cannot be compared, or not within bounds. Never a guess. */
export type Verdict = "right" | "wrong" | "unknown";

const texts = new WeakMap<Node, string>();

/** One text for expressions that differ in the order of sums and products only. */
export function canonical(node: Node, work: Work): string {
  let text = texts.get(node);
  if (text === undefined) texts.set(node, (text = canonicalText(node, work)));
  return text;
}

function canonicalText(node: Node, work: Work): string {
  work.spend();
  switch (node.kind) {
    case "number":
      return node.base === undefined ? fraction(node.value) : `${fraction(node.value)}_${node.base}`;
    case "symbol":
      return node.name;
    case "apply": {
      const flat =
        node.operator === "add" || node.operator === "multiply" ? operandsOf(node, node.operator) : node.operands;
      const parts = flat.map((operand) => canonical(operand, work));
      if (flat !== node.operands || node.operator === "add" || node.operator === "multiply") parts.sort();
      return `${node.operator}(${parts.join(",")})`;
    }
    case "series":
      return `${node.operator}[${node.index}=${canonical(node.from, work)}..${canonical(node.to, work)}]${canonical(node.body, work)}`;
    case "bracket":
      return `${node.open}${node.items.map((item) => canonical(item, work)).join(",")}${node.close}`;
    case "relation":
      return node.operands.map((operand, at) => canonical(operand, work) + (node.operators[at] ?? "")).join(" ");
    case "words":
      return `"${node.text}"`;
    case "list":
      return node.items.map((item) => canonical(item, work)).join(";");
    case "ratio":
      return node.parts.map((part) => canonical(part, work)).join(":");
    case "matrix":
      return `m${node.rows.map((row) => row.map((cell) => canonical(cell, work)).join("&")).join("\\")}`;
    case "quantity":
      return `${canonical(node.number, work)} ${node.units.map(unitText).join("|")}`;
    case "empty":
      return "{}";
  }
}

const fraction = ({ top, bottom }: Rational) => (bottom === 1n ? `${top}` : `${top}/${bottom}`);
const unitText = ({ scale, pi, shift, measures, nouns }: Unit) =>
  [fraction(scale), pi, shift ? fraction(shift) : "", ...measures, ...nouns].join(" ");

/** The terms of a sum of sums, the factors of a product of products. */
function operandsOf(node: Node, operator: string, found: Node[] = []): Node[] {
  if (node.kind === "apply" && node.operator === operator)
    for (const each of node.operands) operandsOf(each, operator, found);
  else found.push(node);
  return found;
}

/** A number as it was written down in decimals. */
interface Decimal {
  value: Rational;
  /** One in the last place. */
  place: Rational;
  /** After the point, and all but leading zeros. */
  decimals: number;
  digits: number;
}

function decimal(node: Node, work: Work): Decimal | undefined {
  if (node.kind === "number") {
    if (node.decimals === undefined) return undefined;
    return {
      value: node.value,
      place: rational(1n, 10n ** BigInt(node.decimals))!,
      decimals: node.decimals,
      digits: node.digits ?? 0,
    };
  }
  if (node.kind !== "apply") return undefined;
  const [first, second] = node.operands;
  const inner = first && decimal(first, work);
  if (!inner) return undefined;
  if (node.operator === "negate") return { ...inner, value: minus(rational(0n)!, inner.value)! };
  // 6.02 * 10^23
  const tens =
    node.operator === "multiply" && second?.kind === "apply" && second.operator === "power" ? second.operands : [];
  if (tens[0]?.kind !== "number" || !sameRational(tens[0].value, { top: 10n, bottom: 1n })) return undefined;
  const scale = exact(second!, work);
  const [value, place] = [scale && times(inner.value, scale), scale && times(inner.place, scale)];
  return value && place ? { ...inner, value, place } : undefined;
}

/** Digits from which on a rounded number counts as the number itself: 0.333333 is 1/3, and 0.333 is not. */
const ENOUGH = 6;

/** Whether `written` is `value` as rounded or cut off in its last place, with digits enough. */
function isRounding(written: Decimal, value: Rational): boolean {
  if (written.decimals < ENOUGH || written.digits < ENOUGH) return false;
  const error = toNumber(over(minus(written.value, value) ?? value, written.place) ?? value);
  const inwards = value.top > 0n === lessThan(written.value, value);
  return Math.abs(error) <= 0.5 + 1e-9 || (inwards && Math.abs(error) < 1);
}

/** Two numbers that are fractions. */
function sameExact(a: Rational, b: Rational, first: Decimal | undefined, second: Decimal | undefined): Verdict {
  if (sameRational(a, b)) return "right";
  // Of two decimals the shorter one may be the rounded one.
  const rounded = first && second ? (first.digits < second.digits ? first : second) : (first ?? second);
  return rounded && isRounding(rounded, rounded === first ? b : a) ? "right" : "wrong";
}

const NOWHERE = new Map<string, number>();

/** Two numbers of which one is no fraction. */
function sameConstants(a: Node, b: Node, convention: Convention, work: Work): Verdict {
  const [x, y] = [evaluate(a, NOWHERE, convention, work), evaluate(b, NOWHERE, convention, work)];
  if (!x || !y) {
    const [logA, logB] = [logarithm(a, convention, work), logarithm(b, convention, work)];
    if (logA === undefined || logB === undefined) return "unknown";
    return Math.abs(logA - logB) > 1e-9 * Math.max(1, Math.abs(logA)) ? "wrong" : "unknown";
  }
  const [first, second] = [decimal(a, work), decimal(b, work)];
  for (const [written, other] of [
    [first, y],
    [second, x],
  ] as const) {
    if (!written || written.decimals < ENOUGH || written.digits < ENOUGH) continue;
    const value = toNumber(written.value);
    const [place, size] = [toNumber(written.place), Math.abs(other.at.re) - Math.abs(value)];
    if (modulus({ re: 0, im: other.at.im }) > other.error) return "wrong";
    const slack = 8 * other.error + Math.abs(value) * 1e-15;
    if (Math.sign(value) !== Math.sign(other.at.re)) return "wrong";
    return Math.abs(size) <= place / 2 + slack || (size > 0 && size < place) ? "right" : "wrong";
  }
  const verdict = sameValues(x, y);
  // Beyond 10^12 doubles no longer show whether an irrational number is a fraction or only nearly so.
  const oneIsExact = (exact(a, work) === undefined) !== (exact(b, work) === undefined);
  return verdict === "right" && oneIsExact && modulus(x.at) > 1e12 ? "unknown" : verdict;
}

function sameValues(x: Value, y: Value): Verdict {
  const size = Math.max(modulus(x.at), modulus(y.at));
  const distance = Math.hypot(x.at.re - y.at.re, x.at.im - y.at.im);
  const bound = 16 * (x.error + y.error) + 1e-14 * size;
  if (distance > bound) return "wrong";
  // The difference drowns in rounding: nothing is shown by it.
  return bound > 1e-6 * size && size > 0 && bound > 1e-9 ? "unknown" : "right";
}

/** Two expressions with variables, at several points. */
function sameFunctions(a: Node, b: Node, names: readonly string[], convention: Convention, work: Work): Verdict {
  if (!countsWhole(a) && !countsWhole(b)) return sameAt(realPoints(names), a, b, convention, work);
  const isSeries = [a, b].some((node) => holds(node, (each) => each.kind === "series"));
  const verdict = sameAt(wholePoints(names, isSeries), a, b, convention, work);
  if (verdict !== "right" || (!hasSteps(a) && !hasSteps(b))) return verdict;
  if (jumpsBeyond(a) || jumpsBeyond(b)) return "unknown";
  // ⌊x⌋ is x at whole numbers.
  const between = names.every(counts) ? verdict : sameAt(realPoints(names), a, b, convention, work);
  return between === "wrong" ? "unknown" : verdict;
}

const ENOUGH_POINTS = 3;

function sameAt(points: readonly Map<string, number>[], a: Node, b: Node, convention: Convention, work: Work): Verdict {
  const imaginary = [a, b].some((node) => holds(node, (each) => each.kind === "symbol" && each.name === "i"));
  let same = 0;
  for (const point of points) {
    const [x, y] = [evaluate(a, point, convention, work), evaluate(b, point, convention, work)];
    if (!x || !y) continue;
    const verdict = sameValues(x, y);
    if (verdict === "right") same++;
    // Where values are not real, branches of roots and logarithms part: only the real ones count.
    else if (verdict === "wrong" && (imaginary || (x.at.im === 0 && y.at.im === 0))) return "wrong";
  }
  return same >= ENOUGH_POINTS ? "right" : "unknown";
}

const usesLog = (node: Node) => holds(node, (each) => each.kind === "apply" && each.operator === "log");
const usesPower = (node: Node) => holds(node, (each) => each.kind === "apply" && each.operator === "power");

/** Compares two expressions. Lists, relations and the like are none: for them it is unknown. */
export function sameExpression(a: Node, b: Node, work: Work): Verdict {
  if (canonical(a, work) === canonical(b, work)) return "right";
  const infinite = infinity(a, b);
  if (infinite) return infinite;
  const [exactA, exactB] = [exact(a, work), exact(b, work)];
  if (exactA && exactB) {
    const verdict = sameExact(exactA, exactB, decimal(a, work), decimal(b, work));
    return verdict === "right" && isDifference(a) && isDifference(b) ? "unknown" : verdict;
  }
  // What is divided by zero is no number.
  if (dividesByZero(a, work) !== dividesByZero(b, work)) return "wrong";
  const names = [...variables(a, variables(b))].sort();
  const compare = (convention: Convention) =>
    names.length === 0 ? sameConstants(a, b, convention, work) : sameFunctions(a, b, names, convention, work);
  const [base, roots] = [
    { decimalLog: false, realRoots: true },
    { decimalLog: false, realRoots: false },
  ];
  let verdict = compare(base);
  if (verdict === "wrong" && differByCase(names)) {
    const [capital, other] = [inCapitals(a), inCapitals(b)];
    return sameExpression(capital, other, work) === "right" ? "unknown" : verdict;
  }
  if (verdict === "wrong" && (usesPower(a) || usesPower(b))) verdict = compare(roots);
  if (!usesLog(a) && !usesLog(b)) return verdict;
  // `log` has two meanings: only what holds for both, or for neither, is said.
  return compare({ ...base, decimalLog: true }) === verdict ? verdict : "unknown";
}

/** Whether two of the variables are one letter in both cases: nobody says whether they are one variable. */
const differByCase = (names: readonly string[]) => new Set(names.map((name) => name.toUpperCase())).size < names.length;

const inCapitals = (node: Node): Node =>
  node.kind === "symbol" && node.name.length === 1 && !isConstant(node.name)
    ? { ...node, name: node.name.toUpperCase() }
    : mapChildren(node, inCapitals);

const dividesByZero = (node: Node, work: Work) =>
  holds(
    node,
    (each) => each.kind === "apply" && each.operator === "divide" && exact(each.operands[1]!, work)?.top === 0n,
  );

/** `3-4`, which may be a score or a range and no number. */
const isDifference = (node: Node): boolean =>
  node.kind === "apply" &&
  node.operator === "add" &&
  node.operands[0]!.kind === "number" &&
  node.operands[1]!.kind === "apply" &&
  node.operands[1]!.operator === "negate" &&
  node.operands[1]!.operands[0]!.kind === "number";

/** 1 or -1 for an infinite value, 0 for others. */
export function infiniteSign(node: Node): number {
  if (node.kind === "symbol") return node.name === "infty" ? 1 : 0;
  return node.kind === "apply" && node.operator === "negate" ? -infiniteSign(node.operands[0]!) : 0;
}

function infinity(a: Node, b: Node): Verdict | undefined {
  const [x, y] = [infiniteSign(a), infiniteSign(b)];
  if (x === 0 && y === 0) return undefined;
  return x === y ? "right" : "wrong";
}

/** Whether an expression has variables. */
export const isOpen = (node: Node): boolean => holds(node, (each) => each.kind === "symbol" && !isConstant(each.name));
