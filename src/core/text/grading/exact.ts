/** Exact values: of what is a fraction, and small enough to be kept. */
import type { Node, Work } from "./node";
import { isWhole, lessThan, minus, ONE, over, plus, rational, times, toPower, type Rational } from "./rational";

const MOST_TERMS = 400;
const ZERO: Rational = { top: 0n, bottom: 1n };

const fold = (values: (Rational | undefined)[], by: (a: Rational, b: Rational) => Rational | undefined) =>
  values.reduce((sum, each) => sum && each && by(sum, each));

/** The exact value of an expression without variables; undefined where it is no fraction or too large a one. */
export function exact(node: Node, work: Work, bound?: ReadonlyMap<string, Rational>): Rational | undefined {
  work.spend();
  switch (node.kind) {
    case "number":
      return node.value;
    case "symbol":
      return bound?.get(node.name);
    case "ratio":
      return node.parts.length === 2
        ? fold(
            node.parts.map((part) => exact(part, work, bound)),
            over,
          )
        : undefined;
    case "series": {
      const [from, to] = [exact(node.from, work, bound), exact(node.to, work, bound)];
      if (!from || !to || !isWhole(from) || !isWhole(to)) return undefined;
      let sum: Rational | undefined = node.operator === "add" ? ZERO : ONE;
      const [first, last] = [from.top / from.bottom, to.top / to.bottom];
      if (last - first > BigInt(MOST_TERMS)) return undefined;
      const scope = new Map(bound);
      for (let index = first; sum && index <= last; index++) {
        work.spend(4);
        scope.set(node.index, { top: index, bottom: 1n });
        const term = exact(node.body, work, scope);
        sum = term && (node.operator === "add" ? plus(sum, term) : times(sum, term));
      }
      return sum;
    }
    case "apply": {
      const operands = node.operands.map((operand) => exact(operand, work, bound));
      return operands.includes(undefined) ? undefined : exactOf(node.operator, operands as Rational[], work);
    }
    default:
      return undefined;
  }
}

function exactOf(operator: string, operands: Rational[], work: Work): Rational | undefined {
  const [a, b] = operands as [Rational, Rational];
  switch (operator) {
    case "add":
      return fold(operands, plus);
    case "multiply":
      return fold(operands, times);
    case "negate":
      return minus(ZERO, a);
    case "divide":
      return over(a, b);
    case "power":
      work.spend(5);
      return toPower(a, b);
    case "root":
      work.spend(20);
      return a.top === 0n ? undefined : toPower(b, over(ONE, a)!);
    case "abs":
      return a.top < 0n ? minus(ZERO, a) : a;
    case "floor":
    case "ceil": {
      const down = a.top / a.bottom - (a.top < 0n && a.top % a.bottom !== 0n ? 1n : 0n);
      return rational(operator === "floor" || isWhole(a) ? down : down + 1n);
    }
    case "max":
    case "min":
      return operands.reduce((best, each) => (lessThan(best, each) === (operator === "max") ? each : best));
    case "factorial":
      return product(a, 0n, a, work);
    case "binomial": {
      if (!isWhole(a) || !isWhole(b) || b.top < 0n || a.top < b.top) return undefined;
      const fewer = b.top * 2n > a.top ? minus(a, b)! : b;
      const [top, bottom] = [product(a, a.top - fewer.top, a, work), product(fewer, 0n, fewer, work)];
      return top && bottom && over(top, bottom);
    }
    case "logBase":
      return wholeLogarithm(a, b, work);
    case "mod":
      if (!isWhole(a) || !isWhole(b) || b.top === 0n) return undefined;
      return rational(((a.top % b.top) + b.top) % b.top);
    default:
      return undefined;
  }
}

/** How often `base` is a factor of what is a power of it. */
function wholeLogarithm(base: Rational, power: Rational, work: Work): Rational | undefined {
  if (!isWhole(base) || !isWhole(power) || base.top < 2n || power.top < 1n) return undefined;
  let [left, times] = [power.top / power.bottom, 0n];
  const factor = base.top / base.bottom;
  for (; left % factor === 0n; left /= factor, times++) work.spend();
  return left === 1n ? { top: times, bottom: 1n } : undefined;
}

/** (from + 1) … to */
function product(to: Rational, from: bigint, whole: Rational, work: Work): Rational | undefined {
  if (!isWhole(whole) || from < 0n || to.top - from > 400n || to.top < from) return undefined;
  let value: Rational | undefined = ONE;
  for (let each = from + 1n; value && each <= to.top; each++) {
    work.spend();
    value = rational(value.top * each);
  }
  return value;
}
