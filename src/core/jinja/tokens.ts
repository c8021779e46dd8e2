/** The words of a tag, as Jinja2's lexer reads them. */

export interface Token {
  type: "name" | "string" | "int" | "float" | "op" | "end";
  value: string;
}

export interface Tag {
  /** Ended by a token of type `end`. */
  tokens: Token[];
  /** The sign before the closing mark. */
  mark: string;
  /** Where the text behind it begins. */
  end: number;
}

/** What names, numbers and operators may have, together in one template. */
export const LONGEST_CODE = 100_000;

const BLANKS = /\s+/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}_]*/uy;
const OTHER_BASE = /0(?:b(?:_?[01])+|o(?:_?[0-7])+|x(?:_?[\da-f])+)/iy;
const NUMBER = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:e[-+]?\d+(?:_\d+)*)?/iy;
/** Behind a point stands a place: `list.0.1`. */
const PLACE = /\d+/y;
const OPERATOR = /\/\/|\*\*|[=!<>]=|[-+*/%~()[\]{}<>=.:|,]/y;

const OPENERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * Reads a tag to its end, which no string and no bracket in it hides.
 * @param longest characters that its words may have
 * @throws SyntaxError
 */
export function readTag(source: string, from: number, closer: string, longest: number): Tag & { length: number } {
  const tokens: Token[] = [];
  const open: string[] = [];
  let length = 0;
  const match = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  for (let at = from; at < source.length;) {
    const blanks = match(BLANKS, at);
    if (blanks !== undefined) {
      at += blanks.length;
      continue;
    }
    if (open.length === 0) {
      const mark = /[-+]/.test(source[at]!) && source.startsWith(closer, at + 1) ? source[at]! : "";
      if (source.startsWith(closer, at + mark.length)) {
        tokens.push({ type: "end", value: closer });
        return { tokens, mark, end: at + mark.length + closer.length, length };
      }
    }
    const { token, end } = readToken(source, at, tokens.at(-1), match);
    length += end - at;
    if (length > longest) throw new SyntaxError("the tags of the template are too long");
    if (token.type === "op") {
      if (Object.hasOwn(OPENERS, token.value)) open.push(OPENERS[token.value]!);
      else if (/[)\]}]/.test(token.value) && open.pop() !== token.value)
        throw new SyntaxError(`unexpected '${token.value}'`);
    }
    tokens.push(token);
    at = end;
  }
  throw new SyntaxError("a tag does not end");
}

function readToken(
  source: string,
  at: number,
  before: Token | undefined,
  match: (pattern: RegExp, at: number) => string | undefined,
): { token: Token; end: number } {
  const char = source[at]!;
  if (char === '"' || char === "'") {
    const { value, end } = readString(source, at);
    return { token: { type: "string", value }, end };
  }
  const whole = (type: Token["type"], text: string, value = text) => ({
    token: { type, value },
    end: at + text.length,
  });
  const name = match(NAME, at);
  if (name !== undefined) return whole("name", name);
  const place = before?.type === "op" && before.value === "." ? match(PLACE, at) : undefined;
  if (place !== undefined) return whole("int", place);
  const other = match(OTHER_BASE, at);
  if (other !== undefined) return whole("int", other, other.replaceAll("_", ""));
  const number = match(NUMBER, at);
  if (number !== undefined) return whole(/[.e]/i.test(number) ? "float" : "int", number, number.replaceAll("_", ""));
  const operator = match(OPERATOR, at);
  if (operator !== undefined) return whole("op", operator);
  throw new SyntaxError(`unexpected char '${String.fromCodePoint(source.codePointAt(at)!)}'`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\u0007",
  "\n": "",
};
const HEX = { x: 2, u: 4, U: 8 } as Readonly<Record<string, number>>;
const OCTAL = /[0-7]{1,3}/y;

/** A string as Python reads it: an unknown escape stands for itself. */
function readString(source: string, from: number): { value: string; end: number } {
  const quote = source[from];
  let value = "";
  for (let at = from + 1; at < source.length;) {
    const char = source[at]!;
    if (char === quote) return { value, end: at + 1 };
    if (char !== "\\") {
      value += char;
      at += 1;
      continue;
    }
    const next = source[at + 1] ?? "";
    const digits = HEX[next];
    const hex = digits === undefined ? "" : source.slice(at + 2, at + 2 + digits);
    OCTAL.lastIndex = at + 1;
    const octal = OCTAL.exec(source)?.[0];
    if (digits !== undefined && hex.length === digits && /^[0-9a-f]+$/i.test(hex) && parseInt(hex, 16) <= 0x10ffff) {
      value += String.fromCodePoint(parseInt(hex, 16));
      at += 2 + digits;
    } else if (octal !== undefined) {
      value += String.fromCodePoint(parseInt(octal, 8));
      at += 1 + octal.length;
    } else {
      value += /['"\\]/.test(next) ? next : (ESCAPES[next] ?? `\\${next}`);
      at += 2;
    }
  }
  throw new SyntaxError("a string does not end");
}
