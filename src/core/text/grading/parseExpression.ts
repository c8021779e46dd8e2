/** Reads expressions of LaTeX and of plain mathematics, by recursive descent: bounded in depth, no step is taken twice. */
import { CALLED, FUNCTIONS, GREEK, JOINERS, LETTER_UNITS } from "./names";
import { apply, type Node } from "./node";
import { fromDecimal } from "./rational";
import { TokenReader, Unreadable } from "./tokenReader";
import type { Token } from "./tokens";
import { isUnit } from "./units";

const MULTIPLIERS: Record<string, string> = {
  hundred: "100",
  thousand: "1000",
  million: "1000000",
  mio: "1000000",
  mn: "1000000",
  billion: "1000000000",
  bn: "1000000000",
  trillion: "1000000000000",
  lakh: "100000",
  crore: "10000000",
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

export abstract class ExpressionParser extends TokenReader {
  private bars = 0;

  abstract list(closers: readonly string[]): Node;
  abstract relation(): Node;
  /** One factor: a number, a name, a function with its argument, what stands in brackets. */
  protected abstract atom(): Node;

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

  protected product(): Node {
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
    const short = !spaced && this.afterMoney() && text.length === 1 ? SHORT_MULTIPLIERS[text] : undefined;
    const name = text.toLowerCase().replace(/s$/, "");
    const by = short ?? (Object.hasOwn(MULTIPLIERS, name) ? MULTIPLIERS[name] : undefined);
    if (by === undefined) return undefined;
    this.at++;
    return { kind: "number", value: fromDecimal(by)! };
  }

  private afterMoney(): boolean {
    return /^[$€£¥₹₩₽]$/.test(this.tokens[this.at - 2]?.text ?? "");
  }

  /** Whether what follows is multiplied with nothing between. */
  protected factorFollows(left: Node["kind"], numeric: boolean): boolean {
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
        // 1st, 2nd
        if (numeric && !spaced && /^(?:st|nd|rd|th)$/.test(text)) return false;
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

  protected exponent(): Node {
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
      else return text === "(" && isDerivative(node) ? this.derivative(node) : node;
      this.at++;
    }
  }

  /** f'(x): no product. */
  private derivative(of: Node): Node {
    this.at++;
    const argument = this.bracketed("(");
    return apply("derivative()", of, ...(argument.kind === "bracket" ? argument.items : [argument]));
  }

  /** What stands in braces, or a bare expression in them. */
  protected group(): Node {
    this.expect("{");
    const node = this.sum();
    this.expect("}");
    return node;
  }

  protected bracket(token: Token): Node {
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
  protected bracketed(open: string): Node {
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
    // Braces without backslashes are not seen in LaTeX: what they hold is a list.
    if (open === "{" && items.length > 1) return { kind: "list", items, joiner: "" };
    if (items.length === 0 && open === "\\{") return { kind: "empty" };
    const plain: Record<string, string> = { "\\{": "{", "\\}": "}", "<(": "(", ")>": ")" };
    return { kind: "bracket", open: plain[open] ?? open, close: plain[close] ?? close, items };
  }
}

/** f', f'' of a letter that is a function. */
function isDerivative(node: Node): boolean {
  if (node.kind !== "apply" || node.operator !== "prime") return false;
  const [of] = node.operands;
  return of!.kind === "symbol" ? CALLED.has(of.name) : isDerivative(of!);
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
