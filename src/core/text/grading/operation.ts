/** What operators and functions come to in doubles, with a bound on their error. */
import * as complex from "./complex";
import { modulus, real, type Complex } from "./complex";
import type { Node } from "./node";
import { isWhole } from "./rational";

/** How names are read that mean different things to different people. */
export interface Convention {
  /** `log` without a base is the decimal one. */
  decimalLog: boolean;
  /** Odd roots of negative numbers are real, not the principal ones. */
  realRoots: boolean;
}

export interface Value {
  at: Complex;
  /** Bound on the absolute rounding error. */
  error: number;
}

const ROUNDING = 2.3e-16;

/** There is no such value, or none that doubles hold. */
export class NoValue extends Error {}

/** @throws NoValue where doubles hold it no more */
export function rounded(at: Complex, error: number): Value {
  const size = modulus(at);
  // Near the ends of the doubles nothing is exact any more, and no value is better than a false one.
  if (!(size < 1e300) || (size < 1e-300 && size !== 0) || !(error < 1e300)) throw new NoValue();
  return { at, error: error + size * ROUNDING };
}

/** A number that a name and its arguments always give, and hardly any others. */
function opaque(name: string, values: readonly Value[]): Value {
  let hash = 2166136261;
  const text = `${name}|${values.map(({ at }) => `${at.re.toPrecision(9)} ${at.im.toPrecision(9)}`).join("|")}`;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return { at: real(0.5 + (hash >>> 0) / 2 ** 31), error: 0 };
}

const REAL: Record<string, (value: number) => number> = { floor: Math.floor, ceil: Math.ceil, sgn: Math.sign };

/** Whether a function jumps where its argument is, within what rounding leaves open: 2.9999999999999996 may be 3. */
export function isAtJump(operator: string, [a, b]: readonly Value[]): boolean {
  if (!a || a.error === 0) return false;
  if (operator === "sgn") return Math.abs(a.at.re) <= a.error * 8;
  const isMod = operator === "mod" && b !== undefined;
  if (!isMod && operator !== "floor" && operator !== "ceil") return false;
  const [at, error] = isMod
    ? [a.at.re / b.at.re, rounded(real(a.at.re / b.at.re), a.error / Math.abs(b.at.re)).error]
    : [a.at.re, a.error];
  return Math.abs(at - Math.round(at)) <= error * 8;
}

/** @throws NoValue */
export function operation(operator: string, operands: Value[], node: Node, convention: Convention): Value {
  const [a, b] = operands as [Value, Value];
  const [x, y] = [a?.at, b?.at];
  switch (operator) {
    case "add":
      return operands.reduce((sum, each) => rounded(complex.add(sum.at, each.at), sum.error + each.error));
    case "multiply":
      return operands.reduce((result, each) =>
        rounded(
          complex.multiply(result.at, each.at),
          modulus(result.at) * each.error + modulus(each.at) * result.error,
        ),
      );
    case "negate":
      return { at: complex.negate(x), error: a.error };
    case "divide": {
      if (modulus(y) <= b.error) throw new NoValue();
      const at = complex.divide(x, y);
      return rounded(at, (a.error + modulus(at) * b.error) / modulus(y));
    }
    case "power":
      return power(a, b, convention.realRoots && isOddRoot(node));
    case "root":
      // The sign of a root stands for one number: an odd one of a negative number is real.
      return power(
        b,
        operation("divide", [{ at: real(1), error: 0 }, a], node, convention),
        x.im === 0 && x.re % 2 === 1,
      );
    case "abs":
      return rounded(real(modulus(x)), a.error);
    case "degree":
      return rounded(complex.multiply(x, real(Math.PI / 180)), a.error);
    case "conjugate":
      return { at: { re: x.re, im: -x.im }, error: a.error };
    case "Re":
      return { at: real(x.re), error: a.error };
    case "Im":
      return { at: real(x.im), error: a.error };
    case "arg":
      return rounded(real(complex.argument(x)), a.error / modulus(x));
    case "floor":
    case "ceil":
    case "sgn": {
      if (x.im !== 0 || isAtJump(operator, operands)) throw new NoValue();
      return { at: real(REAL[operator]!(x.re)), error: 0 };
    }
    case "max":
    case "min":
      if (operands.some(({ at }) => at.im !== 0)) throw new NoValue();
      return operands.reduce((best, each) => (best.at.re < each.at.re === (operator === "max") ? each : best));
    case "mod":
      if (x.im !== 0 || y.im !== 0 || isAtJump(operator, operands)) throw new NoValue();
      return rounded(real(x.re - y.re * Math.floor(x.re / y.re)), a.error);
    case "gcd":
    case "lcm":
      return {
        at: real(
          operands
            .map(({ at }) => whole(at))
            .reduce((c, d) => (operator === "gcd" ? gcd(c, d) : (c * d) / gcd(c, d) || 0)),
        ),
        error: 0,
      };
    case "factorial":
    case "binomial": {
      const [n, k] = [whole(x), y === undefined ? 0 : whole(y)];
      if (n > 170 || k > n) throw new NoValue();
      let value = 1;
      if (operator === "factorial") for (let each = 2; each <= n; each++) value *= each;
      else for (let each = 1; each <= k; each++) value = (value * (n - k + each)) / each;
      return rounded(real(value), value * n * ROUNDING);
    }
    case "logBase":
      return operation(
        "divide",
        [operation("ln", [b], node, convention), operation("ln", [a], node, convention)],
        node,
        convention,
      );
    case "lg":
      return operation(
        "divide",
        [operation("ln", [a], node, convention), rounded(real(Math.LN10), 0)],
        node,
        convention,
      );
    case "log":
      return operation(convention.decimalLog ? "lg" : "ln", operands, node, convention);
    default:
      return transcendental(operator, a, operands);
  }
}

function whole(value: Complex | undefined): number {
  if (value === undefined || value.im !== 0 || !Number.isInteger(value.re) || value.re < 0) throw new NoValue();
  return value.re;
}

function gcd(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** x^(1/3), x^(2/5) */
function isOddRoot(node: Node): boolean {
  const exponent = node.kind === "apply" ? node.operands[1] : undefined;
  const of = exponent?.kind === "apply" && exponent.operator === "negate" ? exponent.operands[0]! : exponent;
  if (of?.kind !== "apply" || of.operator !== "divide") return false;
  const bottom = of.operands[1]!;
  return bottom.kind === "number" && isWhole(bottom.value) && bottom.value.top % 2n === 1n;
}

function power(base: Value, exponent: Value, realRoot: boolean): Value {
  const [x, p] = [base.at, exponent.at];
  let at: Complex;
  const negative = x.im === 0 && x.re < 0 && !Number.isInteger(p.re);
  if (realRoot && negative && p.im === 0) {
    const size = (-x.re) ** p.re;
    // (-8)^(2/3) is 4 and (-8)^(1/3) is -2: the top of the exponent decides.
    const top = Math.round(p.re * oddBottom(p.re));
    at = real(top % 2 === 0 ? size : -size);
  } else at = complex.power(x, p);
  const size = modulus(at);
  const small = modulus(x) <= base.error;
  const relative = small ? (base.error === 0 ? 0 : Infinity) : (modulus(p) * base.error) / modulus(x);
  const byExponent = modulus(x) === 0 ? 0 : modulus(complex.log(x)) * exponent.error;
  return rounded(at, size * (relative + byExponent + ROUNDING * modulus(p)));
}

function oddBottom(value: number): number {
  for (let bottom = 1; bottom < 100; bottom += 2) {
    if (Math.abs(value * bottom - Math.round(value * bottom)) < 1e-9) return bottom;
  }
  return 1;
}

type Function = (value: Complex) => Complex;
const reciprocal =
  (of: Function): Function =>
  (value) =>
    complex.divide(real(1), of(value));
const inverse =
  (of: (value: number) => number): Function =>
  ({ re, im }) =>
    real(im === 0 ? of(re) : NaN);
const FUNCTIONS: Record<string, Function> = {
  sin: complex.sin,
  cos: complex.cos,
  tan: (value) => complex.divide(complex.sin(value), complex.cos(value)),
  cot: (value) => complex.divide(complex.cos(value), complex.sin(value)),
  sec: reciprocal(complex.cos),
  csc: reciprocal(complex.sin),
  sinh: complex.sinh,
  cosh: complex.cosh,
  tanh: (value) => complex.divide(complex.sinh(value), complex.cosh(value)),
  arcsin: inverse(Math.asin),
  arccos: inverse(Math.acos),
  arctan: inverse(Math.atan),
  exp: complex.exp,
  ln: complex.log,
};

function transcendental(operator: string, a: Value, operands: readonly Value[]): Value {
  const of = Object.hasOwn(FUNCTIONS, operator) ? FUNCTIONS[operator] : undefined;
  if (of === undefined) {
    if (/^[A-Za-z]+(?:\(\)|_)$|^prime$/.test(operator)) return opaque(operator, operands);
    throw new NoValue();
  }
  const at = of(a.at);
  const [size, given] = [modulus(at), modulus(a.at)];
  if (operator === "ln" && given <= a.error) throw new NoValue();
  // How far the value moves when its argument does, at most.
  const slope =
    operator === "ln"
      ? 1 / given
      : operator === "exp"
        ? size
        : /^arc(?:sin|cos)$/.test(operator)
          ? 1 / Math.sqrt(Math.abs(1 - given * given) + 1e-16)
          : 1 + size * size;
  return rounded(at, a.error * slope + ROUNDING * (1 + size));
}
