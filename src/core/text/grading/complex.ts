/** Complex numbers in doubles. */

export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const real = (re: number): Complex => ({ re, im: 0 });
export const modulus = ({ re, im }: Complex): number => (im === 0 ? Math.abs(re) : Math.hypot(re, im));
export const argument = ({ re, im }: Complex): number => Math.atan2(im, re);
export const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
export const negate = (a: Complex): Complex => ofParts(-a.re, -a.im);
/** Not -0 where there is no imaginary part: the argument of a negative number would be -π. */
const ofParts = (re: number, im: number): Complex => ({ re, im: im === 0 ? 0 : im });

export function multiply(a: Complex, b: Complex): Complex {
  return ofParts(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}

export function divide(a: Complex, b: Complex): Complex {
  if (b.im === 0) return ofParts(a.re / b.re, a.im / b.re);
  const size = b.re * b.re + b.im * b.im;
  return ofParts((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size);
}

export const exp = ({ re, im }: Complex): Complex =>
  im === 0 ? real(Math.exp(re)) : ofParts(Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im));
export const log = (a: Complex): Complex => ofParts(Math.log(modulus(a)), a.im === 0 && a.re > 0 ? 0 : argument(a));

/** The principal value. */
export function power(base: Complex, exponent: Complex): Complex {
  if (base.re === 0 && base.im === 0) return exponent.re > 0 ? base : real(exponent.re === 0 ? 1 : NaN);
  if (base.im === 0 && exponent.im === 0 && (base.re > 0 || Number.isInteger(exponent.re))) {
    return real(base.re ** exponent.re);
  }
  if (exponent.im === 0 && Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64) {
    let product = real(1);
    for (let count = Math.abs(exponent.re); count > 0; count--) product = multiply(product, base);
    return exponent.re < 0 ? divide(real(1), product) : product;
  }
  return exp(multiply(exponent, log(base)));
}

const I: Complex = { re: 0, im: 1 };

export function sin({ re, im }: Complex): Complex {
  return im === 0 ? real(Math.sin(re)) : { re: Math.sin(re) * Math.cosh(im), im: Math.cos(re) * Math.sinh(im) };
}

export function cos({ re, im }: Complex): Complex {
  return im === 0 ? real(Math.cos(re)) : { re: Math.cos(re) * Math.cosh(im), im: -Math.sin(re) * Math.sinh(im) };
}

export const sinh = (a: Complex): Complex => negate(multiply(I, sin(multiply(I, a))));
export const cosh = (a: Complex): Complex => cos(multiply(I, a));
