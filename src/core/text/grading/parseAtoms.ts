/** Reads the smallest parts of expressions: numbers, names, fractions and roots. */
import { ACCENTS, CALLED, FUNCTIONS, GREEK, isMathName, SEVERAL } from "./names";
import { apply, TooMuch, type Node } from "./node";
import { FunctionParser } from "./parseFunctions";
import { fromDecimal, plus, rational, type Rational } from "./rational";
import { Unreadable } from "./tokenReader";
import type { Token } from "./tokens";

const isNumber = ({ kind }: Node) => kind === "number";
const numberNode = (value: Rational): Node => ({ kind: "number", value });

export abstract class AtomParser extends FunctionParser {
  protected atom(): Node {
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
    // C(5, 2): how many ways there are to choose.
    if (name === "C" && argument.kind === "bracket" && argument.items.length === 2 && argument.items.every(isNumber))
      return apply("binomial", ...argument.items);
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

  protected operandOfIndex(): Node {
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
