/** Python's two ways to put values into a text, and `strftime`. */
import { isDict, isList, isTuple, numberOf, represent, textOf, typeName, UNDEFINED, type Value } from "./values";

/** Characters to which one value is padded. */
const WIDEST = 10_000;

interface Shape {
  fill: string;
  /** `<`, `>`, `^`, or `=` for zeros behind the sign. */
  align: string;
  sign: string;
  alternate: boolean;
  width: number;
  thousands: boolean;
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
        thousands: false,
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
      if (type === "r" || type === "a") return padded(cut(represent(value), shape), shape);
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

const cut = (text: string, { precision }: Shape) => (precision === undefined ? text : text.slice(0, precision));

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::([^{}]*))?\}/g;
const SPEC = /^(?:(.)?([<>^=]))?([-+ ])?(#)?(0)?(\d+)?(,)?(?:\.(\d+))?([a-zA-Z%])?$/s;

/** `format.format(…)` of Python: fields by number, name and attribute, conversions, and the format mini-language. */
export function braceFormat(format: string, args: readonly Value[], named: ReadonlyMap<string, Value>): string {
  let next = 0;
  return format.replace(FIELD, (all, field: string | undefined, conversion?: string, spec = "") => {
    if (field === undefined) return all[0]!;
    const [first = "", ...path] = field.split(/[.[\]]+/).filter((part, index) => index === 0 || part !== "");
    let value = first === "" ? args[next++] : /^\d+$/.test(first) ? args[Number(first)] : named.get(first);
    for (const part of path) {
      if (isDict(value)) value = value.value.get(part);
      else value = isList(value) ? value.value[Number(part)] : undefined;
    }
    if (value === undefined) throw new Error(`no value for {${field}}`);
    const match = SPEC.exec(spec as string);
    if (!match) throw new Error(`invalid format specifier ${spec as string}`);
    const [, fill, align, sign = "", alternate, zero, width, thousands, precision, type] = match;
    const isNumeric = numberOf(value) !== undefined && conversion === undefined && type !== "s";
    const shape: Shape = {
      fill: fill ?? (zero ? "0" : " "),
      align: align ?? (zero ? "=" : isNumeric ? ">" : "<"),
      sign: sign === "-" ? "" : sign,
      alternate: alternate !== undefined,
      width: Number(width ?? 0),
      thousands: thousands !== undefined,
      precision: precision === undefined ? undefined : Number(precision),
      type: type ?? (isNumeric ? "" : "s"),
    };
    if (isNumeric) return numeric(value, shape);
    return padded(cut(conversion === "r" ? represent(value) : textOf(value), shape), shape);
  });
}

function numeric(value: Value, shape: Shape): string {
  const { precision, type, alternate, thousands } = shape;
  if (type === "c")
    return padded(numberOf(value) === undefined ? textOf(value) : String.fromCodePoint(numberOf(value)!), shape);
  const number = numberOf(value);
  if (number === undefined) throw new Error(`a number is required, not ${typeName(value)}`);
  const size = Math.abs(number);
  const digits = Math.min(precision ?? 6, 100);
  const whole = (radix: number) => String(Math.trunc(size).toString(radix)).padStart(precision ?? 0, "0");
  const exponent = (text: string) => text.replace(/e([+-])(\d)$/, "e$10$2");
  let written: string;
  switch (type) {
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
      written = size.toFixed(digits);
      break;
    case "%":
      written = `${(size * 100).toFixed(digits)}%`;
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
      written = precision === undefined ? textOf(value).replace(/^-/, "") : general(size, Math.max(1, digits));
      break;
    default:
      throw new Error(`unsupported format character '${type}'`);
  }
  if (thousands) written = written.replace(/^\d+/, inThousands);
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
function inThousands(digits: string): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups.join(",");
}

function padded(text: string, { fill, align, width }: Shape): string {
  if (width > WIDEST) throw new Error(`a width of ${width} is too much`);
  const missing = width - text.length;
  if (missing <= 0) return text;
  const left = align === "<" ? 0 : align === "^" ? missing >> 1 : missing;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const SECONDS_OF_DAY = 86_400_000;

/** Python's `strftime` in its C locale; `%-d` and its like write no leading zero. */
export function strftime(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hour = date.getHours() % 12 || 12;
  const start = Date.UTC(date.getFullYear(), 0, 1);
  const day = Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / SECONDS_OF_DAY);
  const codes: Record<string, () => string> = {
    Y: () => String(date.getFullYear()),
    y: () => two(date.getFullYear() % 100),
    m: () => two(date.getMonth() + 1),
    d: () => two(date.getDate()),
    e: () => String(date.getDate()).padStart(2),
    B: () => MONTHS[date.getMonth()]!,
    b: () => MONTHS[date.getMonth()]!.slice(0, 3),
    h: () => MONTHS[date.getMonth()]!.slice(0, 3),
    A: () => DAYS[date.getDay()]!,
    a: () => DAYS[date.getDay()]!.slice(0, 3),
    w: () => String(date.getDay()),
    u: () => String(date.getDay() || 7),
    H: () => two(date.getHours()),
    I: () => two(hour),
    M: () => two(date.getMinutes()),
    S: () => two(date.getSeconds()),
    f: () => String(date.getMilliseconds() * 1000).padStart(6, "0"),
    p: () => (date.getHours() < 12 ? "AM" : "PM"),
    j: () => String(day + 1).padStart(3, "0"),
    U: () => two(Math.floor((day + 7 - date.getDay()) / 7)),
    W: () => two(Math.floor((day + 7 - ((date.getDay() + 6) % 7)) / 7)),
    s: () => String(Math.floor(date.getTime() / 1000)),
    // `strftime_now` asks for a time without a zone.
    z: () => "",
    Z: () => "",
    F: () => strftime(date, "%Y-%m-%d"),
    D: () => strftime(date, "%m/%d/%y"),
    x: () => strftime(date, "%m/%d/%y"),
    T: () => strftime(date, "%H:%M:%S"),
    X: () => strftime(date, "%H:%M:%S"),
    R: () => strftime(date, "%H:%M"),
    c: () => strftime(date, "%a %b %e %H:%M:%S %Y"),
    n: () => "\n",
    t: () => "\t",
    "%": () => "%",
  };
  return format.replace(/%(-?)([a-zA-Z%])/g, (all, plain: string, code: string) => {
    const written = Object.hasOwn(codes, code) ? codes[code]!() : all;
    return plain ? written.replace(/^[0 ]{1,5}(?=.)/, "") : written;
  });
}
