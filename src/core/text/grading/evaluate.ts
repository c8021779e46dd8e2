/** The value of an expression in doubles, with a bound on their error. */
import { modulus, real, type Complex } from "./complex";
import { exact } from "./exact";
import type { Node, Work } from "./node";
import { isAtJump, NoValue, operation, rounded, type Convention, type Value } from "./operation";
import { toNumber, type Rational } from "./rational";

const MOST_TERMS = 400;

export const CONSTANTS: Record<string, Complex> = { pi: real(Math.PI), e: real(Math.E), i: { re: 0, im: 1 } };

/**
 * The value of an expression at a point.
 * @param point values of the variables
 * @returns undefined where there is none, or it overflows
 */
export function evaluate(
  node: Node,
  point: ReadonlyMap<string, number>,
  convention: Convention,
  work: Work,
): Value | undefined {
  try {
    return valueOf(node, point, convention, work);
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

function valueOf(node: Node, point: ReadonlyMap<string, number>, convention: Convention, work: Work): Value {
  work.spend();
  const inner = (each: Node) => valueOf(each, point, convention, work);
  switch (node.kind) {
    case "number":
      return rounded(real(toNumber(node.value)), 0);
    case "symbol": {
      const value = point.get(node.name);
      if (value !== undefined) return { at: real(value), error: 0 };
      const constant = Object.hasOwn(CONSTANTS, node.name) ? CONSTANTS[node.name] : undefined;
      if (constant === undefined) throw new NoValue();
      return rounded(constant, 0);
    }
    case "ratio": {
      if (node.parts.length !== 2) throw new NoValue();
      return operation("divide", node.parts.map(inner), node, convention);
    }
    case "series":
      return series(node, point, convention, work);
    case "apply": {
      const operands = node.operands.map(inner);
      if (!isAtJump(node.operator, operands)) return operation(node.operator, operands, node, convention);
      // Doubles do not say on which side of its jump a floor is.
      const value = exact(node, work, wholeOnes(point));
      if (!value) throw new NoValue();
      return rounded(real(toNumber(value)), 0);
    }
    default:
      throw new NoValue();
  }
}

const wholeOnes = (point: ReadonlyMap<string, number>): Map<string, Rational> =>
  new Map(
    [...point].flatMap(([name, value]) =>
      Number.isInteger(value) ? [[name, { top: BigInt(value), bottom: 1n }]] : [],
    ),
  );

function series(
  node: Extract<Node, { kind: "series" }>,
  point: ReadonlyMap<string, number>,
  convention: Convention,
  work: Work,
): Value {
  const bounds = [node.from, node.to].map((each) => valueOf(each, point, convention, work).at.re) as [number, number];
  const [from, to] = bounds.map(Math.round) as [number, number];
  if (Math.abs(from - bounds[0]) + Math.abs(to - bounds[1]) > 1e-9 || to - from > MOST_TERMS) throw new NoValue();
  let value: Value = { at: real(node.operator === "add" ? 0 : 1), error: 0 };
  const scope = new Map(point);
  for (let index = from; index <= to; index++) {
    work.spend(4);
    scope.set(node.index, index);
    const term = valueOf(node.body, scope, convention, work);
    value = operation(node.operator, [value, term], node, convention);
  }
  return value;
}

/**
 * ln of the size of an expression without variables that no double holds.
 * @returns undefined where that is not known either
 */
export function logarithm(node: Node, convention: Convention, work: Work): number | undefined {
  work.spend();
  const none = new Map<string, number>();
  if (node.kind === "apply") {
    const inner = (at: number) => logarithm(node.operands[at]!, convention, work);
    const number = (at: number) => evaluate(node.operands[at]!, none, convention, work)?.at;
    switch (node.operator) {
      case "negate":
        return inner(0);
      case "multiply":
      case "divide": {
        const [a, b] = [inner(0), inner(1)];
        return a === undefined || b === undefined ? undefined : node.operator === "multiply" ? a + b : a - b;
      }
      case "power": {
        const [base, exponent] = [inner(0), number(1)];
        return base === undefined || exponent?.im !== 0 ? undefined : base * exponent.re;
      }
      case "factorial": {
        const n = number(0);
        if (n?.im !== 0 || !(n.re >= 20)) break;
        // Stirling's series.
        return n.re * Math.log(n.re) - n.re + Math.log(2 * Math.PI * n.re) / 2 + 1 / (12 * n.re);
      }
    }
  }
  const value = evaluate(node, none, convention, work);
  const size = value && modulus(value.at);
  return size === undefined || size <= value!.error ? undefined : Math.log(size);
}
