/** Exact fractions, as large as an answer needs and no larger. */

export interface Rational {
  readonly top: bigint;
  /** Above zero. */
  readonly bottom: bigint;
}

/** A number of more than 4096 bits is not kept: what is computed with it could take seconds. */
const MOST_BITS = 4096;
const LIMIT = 1n << BigInt(MOST_BITS);
/** Fractions are reduced while that costs microseconds; larger ones are compared across. */
const REDUCED = 1n << 256n;

const size = (value: bigint) => (value < 0n ? -value : value);
/** Bits of a value, four at a time. */
const bits = (value: bigint) => size(value).toString(16).length * 4;

function divisor(a: bigint, b: bigint): bigint {
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

/** @returns undefined where the fraction is too large to be kept, or its bottom is zero */
export function rational(top: bigint, bottom = 1n): Rational | undefined {
  if (bottom === 0n || size(top) > LIMIT || size(bottom) > LIMIT) return undefined;
  if (bottom < 0n) [top, bottom] = [-top, -bottom];
  if (bottom === 1n || size(top) > REDUCED || bottom > REDUCED) return { top, bottom };
  const common = divisor(size(top), bottom) || 1n;
  return { top: top / common, bottom: bottom / common };
}

export const ONE: Rational = { top: 1n, bottom: 1n };

export const sameRational = (a: Rational, b: Rational): boolean => a.top * b.bottom === b.top * a.bottom;
export const lessThan = (a: Rational, b: Rational): boolean => a.top * b.bottom < b.top * a.bottom;
export const isWhole = (a: Rational): boolean => a.top % a.bottom === 0n;

export const plus = (a: Rational, b: Rational) => rational(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const minus = (a: Rational, b: Rational) => rational(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom);
export const times = (a: Rational, b: Rational) => rational(a.top * b.top, a.bottom * b.bottom);
export const over = (a: Rational, b: Rational) => rational(a.top * b.bottom, a.bottom * b.top);

function wholePower(base: Rational, exponent: bigint): Rational | undefined {
  const times = size(exponent);
  const grows = size(base.top) > 1n || base.bottom > 1n;
  if (grows && times * BigInt(Math.max(bits(base.top), bits(base.bottom)) - 3) > BigInt(MOST_BITS)) return undefined;
  // Of 0, 1 and -1 only whether the exponent is even matters.
  const by = grows ? times : times === 0n ? 0n : 2n - (times % 2n);
  const [top, bottom] = [base.top ** by, base.bottom ** by];
  return exponent < 0n ? rational(bottom, top) : rational(top, bottom);
}

/** The whole root of a whole number, by Newton's method; undefined where there is none. */
function wholeRoot(value: bigint, degree: bigint): bigint | undefined {
  if (value < 0n) {
    const root = degree % 2n === 1n ? wholeRoot(-value, degree) : undefined;
    return root === undefined ? undefined : -root;
  }
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(bits(value) / Number(degree)) + 1);
  for (;;) {
    const next = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree;
    if (next >= guess) break;
    guess = next;
  }
  return guess ** degree === value ? guess : undefined;
}

/** base ^ exponent where that is a fraction again, as 4^(3/2) = 8. @returns undefined where it is none or too large */
export function toPower(base: Rational, exponent: Rational): Rational | undefined {
  if (exponent.top !== 0n && base.top === 0n) return exponent.top > 0n ? base : undefined;
  if (isWhole(exponent)) return wholePower(base, exponent.top / exponent.bottom);
  if (exponent.bottom > 16n) return undefined;
  const top = wholeRoot(base.top, exponent.bottom);
  const bottom = wholeRoot(base.bottom, exponent.bottom);
  if (top === undefined || bottom === undefined) return undefined;
  const root = rational(top, bottom);
  return root && wholePower(root, exponent.top);
}

/** The nearest double; infinite or zero where none is near. */
export function toNumber({ top, bottom }: Rational): number {
  const shift = Math.max(0, Math.min(bits(top), bits(bottom)) - 900);
  return Number(top >> BigInt(shift)) / Number(bottom >> BigInt(shift));
}

/** `12`, `0.5`, `.25`, with `exponent` as a power of ten. */
export function fromDecimal(digits: string, exponent = 0): Rational | undefined {
  const [whole = "", part = ""] = digits.split(".");
  const power = exponent - part.length;
  if (digits.length > 1000 || Math.abs(power) > 1200) return undefined;
  const value = BigInt(whole + part || "0");
  return power < 0 ? rational(value, 10n ** BigInt(-power)) : rational(value * 10n ** BigInt(power));
}
