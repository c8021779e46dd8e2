/** Reads expressions of LaTeX and of plain mathematics, by recursive descent: bounded in depth, no step is taken twice. */
import {
  ACCENTS,
  CALLED,
  FUNCTIONS,
  GREEK,
  INVERSE,
  isMathName,
  JOINERS,
  LETTER_UNITS,
  MATRICES,
  SEVERAL,
} from "./names";
import { apply, TooMuch, type Node } from "./node";
import { fromDecimal, plus, rational, type Rational } from "./rational";
import type { Token } from "./tokens";
import { isUnit } from "./units";

/** What stands here is no mathematics that is known. */
export class Unreadable extends Error {}

/** Brackets in brackets. */
const DEEPEST = 60;

const MULTIPLIERS: Record<string, string> = {
  hundred: "100",
  thousand: "1000",
  million: "1000000",
  mio: "1000000",
  mn: "1000000",
  billion: "1000000000",
  bn: "1000000000",
  trillion: "1000000000000",
  dozen: "12",
};
/** Only of money. */
const SHORT_MULTIPLIERS: Record<string, string> = {
  k: "1000",
  K: "1000",
  m: "1000000",
  M: "1000000",
  b: "1000000000",
  B: "1000000000",
};
const CLOSERS: Record<string, readonly string[]> = {
  "(": [")", "]"],
  "[": ["]", ")"],
  "\\{": ["\\}"],
  "{": ["}"],
  "<(": [")>"],
};
const FACTOR_COMMANDS = new Set(
  "frac sqrt binom pi infty infinity emptyset reals lfloor lceil sum prod begin overline bar vec hat".split(" "),
);

const numberNode = (value: Rational): Node => ({ kind: "number", value });

export abstract class ExpressionParser {
  protected at = 0;
  private depth = 0;
  private bars = 0;
  /** Tokens that were read in parts, as they were. */
  private readonly changes: [index: number, token: Token][] = [];

  constructor(
    protected readonly source: string,
    protected readonly tokens: Token[],
  ) {}

  abstract list(closers: readonly string[]): Node;
  abstract relation(): Node;

  protected get token(): Token {
    return this.tokens[this.at]!;
  }

  protected next(): Token {
    const token = this.token;
    if (token.kind !== "end") this.at++;
    return token;
  }

  protected is(text: string): boolean {
    return this.token.text === text;
  }

  /** Where to come back to, should what follows not be what it seems. */
  protected mark(): { at: number; changes: number } {
    return { at: this.at, changes: this.changes.length };
  }

  protected back({ at, changes }: { at: number; changes: number }): void {
    for (const [index, token] of this.changes.splice(changes).reverse()) this.tokens[index] = token;
    this.at = at;
  }

  /** Leaves only `rest` of the token that is read next. */
  private shorten(rest: Token): void {
    this.changes.push([this.at, this.token]);
    this.tokens[this.at] = rest;
  }

  protected expect(text: string): void {
    if (this.token.text !== text || this.token.kind === "end") throw new Unreadable();
    this.at++;
  }

  protected deeper<Result>(read: () => Result): Result {
    if (++this.depth > DEEPEST) throw new TooMuch();
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  protected mathName(at = this.at): boolean {
    const { kind, text, style } = this.tokens[at]!;
    return kind === "letters" && style !== "text" && isMathName(text);
  }

  sum(): Node {
    return this.deeper(() => {
      const sign = this.sign();
      let node = this.product();
      if (sign !== undefined && sign !== "plus") node = apply(sign, node);
      for (let operator = this.sign(); operator !== undefined; operator = this.sign()) {
        const right = this.product();
        if (operator === "negate") node = apply("add", node, apply("negate", right));
        else node = apply(operator === "plus" ? "add" : operator, node, right);
      }
      return node;
    });
  }

  /** `plus`, `negate`, `pm`, `mp`, of several signs what they come to. */
  private sign(): string | undefined {
    let found: string | undefined;
    for (;;) {
      const { text, kind } = this.token;
      if (kind === "end" || !(text === "+" || text === "-" || text === "pm" || text === "mp")) return found;
      // `+/-` is written for ±.
      const both = text === "+" && this.tokens[this.at + 1]?.text === "/" && this.tokens[this.at + 2]?.text === "-";
      this.at += both ? 3 : 1;
      if (both || text === "pm" || text === "mp") found = text === "mp" ? "mp" : "pm";
      else if (text === "-") found = found === "negate" ? "plus" : "negate";
      else found ??= "plus";
    }
  }

  private product(): Node {
    let node = this.signed();
    // Kept as it grows: looking through the whole product at every factor would take the square of its length.
    let numeric = isNumeric(node);
    const times = (operator: string, factor: Node) => {
      node = apply(operator, node, factor);
      numeric &&= isNumeric(factor);
    };
    for (;;) {
      const { text, kind } = this.token;
      const multiplier = numeric ? this.multiplier() : undefined;
      if (multiplier) times("multiply", multiplier);
      else if (this.powerOfTenFollows() || (kind !== "end" && kind !== "letters" && (text === "*" || text === "/"))) {
        this.at++;
        times(text === "/" ? "divide" : "multiply", this.signed());
      } else if (this.factorFollows(node.kind, numeric)) times("multiply", this.power());
      else return node;
    }
  }

  /** `1.5 x 10^3`, where the x is no variable. */
  private powerOfTenFollows(): boolean {
    const [x, ten, power] = this.tokens.slice(this.at, this.at + 3);
    return /^[xX]$/.test(x!.text) && ten?.text === "10" && power?.text === "^";
  }

  /** A factor with its own sign: `2 * -3`. */
  private signed(): Node {
    if (this.token.kind === "sign" && (this.is("-") || this.is("+"))) {
      const negative = this.next().text === "-";
      const node = this.deeper(() => this.signed());
      return negative ? apply("negate", node) : node;
    }
    return this.power();
  }

  /** `million` in `3 million`. */
  private multiplier(): Node | undefined {
    const { kind, text, spaced } = this.token;
    if (kind !== "letters") return undefined;
    const short = !spaced && this.afterMoney() ? SHORT_MULTIPLIERS[text] : undefined;
    const name = text.toLowerCase().replace(/s$/, "");
    const by = short ?? (Object.hasOwn(MULTIPLIERS, name) ? MULTIPLIERS[name] : undefined);
    if (by === undefined) return undefined;
    this.at++;
    return numberNode(fromDecimal(by)!);
  }

  private afterMoney(): boolean {
    return /^[$€£¥₹₩₽]$/.test(this.tokens[this.at - 2]?.text ?? "");
  }

  /** Whether what follows is multiplied with nothing between. */
  private factorFollows(left: Node["kind"], numeric: boolean): boolean {
    const { kind, text, spaced, style } = this.token;
    const before = this.tokens[this.at - 1]!;
    switch (kind) {
      case "number":
        return !spaced && (before.text === ")" || before.text === "}");
      case "command":
        return text !== "degree" && (FACTOR_COMMANDS.has(text) || GREEK.has(text) || Object.hasOwn(FUNCTIONS, text));
      case "sign":
        if (text === "(" && /^p?mod$/.test(this.tokens[this.at + 1]!.text)) return false;
        return text === "(" || text === "{" || (text === "|" && this.bars === 0);
      case "letters":
        // Minutes, and no minimum.
        if (text === "min" && numeric && this.tokens[this.at + 1]!.text !== "(") return false;
        if (this.mathName()) return true;
        if (text === "U" && left === "bracket") return false;
        if (style === "text" || JOINERS.has(text)) return false;
        if (text.length === 1) return !(numeric && this.lonelyUnit());
        if (style === "roman" || /[^A-Za-z]/.test(text)) return false;
        if (numeric && (isUnit(text) || spaced)) return false;
        return text.length <= 3;
      default:
        return false;
    }
  }

  /** Whether a single letter after a number is a unit: `5 m`, `3 m/s`, and `5m²` of a unit that cannot be a variable. */
  private lonelyUnit(): boolean {
    const { text, spaced, style, from } = this.token;
    if (style === "roman") return isUnit(text) && text !== "e" && text !== "i";
    if (!LETTER_UNITS.has(text)) return /[^A-Za-z]/.test(text);
    const after = this.tokens[this.at + 1]!;
    const ends =
      after.kind === "end" || after.kind === "number" || /^(?:[,;=.^/)]|\\|and|or|per|approx)$/.test(after.text);
    // A variable has no thousands and seldom decimals before it.
    return ends && (spaced || /[\d.,]{4}$/.test(this.source.slice(0, from)));
  }

  protected power(): Node {
    return this.deeper(() => {
      let node = this.postfix();
      if (this.is("^") && this.token.kind === "sign" && !this.degreeFollows()) {
        this.at++;
        node = apply("power", node, this.exponent());
      }
      if (this.degreeFollows() || this.is("degree")) node = this.degrees(node);
      return node;
    });
  }

  /** `^\circ`, `^{\circ}`. */
  protected degreeFollows(): boolean {
    if (!this.is("^")) return false;
    const at = this.tokens[this.at + 1]?.text === "{" ? 2 : 1;
    return this.tokens[this.at + at]?.text === "degree";
  }

  /** An angle in degrees; those of temperature are left for the unit. */
  private degrees(node: Node): Node {
    const start = this.at;
    const braced = this.is("^") && this.tokens[this.at + 1]?.text === "{";
    while (!this.is("degree")) this.at++;
    this.at++;
    if (braced) this.expect("}");
    if (this.token.kind === "letters" && /^[CFK]$/.test(this.token.text)) {
      this.at = start;
      return node;
    }
    return apply("degree", node);
  }

  private exponent(): Node {
    if (this.is("{")) return this.group();
    if (this.is("-") || this.is("+")) {
      const negative = this.next().text === "-";
      const node = this.power();
      return negative ? apply("negate", node) : node;
    }
    return this.power();
  }

  private postfix(): Node {
    let node = this.atom();
    for (;;) {
      const { text, kind } = this.token;
      if (kind !== "sign") return node;
      if (text === "!") node = apply("factorial", node);
      else if (text === "'" && node.kind !== "number") node = apply("prime", node);
      else return node;
      this.at++;
    }
  }

  /** What stands in braces, or a bare expression in them. */
  protected group(): Node {
    this.expect("{");
    const node = this.sum();
    this.expect("}");
    return node;
  }

  /** What `\frac` and `\sqrt` take: braces, one digit, one letter, one command. */
  private operand(): Node {
    const token = this.token;
    if (token.text === "{") return this.group();
    const digit = token.kind === "number" && /^\d{2}/.test(this.source.slice(token.from, token.to));
    if (!digit && !(token.kind === "letters" && token.text.length > 1)) return this.atom();
    const first = this.source[token.from]!;
    const rest = this.source.slice(token.from + 1, token.to);
    this.shorten(
      digit
        ? { kind: "number", text: rest, from: token.from + 1, to: token.to, spaced: false, ...valueOf(rest) }
        : { ...token, text: rest, from: token.from + 1, spaced: false },
    );
    return digit ? numberNode(fromDecimal(first)!) : { kind: "symbol", name: first };
  }

  private atom(): Node {
    const token = this.next();
    switch (token.kind) {
      case "number":
        return this.number(token);
      case "letters":
        return this.letters(token);
      case "command":
        return this.command(token);
      case "sign":
        return this.deeper(() => this.bracket(token));
      default:
        throw new Unreadable();
    }
  }

  private number(token: Token): Node {
    if (token.value === undefined) throw new TooMuch();
    const digits = token.text.replace(".", "").replace(/^0+/, "").length;
    const node: Node = {
      kind: "number",
      value: token.value,
      ...(token.decimals === undefined ? {} : { decimals: token.decimals, digits }),
    };
    if (this.is("_")) {
      this.at++;
      const base = this.is("{") ? this.group() : this.atom();
      if (base.kind !== "number" || token.decimals !== undefined) throw new Unreadable();
      return { kind: "number", value: inBase(token.text, base.value), base: base.value.top };
    }
    const part = token.decimals === undefined ? this.mixed() : undefined;
    return part ? numberNode(plus(token.value, part)!) : node;
  }

  /** The fraction of a mixed number: `1/4` after `1 `, `\frac{1}{2}` after 2. Only proper ones are. */
  private mixed(): Rational | undefined {
    const whole = (token: Token | undefined) =>
      token?.kind === "number" && token.decimals === undefined ? token.value : undefined;
    const [first, ...rest] = this.tokens.slice(this.at, this.at + 7);
    let [top, bottom, length]: [Rational | undefined, Rational | undefined, number] = [undefined, undefined, 3];
    if (first?.kind === "number" && first.spaced && rest[0]?.text === "/")
      [top, bottom] = [whole(first), whole(rest[1])];
    else if (first?.text === "frac" && first.kind === "command") {
      const written = rest.map(({ text }) => text).join(" ");
      if (/^\{ \d+ \} \{ \d+ \}/.test(written)) [top, bottom, length] = [whole(rest[1]), whole(rest[4]), 7];
      else if (/^\d\d(?!\d)/.test(written)) {
        [top, bottom] = [fromDecimal(written[0]!), fromDecimal(written[1]!)];
        length = 2;
      }
    }
    if (top === undefined || bottom === undefined || top.top >= bottom.top) return undefined;
    this.at += length;
    return rational(top.top, bottom.top);
  }

  private letters(token: Token): Node {
    const { text, style } = token;
    if (this.mathName(this.at - 1)) return this.mathWord(text);
    if (text.length === 1 && /[A-Za-z]/.test(text)) return this.symbol(text);
    if (style === "text" || /[^A-Za-z]/.test(text)) throw new Unreadable();
    if (/^[A-Z]{2,5}$/.test(text)) return this.symbol(text);
    if (text.length > 3) throw new Unreadable();
    // A run of letters is a product of them; what follows belongs to the last: `ab^2`, `xf(x)`.
    this.at--;
    this.shorten({ ...token, text: text.slice(1), from: token.from + 1, spaced: false });
    return { kind: "symbol", name: text[0]! };
  }

  private mathWord(text: string): Node {
    if (text === "pi") return { kind: "symbol", name: "pi" };
    if (/^(?:inf|oo|infty|infinity)/.test(text)) return { kind: "symbol", name: "infty" };
    if (text === "sqrt") return this.root();
    if (GREEK.has(text) && !Object.hasOwn(FUNCTIONS, text)) return this.symbol(text);
    return this.call(text);
  }

  /** A name with its index; a function where a bracket follows. */
  private symbol(name: string): Node {
    let node: Node = { kind: "symbol", name };
    if (this.is("_") && this.token.kind === "sign") {
      this.at++;
      node = this.indexed(name);
    }
    const { text, spaced } = this.token;
    if (text !== "(" || spaced || node.kind !== "symbol" || name.length > 1) return node;
    if (!CALLED.has(name) && !/^[A-Z]$/.test(name)) return node;
    const mark = this.mark();
    this.at++;
    const argument = this.bracketed("(");
    if (argument.kind === "bracket" || CALLED.has(name)) {
      return apply(`${name}()`, ...(argument.kind === "bracket" ? argument.items : [argument]));
    }
    this.back(mark);
    return node;
  }

  /** An index that can be computed is one, other letters belong to the name. */
  private indexed(name: string): Node {
    const mark = this.mark();
    if (this.is("{")) {
      try {
        const index = this.group();
        if (index.kind !== "symbol") return apply(`${name}_`, index);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
      }
      this.back(mark);
      this.at++;
      const from = this.token.from;
      while (!this.is("}")) if (this.next().kind === "end") throw new Unreadable();
      const text = this.source.slice(from, this.next().from).trim();
      return /^[a-z]$/.test(text)
        ? apply(`${name}_`, { kind: "symbol", name: text })
        : { kind: "symbol", name: `${name}_${text}` };
    }
    const index = this.operandOfIndex();
    return apply(`${name}_`, index);
  }

  private operandOfIndex(): Node {
    return this.token.kind === "number" ? numberNode(this.next().value ?? rational(0n)!) : this.operand();
  }

  private root(): Node {
    let degree: Node | undefined;
    if (this.is("[")) {
      this.at++;
      degree = this.sum();
      this.expect("]");
    }
    const plain = this.tokens[this.at - 1]!.kind === "letters" && this.token.kind === "number";
    const radicand = plain ? this.atom() : this.operand();
    return apply("root", degree ?? numberNode(rational(2n)!), radicand);
  }

  private command(token: Token): Node {
    const { text } = token;
    if (text === "sqrt") return this.root();
    if (text === "frac") {
      const top = this.operand();
      return apply("divide", top, this.operand());
    }
    if (text === "binom") {
      const top = this.operand();
      return apply("binomial", top, this.operand());
    }
    if (text === "emptyset") return { kind: "empty" };
    if (text === "reals" || text.startsWith("set")) return { kind: "symbol", name: text };
    if (text === "lfloor" || text === "lceil") {
      const inner = this.sum();
      this.expect(text === "lfloor" ? "rfloor" : "rceil");
      return apply(text === "lfloor" ? "floor" : "ceil", inner);
    }
    if (text === "sum" || text === "prod") return this.series(text === "sum" ? "add" : "multiply");
    if (text === "begin") return this.environment();
    if (text === "<(") return this.deeper(() => this.bracket({ ...token, text: "<(" }));
    if (/^(?:l|c|v|d)?dots[cbm]?$/.test(text)) return { kind: "symbol", name: "…" };
    if (ACCENTS.has(text)) return this.accent(text);
    if (text === "Re" || text === "Im" || Object.hasOwn(FUNCTIONS, text) || SEVERAL.has(text)) return this.call(text);
    if (isMathName(text)) return this.mathWord(text);
    throw new Unreadable();
  }

  private accent(text: string): Node {
    const from = this.token.from;
    const node = this.operandOrName();
    if (text === "overline" && node.kind === "apply" && node.operator === "add") return apply("conjugate", node);
    return {
      kind: "symbol",
      name: `${text} ${this.source.slice(from, this.tokens[this.at - 1]!.to).replace(/[{} ]/g, "")}`,
    };
  }

  private operandOrName(): Node {
    return this.token.kind === "letters" ? this.symbol(this.next().text) : this.operand();
  }

  /** A function with its arguments: `\sin^2 x`, `\log_2 8`, `\max(a, b)`. */
  private call(written: string): Node {
    let name = FUNCTIONS[written] ?? written;
    let base: Node | undefined;
    let exponent: Node | undefined;
    for (;;) {
      if (this.is("_") && name === "log") {
        this.at++;
        base = this.is("{") ? this.group() : this.operandOfIndex();
      } else if (this.is("^") && !this.degreeFollows()) {
        this.at++;
        exponent = this.exponent();
      } else break;
    }
    const inverse = exponent?.kind === "apply" && exponent.operator === "negate" ? INVERSE[name] : undefined;
    if (inverse !== undefined) [name, exponent] = [inverse, undefined];
    const given = this.argument();
    const operands = base === undefined ? given : [base, ...given];
    if (operands.length > 1 !== (SEVERAL.has(name) || base !== undefined)) throw new Unreadable();
    const node = apply(base === undefined ? name : "logBase", ...operands);
    return exponent === undefined ? node : apply("power", node, exponent);
  }

  /** In brackets, or all factors up to the next function: the argument of `\sin 2x \cos y` is 2x. */
  private argument(): Node[] {
    if (this.is("(") || this.is("{")) {
      const inner = this.bracketed(this.next().text);
      return inner.kind === "bracket" ? inner.items : [inner];
    }
    let node = this.power();
    let numeric = isNumeric(node);
    while (this.factorFollows(node.kind, numeric) && !this.functionFollows()) {
      const factor = this.power();
      numeric &&= isNumeric(factor);
      node = apply("multiply", node, factor);
    }
    return [node];
  }

  private functionFollows(): boolean {
    const { kind, text } = this.token;
    return (kind === "command" || kind === "letters") && (Object.hasOwn(FUNCTIONS, text) || SEVERAL.has(text));
  }

  /** `\sum_{k=1}^{n} k^2` */
  private series(operator: "add" | "multiply"): Node {
    this.expect("_");
    this.expect("{");
    const start = this.relation();
    this.expect("}");
    this.expect("^");
    const to = this.is("{") ? this.group() : this.power();
    const [index, from] = start.kind === "relation" && start.operators.join() === "=" ? start.operands : [];
    if (index?.kind !== "symbol" || from === undefined) throw new Unreadable();
    return { kind: "series", operator, index: index.name, from, to, body: this.product() };
  }

  private environment(): Node {
    const name = this.environmentName();
    if (name === "array" || name === "tabular") {
      this.expect("{");
      while (this.next().text !== "}") if (this.token.kind === "end") throw new Unreadable();
    }
    const rows: Node[][] = [[]];
    while (!(this.is("end") && this.token.kind === "command")) {
      const { text, kind } = this.token;
      if (kind === "end") throw new Unreadable();
      if (text === "hline") this.at++;
      else if (text === "\\" || text === "&") {
        this.at++;
        if (text === "\\") rows.push([]);
      } else {
        const goesOn = text === "=" && !MATRICES.has(name);
        const cell = this.relation();
        const last = rows.at(-1)!.length > 0 ? rows.at(-1)! : rows.at(-2);
        // A row that goes on with `=` belongs to what stands before.
        if (goesOn && last) last[last.length - 1] = joinedRelation(last.at(-1)!, cell);
        else rows.at(-1)!.push(cell);
      }
    }
    this.at++;
    this.environmentName();
    const filled = rows.filter((row) => row.length > 0);
    if (name.startsWith("v") && MATRICES.has(name)) return apply("determinant", { kind: "matrix", rows: filled });
    if (MATRICES.has(name) || filled.some((row) => row.length > 1)) return { kind: "matrix", rows: filled };
    return { kind: "list", items: filled.flat(), joiner: "and" };
  }

  private environmentName(): string {
    this.expect("{");
    const name = this.next().text;
    if (this.is("*")) this.at++;
    this.expect("}");
    return name;
  }

  private bracket(token: Token): Node {
    const { text } = token;
    if (text === "|") {
      if (this.bars > 0) throw new Unreadable();
      this.bars++;
      let inner: Node;
      try {
        inner = this.sum();
      } finally {
        this.bars--;
      }
      this.expect("|");
      return apply("abs", inner);
    }
    if (text === "+" || text === "-") {
      const inner = this.power();
      return text === "-" ? apply("negate", inner) : inner;
    }
    if (!Object.hasOwn(CLOSERS, text)) throw new Unreadable();
    return this.bracketed(text);
  }

  /** What stands in brackets that have opened: one expression in round ones is only grouped. */
  private bracketed(open: string): Node {
    const inner = this.list(CLOSERS[open]!);
    if (!CLOSERS[open]!.includes(this.token.text)) {
      // `\left\{\begin{array}…\end{array}\right.` never closes.
      if (open === "\\{" && this.token.kind === "end" && inner.kind !== "words") return inner;
      throw new Unreadable();
    }
    const close = this.next().text;
    const items = inner.kind === "list" ? inner.items : [inner];
    const grouped = items.length === 1 && (open === "(" || open === "{") && close !== "]";
    if (grouped) {
      if (inner.kind === "words") throw new Unreadable();
      return items[0]!;
    }
    if (items.length === 0 && open === "\\{") return { kind: "empty" };
    const plain: Record<string, string> = { "\\{": "{", "\\}": "}", "<(": "(", ")>": ")" };
    return { kind: "bracket", open: plain[open] ?? open, close: plain[close] ?? close, items };
  }
}

function joinedRelation(left: Node, right: Node): Node {
  const a = left.kind === "relation" ? left : { operators: [], operands: [left] };
  const b = right.kind === "relation" ? right : { operators: [], operands: [right] };
  return {
    kind: "relation",
    operators: [...a.operators, "=", ...b.operators],
    operands: [...a.operands, ...b.operands],
  };
}

/** Whether a node is made of numbers alone, so that a unit may follow it. */
export function isNumeric(node: Node): boolean {
  switch (node.kind) {
    case "number":
      return true;
    case "symbol":
      return node.name === "pi";
    case "apply":
      return node.operands.every(isNumeric);
    default:
      return false;
  }
}

/** The value of digits that are written in a base of 2 to 10. */
function inBase(digits: string, base: Rational): Rational {
  const limit = Number(base.top);
  if (base.bottom !== 1n || limit < 2 || limit > 36 || [...digits].some((digit) => Number(digit) >= limit)) {
    throw new Unreadable();
  }
  const value = rational([...digits].reduce((sum, digit) => sum * base.top + BigInt(digit), 0n));
  if (value === undefined) throw new TooMuch();
  return value;
}

function valueOf(digits: string): { value?: Rational } {
  const value = fromDecimal(digits.replaceAll(",", ""));
  return value ? { value } : {};
}
