/** Python's two ways to put values into a text. */
import {
  floatText,
  isBool,
  isDict,
  isFloat,
  isList,
  isTuple,
  int,
  numberOf,
  represent,
  textOf,
  typeName,
  UNDEFINED,
  type Value,
} from "./values";
import { cutOf, lengthOf } from "./texts";

/** Characters to which one value is padded. */
const WIDEST = 10_000;

interface Shape {
  fill: string;
  /** `<`, `>`, `^`, or `=` for zeros behind the sign. */
  align: string;
  sign: string;
  alternate: boolean;
  width: number;
  /** What stands between groups of three digits. */
  thousands: string;
  precision: number | undefined;
  type: string;
}

const SPECIFIER = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)/gs;

/** `format % values` of Python (printf-style formatting). @throws where values are missing, left over or of another type */
export function percentFormat(format: string, values: Value): string {
  const positional = isTuple(values) && isList(values) ? values.value : [values];
  let next = 0;
  const take = (): Value => {
    const value = positional[next++];
    if (value === undefined) throw new Error("not enough arguments for format string");
    return value;
  };
  const number = (written: string | undefined): number | undefined =>
    written === undefined ? undefined : written === "*" ? numberOf(take()) : Number(written);
  const out = format.replace(
    SPECIFIER,
    (_, name: string | undefined, flags: string, width: string, precision: string, type: string) => {
      if (type === "%") return "%";
      const shape: Shape = {
        fill: flags.includes("0") && !flags.includes("-") ? "0" : " ",
        align: flags.includes("-") ? "<" : flags.includes("0") ? "=" : ">",
        sign: /[+ ]/.exec(flags)?.[0] ?? "",
        alternate: flags.includes("#"),
        width: number(width) ?? 0,
        thousands: "",
        precision: number(precision),
        type: /[iu]/.test(type) ? "d" : type,
      };
      let value: Value;
      if (name === undefined) value = take();
      else {
        if (!isDict(values)) throw new Error("format requires a mapping");
        value = values.value.get(name) ?? UNDEFINED;
        next = positional.length;
      }
      if (type === "r" || type === "a")
        return padded(cut(type === "a" ? ascii(value) : represent(value), shape), shape);
      if (type === "s")
        return padded(cut(textOf(value), shape), {
          ...shape,
          fill: " ",
          align: shape.align === "=" ? ">" : shape.align,
        });
      return numeric(value, shape);
    },
  );
  if (next < positional.length && !isDict(values))
    throw new Error("not all arguments converted during string formatting");
  return out;
}

/** `ascii(value)` of Python. */
const ascii = (value: Value) =>
  represent(value).replace(/[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0)!;
    const [mark, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${mark}${code.toString(16).padStart(digits, "0")}`;
  });

/**
 * `size` with so many digits behind the point. A half goes to the even neighbour, as in Python; JavaScript takes the
 * larger one.
 */
export function fixed(size: number, digits: number): string {
  if (!Number.isFinite(size)) return floatText(size);
  if (Math.abs(size) >= 1e21) return BigInt(size).toString() + (digits > 0 ? `.${"0".repeat(digits)}` : "");
  const places = Math.min(digits, 100);
  const written = size.toFixed(places);
  const exact = places < 60 ? size.toFixed(100) : "";
  const behind = exact.slice(exact.indexOf(".") + 1 + places);
  if (!/^50*$/.test(behind) || !/[13579]$/.test(written)) return written;
  // JavaScript went away from zero, to an odd digit: the even one is one less, and borrows nothing.
  return written.slice(0, -1) + String(Number(written.at(-1)) - 1);
}

const cut = (text: string, { precision }: Shape) => (precision === undefined ? text : cutOf(text, 0, precision));

/** A width or precision may be a field itself: `{:{width}}`. */
const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}/g;
const INNER_FIELD = /\{([^{}]*)\}/g;
const SPEC = /^(?:(.)?([<>^=]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/s;

/** `format.format(…)` of Python: fields by number, name and attribute, conversions, and the format mini-language. */
export function braceFormat(format: string, args: readonly Value[], named: ReadonlyMap<string, Value>): string {
  let next = 0;
  const valueOf = (field: string): Value => {
    const [first = "", ...path] = field.split(/[.[\]]+/).filter((part, index) => index === 0 || part !== "");
    let value = first === "" ? args[next++] : /^\d+$/.test(first) ? args[Number(first)] : named.get(first);
    for (const part of path) {
      if (isDict(value)) value = value.value.get(part);
      else value = isList(value) ? value.value[Number(part)] : undefined;
    }
    if (value === undefined) throw new Error(`no value for {${field}}`);
    return value;
  };
  return format.replace(FIELD, (all, field: string | undefined, conversion?: string, written = "") => {
    if (field === undefined) return all[0]!;
    const value = valueOf(field);
    const spec = (written as string).replace(INNER_FIELD, (_, inner: string) => textOf(valueOf(inner)));
    if (spec === "" && conversion === undefined) return textOf(value);
    const match = SPEC.exec(spec);
    if (!match) throw new Error(`invalid format specifier ${spec}`);
    const [, fill, align, sign = "", alternate, zero, width, thousands, precision, type] = match;
    const isNumeric = numberOf(value) !== undefined && conversion === undefined && type !== "s";
    const shape: Shape = {
      fill: fill ?? (zero ? "0" : " "),
      align: align ?? (zero ? "=" : isNumeric ? ">" : "<"),
      sign: sign === "-" ? "" : sign,
      alternate: alternate !== undefined,
      width: Number(width ?? 0),
      thousands: thousands ?? "",
      precision: precision === undefined ? undefined : Number(precision),
      type: type ?? (isNumeric ? "" : "s"),
    };
    if (isNumeric) return numeric(value, shape);
    const converted = conversion === "r" ? represent(value) : conversion === "a" ? ascii(value) : textOf(value);
    return padded(cut(converted, shape), shape);
  });
}

function numeric(value: Value, shape: Shape): string {
  const { precision, type, alternate, thousands } = shape;
  if (type === "c")
    return padded(numberOf(value) === undefined ? textOf(value) : String.fromCodePoint(numberOf(value)!), shape);
  const number = numberOf(value);
  if (number === undefined) throw new Error(`a number is required, not ${typeName(value)}`);
  const size = Math.abs(number);
  if (/[di]/.test(type) && !Number.isFinite(number)) throw new Error("cannot convert float infinity or NaN to integer");
  const digits = Math.min(precision ?? 6, 100);
  const whole = (radix: number) => String(Math.trunc(size).toString(radix)).padStart(precision ?? 0, "0");
  const exponent = (text: string) => text.replace(/e([+-])(\d)$/, "e$10$2");
  let written: string;
  switch (type) {
    case "n":
      written = isFloat(value) ? general(size, Math.max(1, digits)) : whole(10);
      break;
    case "d":
      written = whole(10);
      break;
    case "x":
    case "X":
    case "o":
    case "b": {
      const prefix = alternate ? `0${type}` : "";
      written = prefix + whole({ x: 16, X: 16, o: 8, b: 2 }[type]);
      break;
    }
    case "f":
    case "F":
      written = fixed(size, digits);
      break;
    case "%":
      written = `${fixed(size * 100, digits)}%`;
      break;
    case "e":
    case "E":
      written = exponent(size.toExponential(digits));
      break;
    case "g":
    case "G":
      written = general(size, Math.max(1, digits));
      break;
    case "":
      written =
        precision === undefined
          ? textOf(isBool(value) ? int(size) : value).replace(/^-/, "")
          : general(size, Math.max(1, digits));
      break;
    default:
      throw new Error(`unsupported format character '${type}'`);
  }
  if (thousands) written = written.replace(/^\d+/, (whole) => inThousands(whole, thousands));
  if (/[XEGF]/.test(type)) written = written.toUpperCase();
  const sign = number < 0 || Object.is(number, -0) ? "-" : shape.sign;
  if (shape.align !== "=") return padded(sign + written, shape);
  return sign + padded(written, { ...shape, align: ">", width: shape.width - sign.length });
}

function general(size: number, digits: number): string {
  if (size === 0) return "0";
  const exponent = Math.floor(Math.log10(size));
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = "", power = ""] = size.toExponential(digits - 1).split("e");
    return `${trimmed(mantissa)}e${power.replace(/([+-])(\d)$/, "$10$2")}`;
  }
  return trimmed(size.toFixed(Math.max(0, digits - 1 - exponent)));
}

/** Without the zeros that a fraction ends in, and without the point if nothing else follows it. */
function trimmed(text: string): string {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text[end - 1] === "0") end -= 1;
  return text.slice(0, text[end - 1] === "." ? end - 1 : end);
}

/** Digits in groups of three, counted from the right. */
function inThousands(digits: string, between: string): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups.join(between);
}

function padded(text: string, { fill, align, width }: Shape): string {
  if (width > WIDEST) throw new Error(`a width of ${width} is too much`);
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  const left = align === "<" ? 0 : align === "^" ? missing >> 1 : missing;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}
