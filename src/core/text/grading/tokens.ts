/** Tokens of an answer, of LaTeX and of plain mathematics alike. */
import { fromDecimal, type Rational } from "./rational";

export interface Token {
  kind: "number" | "letters" | "command" | "sign" | "end";
  /** Commands without their backslash, in one spelling of several. */
  text: string;
  from: number;
  to: number;
  /** Whether a space stands before it. */
  spaced: boolean;
  /** Letters in `\text{}` are words, those in `\mathrm{}` may be. */
  style?: "text" | "roman";
  /** Of a number. */
  value?: Rational;
  decimals?: number;
}

/** What a comma between two digits is: part of a long number, a list's, or the decimal sign. */
export type Comma = "thousands" | "list" | "decimal";

const NUMBERS: Record<Comma, RegExp> = {
  thousands:
    /[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?|[1-9]\d?(?:,\d\d)+,\d{3}(?!\d)(?:\.\d+)?|[1-9]\d{0,2}(?:[ ']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:\.\d+)?|\.\d+/y,
  list: /[1-9]\d{0,2}(?:[ ']\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+/y,
  decimal: /[1-9]\d{0,2}(?:\.\d{3})+(?!\d)(?:,\d+)?|[1-9]\d{0,2}(?:[ ']\d{3})+(?!\d)(?:,\d+)?|\d+(?:,\d+)?|\.\d+/y,
};
const EXPONENT = /[eE]([+-]?\d{1,4})(?![\w.])/y;
const REPEATED = /\\overline ?\{ ?(\d{1,20}) ?\}/y;

const SAME = new Map(
  Object.entries({
    dfrac: "frac",
    tfrac: "frac",
    cfrac: "frac",
    dbinom: "binom",
    tbinom: "binom",
    leq: "le",
    leqslant: "le",
    geq: "ge",
    geqslant: "ge",
    lt: "<",
    gt: ">",
    neq: "ne",
    cdot: "*",
    times: "*",
    ast: "*",
    div: "/",
    colon: ":",
    approxeq: "approx",
    simeq: "approx",
    cong: "approx",
    sim: "approx",
    lvert: "|",
    rvert: "|",
    vert: "|",
    "|": "|",
    lbrack: "[",
    rbrack: "]",
    langle: "<(",
    rangle: ")>",
    land: "and",
    wedge: "and",
    lor: "or",
    vee: "or",
    "&": "and",
    "%": "%",
    circ: "degree",
    varnothing: "emptyset",
    infin: "infty",
    varepsilon: "epsilon",
    varphi: "phi",
    vartheta: "theta",
    rightarrow: "to",
    Rightarrow: "to",
    implies: "to",
    iff: "to",
    R: "reals",
    tg: "tan",
    ctg: "cot",
    arctg: "arctan",
  }),
);
const SIGN_NAMES = new Set(["<", ">", "*", "/", ":", "|", "[", "]", "%"]);
/** They change how a formula looks and nothing of what it says. */
const LOOKS = new Set(
  "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr displaystyle textstyle scriptstyle limits nolimits rm bf it small large Large normalsize boldmath".split(
    " ",
  ),
);
const FONTS = new Map<string, "text" | "roman">(
  Object.entries({
    text: "text",
    textbf: "text",
    textit: "text",
    textrm: "text",
    textsf: "text",
    texttt: "text",
    textnormal: "text",
    mbox: "text",
    hbox: "text",
    mathrm: "roman",
    mathbf: "roman",
    mathit: "roman",
    mathsf: "roman",
    mathtt: "roman",
    boldsymbol: "roman",
    bm: "roman",
    operatorname: "roman",
    underline: "roman",
    emph: "text",
  } as const),
);

/** Longer answers have more tokens than a person writes. */
const MOST_TOKENS = 600;

/** @returns undefined where there are too many */
export function tokens(source: string, comma: Comma): Token[] | undefined {
  const found: Token[] = [];
  // Whether each open brace is only a font's, and which font reigns inside.
  const braces: { font: boolean; style: Token["style"] }[] = [];
  let style: Token["style"];
  let spaced = false;
  let at = 0;
  const add = (kind: Token["kind"], text: string, length: number, more: Partial<Token> = {}) => {
    found.push({ kind, text, from: at, to: at + length, spaced, ...(style ? { style } : {}), ...more });
    spaced = false;
    at += length;
  };
  while (at < source.length) {
    if (found.length > MOST_TOKENS) return undefined;
    const char = source[at]!;
    if (char === " ") {
      spaced = true;
      at++;
    } else if (/\d/.test(char) || (char === "." && /\d/.test(source[at + 1] ?? ""))) {
      number();
    } else if (char === "\\") command();
    else if (/[\p{L}\p{M}°€£¥₹₩₽¢]/u.test(char)) {
      // `1orW(x)`: the word between stands apart from the name.
      const letters = /(?:or|and)(?=[A-Z])|[\p{L}\p{M}°€£¥₹₩₽¢]+/uy;
      letters.lastIndex = at;
      const run = letters.exec(source)![0];
      add("letters", run, run.length);
    } else if (char === "{" || char === "}") brace(char);
    else if (/^(?:<=|>=|!=|==|=>|->|\*\*|<>)/.test(source.slice(at, at + 2))) {
      const two = source.slice(at, at + 2);
      const name = { "<=": "le", ">=": "ge", "!=": "ne", "<>": "ne", "==": "=", "=>": "to", "->": "to", "**": "^" }[
        two
      ]!;
      add(name === "=" || name === "^" ? "sign" : "command", name, 2);
    } else add("sign", char, 1);
  }
  add("end", "", 0);
  return found;

  function number() {
    const from = at;
    const pattern = NUMBERS[comma];
    pattern.lastIndex = at;
    const text = pattern.exec(source)![0];
    let digits = text.replace(/[ ']/g, "");
    digits =
      comma === "decimal" && !text.startsWith(".")
        ? digits.replaceAll(".", "").replace(",", ".")
        : digits.replaceAll(",", "");
    // `1 234,5`: after thousands apart by spaces, a comma can only be the decimal sign.
    if (comma === "thousands" && /[ ']/.test(text) && text.includes(","))
      digits = text.replace(/[ ']/g, "").replace(",", ".");
    let to = from + text.length;
    const decimals = digits.split(".")[1]?.length;
    EXPONENT.lastIndex = REPEATED.lastIndex = to;
    const exponent = EXPONENT.exec(source);
    const repeated = decimals === undefined && source[to] !== "." ? null : repeatedAfter(to);
    let value: Rational | undefined;
    if (repeated) {
      value = repeated.value(digits);
      to = repeated.to;
    } else {
      value = fromDecimal(digits, Number(exponent?.[1] ?? 0));
      if (exponent) to += exponent[0].length;
    }
    add("number", digits, to - from, {
      ...(value ? { value } : {}),
      ...(decimals === undefined || repeated ? {} : { decimals }),
    });
  }

  /** `0.1\overline{6}`: the digits that go on for ever. */
  function repeatedAfter(to: number) {
    const point = source[to] === "." ? 1 : 0;
    REPEATED.lastIndex = to + point;
    const match = REPEATED.exec(source);
    if (!match) return null;
    const nines = 10n ** BigInt(match[1]!.length) - 1n;
    const value = (digits: string) => {
      const [whole = "0", part = ""] = digits.split(".");
      const scale = 10n ** BigInt(part.length);
      return { top: BigInt(whole + part) * nines + BigInt(match[1]!), bottom: scale * nines };
    };
    return { value, to: REPEATED.lastIndex };
  }

  function command() {
    const match = /\\([a-zA-Z]+|[^a-zA-Z])?/y;
    match.lastIndex = at;
    const [whole, name = ""] = match.exec(source)!;
    if (LOOKS.has(name)) {
      at += whole.length;
      spaced = true;
      // `\left.` and `\right.` are brackets that are not seen.
      if (/^(?:left|right)$/.test(name) && source[at] === ".") at++;
      return;
    }
    const font = FONTS.get(name);
    if (font !== undefined) {
      const open = /\*? ?\{/y;
      open.lastIndex = at + whole.length;
      const brace = open.exec(source);
      at += whole.length + (brace?.[0].length ?? 0);
      spaced ||= font === "text";
      if (brace) {
        braces.push({ font: true, style });
        style = font;
      }
      return;
    }
    if (name === "mathbb" || name === "Bbb" || name === "mathcal") {
      const set = /\\[a-zA-Z]+ ?\{? ?([A-Z]) ?\}?/y;
      set.lastIndex = at;
      const letter = set.exec(source);
      if (letter) return add("command", letter[1] === "R" ? "reals" : `set${letter[1]}`, letter[0].length);
    }
    const text = SAME.get(name) ?? name;
    if (text === "and" || text === "or") add("letters", text, whole.length, { spaced: true, style: "text" });
    else if (name === "{" || name === "}") add("sign", `\\${name}`, whole.length);
    else if (SIGN_NAMES.has(text)) add("sign", text, whole.length);
    else if (name === "lbrace" || name === "rbrace") add("sign", name === "lbrace" ? "\\{" : "\\}", whole.length);
    else add("command", text, whole.length);
  }

  function brace(char: string) {
    if (char === "{") {
      braces.push({ font: false, style });
      return add("sign", "{", 1);
    }
    const open = braces.pop();
    style = open?.style;
    if (!open?.font) return add("sign", "}", 1);
    at++;
    spaced = true;
    return undefined;
  }
}
