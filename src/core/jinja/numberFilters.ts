/** Jinja2's filters that make numbers, and sizes out of them. */
import { argument, flag, size, type Arguments } from "./arguments";
import { fixed } from "./formatting";
import { float, int, isFloat, isText, numberOf, str, textOf, type Value } from "./values";
import { strip } from "./texts";

const INTEGER = /^([-+]?)(?:0([xob])_?)?([0-9a-z]+(?:_[0-9a-z]+)*)$/i;
const PREFIXES: Readonly<Record<string, number>> = { x: 16, o: 8, b: 2 };
const FLOAT = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;
const FLOAT_WORD = /^([-+]?)(?:(inf(?:inity)?)|nan)$/i;

/** Digits of any script as those of ours. */
const plainDigits = (text: string): string =>
  text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    // Each script has its ten digits in a row, and the first of them has no digit before it.
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(digit.codePointAt(0)! - value - 1))) value += 1;
    return String(value);
  });

/** `int(text, base)` of Python; undefined where it has an error. */
function integerOf(text: string, base: number): number | undefined {
  const [, sign, prefix, digits = ""] = INTEGER.exec(strip(plainDigits(text), undefined)) ?? [];
  if (digits === "") return undefined;
  const named = prefix === undefined ? undefined : PREFIXES[prefix.toLowerCase()];
  // Of base 16, `0b1` is a number without a prefix.
  const written = named === undefined || named === base || base === 0 ? digits : `0${prefix}${digits}`;
  const radix = base === 0 ? (named ?? 10) : base;
  let value = 0;
  for (const digit of written.replaceAll("_", "").toLowerCase()) {
    const worth = parseInt(digit, 36);
    if (!(worth < radix)) return undefined;
    value = value * radix + worth;
  }
  return sign === "-" ? -value : value;
}

/** `float(text)` of Python; undefined where it has an error. */
function floatOf(text: string): number | undefined {
  const trimmed = strip(plainDigits(text), undefined).replace(/(?<=\d)_(?=\d)/g, "");
  const word = FLOAT_WORD.exec(trimmed);
  if (word) return word[2] === undefined ? NaN : word[1] === "-" ? -Infinity : Infinity;
  return FLOAT.test(trimmed) ? Number(trimmed) : undefined;
}

export function toInt(value: Value, given: Arguments): Value {
  const number = isText(value)
    ? (integerOf(value.value, size(given, 1, "base", 10)) ?? floatOf(value.value))
    : numberOf(value);
  return number !== undefined && Number.isFinite(number)
    ? int(Math.trunc(number))
    : argument(given, 0, "default", int(0));
}

export function toFloat(value: Value, given: Arguments): Value {
  const number = isText(value) ? floatOf(value.value) : numberOf(value);
  return number === undefined ? argument(given, 0, "default", float(0)) : float(number);
}

export function rounded(value: Value, given: Arguments): Value {
  const precision = size(given, 0, "precision", 0);
  const method = textOf(argument(given, 1, "method", str("common")));
  const number = numberOf(value);
  if (number === undefined) throw new Error("round needs a number");
  const factor = 10 ** precision;
  if (method === "ceil") return float(Math.ceil(number * factor) / factor);
  if (method === "floor") return float(Math.floor(number * factor) / factor);
  if (method !== "common") throw new Error("method must be common, ceil or floor");
  const result = precision < 0 ? Number(fixed(number * factor, 0)) / factor : Number(fixed(number, precision));
  return isFloat(value) ? float(result) : int(result);
}

const DECIMAL = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

export function fileSize(value: Value, given: Arguments): Value {
  const bytes = numberOf(toFloat(value, given)) ?? 0;
  const binary = flag(given, 0, "binary");
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return str("1 Byte");
  if (bytes < base) return str(`${Math.trunc(bytes)} Bytes`);
  const units = binary ? BINARY : DECIMAL;
  const power = Math.min(units.length, Math.floor(Math.log(bytes) / Math.log(base) + 1e-12));
  return str(`${fixed(bytes / base ** power, 1)} ${units[power - 1]}`);
}

export const absolute = (value: Value): Value => {
  if (isFloat(value)) return float(Math.abs(value.value));
  const number = numberOf(value);
  if (number === undefined) throw new Error("abs needs a number");
  return int(Math.abs(number));
};
