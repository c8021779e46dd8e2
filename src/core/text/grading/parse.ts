/** Reads an answer: lists and brackets, relations, numbers with units. What is no mathematics stays words. */
import { AtomParser } from "./parseAtoms";
import { isNumeric } from "./parseExpression";
import { Unreadable } from "./tokenReader";
import { readable } from "./dress";
import { ALTERNATIVES, JOINERS, RELATIONS } from "./names";
import { holds, TooMuch, type Node } from "./node";
import { tokens, type Comma } from "./tokens";
import { degrees } from "./sameQuantity";
import { readUnits, type Unit } from "./units";

const MONEY = new Set(
  "$ € £ ¥ ₹ ₩ ₽ ₺ ₫ ฿ ₪ ₱ ₦ ₴ USD EUR GBP JPY CNY RMB INR CHF Rs CAD AUD NZD HKD SGD MXN BRL KRW RUB SEK NOK DKK PLN CZK HUF TRY ZAR THB VND IDR PHP".split(
    " ",
  ),
);
const ABOUT = new Set(["about", "approximately", "approx", "around", "roughly", "circa", "ca"]);

class AnswerParser extends AtomParser {
  /** All up to one of `closers`. */
  override list(closers: readonly string[]): Node {
    return this.deeper(() => {
      const groups: Node[][] = [[]];
      let joiner: "" | "and" | "or" = "";
      while (!this.ends(closers)) {
        if (this.separator()) {
          if (this.token.kind === "letters") joiner = ALTERNATIVES.has(this.token.text.toLowerCase()) ? "or" : "and";
          // Of “a, and b” both are one separator.
          if (this.is(";") || this.is("\\")) groups.push([]);
          this.at++;
        } else groups.at(-1)!.push(this.item(closers));
      }
      const filled = groups.filter((group) => group.length > 0);
      const tuples = filled.length > 1 && filled.some((group) => group.length > 1);
      const items = tuples
        ? filled.map((group): Node =>
            group.length === 1 ? group[0]! : { kind: "bracket", open: "(", close: ")", items: group },
          )
        : filled.flat();
      return items.length === 1 ? items[0]! : { kind: "list", items, joiner };
    });
  }

  private separator(): boolean {
    const { kind, text } = this.token;
    if (kind === "letters") return JOINERS.has(text);
    return (kind === "sign" && (text === "," || text === ";" || text === "&")) || (kind === "command" && text === "\\");
  }

  private ends(closers: readonly string[]): boolean {
    return this.token.kind === "end" || closers.includes(this.token.text);
  }

  /** One of a list: mathematics, and where it is none, its words. */
  private item(closers: readonly string[]): Node {
    const mark = this.mark();
    const done = () => this.ends(closers) || this.separator();
    if (!this.onlyWords(done)) {
      try {
        const node = this.relation();
        if (done()) return node;
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
      }
    }
    this.back(mark);
    return this.words(done);
  }

  /** Whether there is nothing but letters up to the end of the item, and no name of mathematics among them. */
  private onlyWords(done: () => boolean): boolean {
    const start = this.at;
    let letters = 0;
    while (!done() && this.token.kind === "letters" && !this.mathName()) letters += this.next().text.length;
    const only = done() && letters > 1;
    this.at = start;
    return only;
  }

  /** The text up to the end of the item; what stands in brackets belongs to it. */
  private words(done: () => boolean): Node {
    const from = this.token.from;
    let depth = 0;
    let to = from;
    while (this.token.kind !== "end" && (depth > 0 || !done())) {
      const token = this.next();
      if ("([{".includes(token.text)) depth++;
      else if (")]}".includes(token.text) && depth > 0) depth--;
      to = token.to;
    }
    const text = this.source.slice(from, to);
    return ALL_REALS.test(text) ? { kind: "symbol", name: "reals" } : { kind: "words", text };
  }

  override relation(): Node {
    if (this.token.kind === "letters" && ABOUT.has(this.token.text.toLowerCase())) {
      this.at++;
      if (this.is(".")) this.at++;
    } else if (["approx", "=", "~"].includes(this.token.text)) this.at++;
    const operands = [this.side()];
    const operators: string[] = [];
    while (RELATIONS.has(this.token.text)) {
      operators.push(this.next().text);
      const from = this.at;
      operands.push(this.side());
      if (this.is("=") && this.nextIsNamed(operands.at(-1)!, from)) throw new Unreadable();
    }
    const node: Node = operators.length === 0 ? operands[0]! : { kind: "relation", operators, operands };
    return this.modulus(node);
  }

  /** `2 y` of `x = 2 y = 3`, which may be two equations with nothing between them; so may `5 width`. */
  private nextIsNamed(side: Node, from: number): boolean {
    if (side.kind === "quantity") return side.units.some(({ nouns }) => nouns.length > 0);
    const [number, letter] = side.kind === "apply" && side.operator === "multiply" ? side.operands : [];
    const beside = this.at - from > 1 && this.tokens[this.at - 1]!.spaced && this.tokens[this.at - 2]!.text !== "*";
    return (
      beside && letter?.kind === "symbol" && isNumeric(number!) && !holds(number!, ({ kind }) => kind === "symbol")
    );
  }

  /** `3 \pmod{7}`: what is said of the last side. */
  private modulus(node: Node): Node {
    const round = this.is("(") && /^p?mod$/.test(this.tokens[this.at + 1]?.text ?? "");
    if (round) this.at++;
    if (!/^[bp]?mod$/.test(this.token.text)) return node;
    this.at++;
    const by = this.is("{") ? this.group() : this.sum();
    if (round) this.expect(")");
    const residue = (of: Node): Node => ({ kind: "apply", operator: "mod", operands: [of, by] });
    if (node.kind !== "relation") return residue(node);
    return { ...node, operands: node.operands.with(-1, residue(node.operands.at(-1)!)) };
  }

  private side(): Node {
    const parts = [this.union()];
    while (this.is(":") && this.token.kind === "sign") {
      this.at++;
      parts.push(this.union());
    }
    return parts.length === 1 ? parts[0]! : { kind: "ratio", parts };
  }

  private union(): Node {
    let node = this.named() ?? this.measured();
    for (;;) {
      const { text } = this.token;
      const isUnion =
        text === "U" && node.kind === "bracket" && /^(?:\(|\[|\\?\{)$/.test(this.tokens[this.at + 1]?.text ?? "");
      if (!isUnion && !["cup", "cap", "setminus", "backslash"].includes(text)) return node;
      this.at++;
      const operator = isUnion ? "cup" : text === "backslash" ? "setminus" : text;
      node = { kind: "apply", operator, operands: [node, this.measured()] };
    }
  }

  /** `Area = 5`: words that only name what the next side is. */
  private named(): Node | undefined {
    const start = this.at;
    while (this.token.kind === "letters" && !JOINERS.has(this.token.text)) this.at++;
    const letters = this.tokens.slice(start, this.at).reduce((sum, { text }) => sum + text.length, 0);
    if (letters > 1 && (this.is("=") || this.is(":")) && !this.mathName(start)) {
      return { kind: "words", text: this.source.slice(this.tokens[start]!.from, this.tokens[this.at - 1]!.to) };
    }
    this.at = start;
    return undefined;
  }

  /** A number with its currency before it and its unit behind, or what has none. */
  private measured(): Node {
    const start = this.at;
    const negative = this.is("-");
    if (negative) this.at++;
    const money = this.money();
    if (money.length === 0) this.at = start;
    let number = this.sum();
    if (money.length > 0 && negative) number = { kind: "apply", operator: "negate", operands: [number] };
    const units = number.kind === "bracket" ? [] : this.units();
    // Words after what has variables are no unit of it.
    if (units.some(({ nouns }) => nouns.length > 0) && !isNumeric(number)) throw new Unreadable();
    if (units.length === 0 && money.length === 0) {
      return number.kind === "apply" && number.operator === "degree" ? degrees(number.operands[0]!) : number;
    }
    // `$3 million` has taken its multiplier, `$5 USD` says it twice.
    const quantity: Node = { kind: "quantity", number, units: money.length > 0 ? money : units };
    if (this.token.kind !== "number") return quantity;
    // `5 feet 3 inches`
    const rest = this.measured();
    const more = rest.kind === "list" ? rest.items : [rest];
    if (more.some((each) => each.kind !== "quantity")) throw new Unreadable();
    return { kind: "list", items: [quantity, ...more], joiner: "and" };
  }

  private money(): Unit[] {
    const [first, second] = [this.token.text, this.tokens[this.at + 1]?.text ?? ""];
    const both = /^(?:US|A|AU|C|CA|HK|NZ|S|R|MX)$/.test(first) && second === "$";
    if (!both && !MONEY.has(first)) return [];
    this.at += both ? 2 : 1;
    if (this.is(".")) this.at++;
    if (this.token.kind !== "number" && !/^(?:-|frac|sqrt)$/.test(this.token.text)) return [];
    return readUnits(both ? `${first.toLowerCase()}$`.replace("us$", "$") : first);
  }

  /** The words behind a number. @throws Unreadable where they say more than what is counted */
  private units(): Unit[] {
    const from = this.token.from;
    let to = from;
    while (this.inUnit(to > from)) {
      to = this.next().to;
      if (this.tokens[this.at - 1]!.text === "^") to = this.unitPower() ?? to;
    }
    if (to === from) return [];
    const text = readable(
      this.source
        .slice(from, to)
        .replace(/\^? ?\{? ?\\(?:circ|degree) ?\}? ?/g, "°")
        .replace(/\\(?:cdot|times)/g, "*"),
    );
    if (SAYS_MORE.test(text) || SAYS_MORE_ELSEWHERE.test(text)) throw new Unreadable();
    return readUnits(text.replace(/per ?cent/i, "percent").replace(/degrees? (?=celsius|fahrenheit)/i, ""));
  }

  private inUnit(begun: boolean): boolean {
    const { kind, text } = this.token;
    if (kind === "letters") return !JOINERS.has(text);
    if (kind === "command") return text === "degree";
    if (kind !== "sign") return false;
    if (text === "^") return begun || this.degreeFollows();
    return (
      text === "%" ||
      text === "$" ||
      (begun && (text === "/" || text === "*" || text === "." || text === "'" || text === "-"))
    );
  }

  /** Where the exponent of a unit ends. */
  private unitPower(): number | undefined {
    const braced = this.is("{");
    if (braced) this.at++;
    if (this.is("-")) this.at++;
    if (this.token.kind !== "number" && !this.is("degree")) throw new Unreadable();
    let { to } = this.next();
    if (braced) {
      to = this.token.to;
      this.expect("}");
    }
    return to;
  }
}

const ALL_REALS = /^(?:all |the )*(?:real numbers?|reals)$/i;

/** Words that make another number of a number, or of which it is only a part. */
const SAYS_MORE =
  /\b(?:times(?! *$)|plus|minus|divided|root|factorial|half|halves|thirds?|quarters?|fourths?|fifths?|not|less|more|fewer|greater|than|to|out of|over|if|when|where|because|since|but|is|are|was|were|equals?)\b/i;
/** The same in other languages, of which some divide no words. */
const SAYS_MORE_ELSEWHERE =
  /[以未][上下内满満外]|[超不多余餘几幾半倍割成折]|이상|이하|미만|초과|(?<!\p{L})(?:mehr|weniger|mindestens|höchstens|más|mas|menos|mayor|menor|moins|più|meno|mais|nicht|non|pas|больше|меньше|более|менее|не|раза?)(?!\p{L})/iu;

/**
 * Reads a whole answer. Nothing is thrown for words.
 * @param source an undressed answer
 * @param comma what a comma between two digits means
 * @throws TooMuch for more tokens or brackets in brackets than a person writes
 */
export function parse(source: string, comma: Comma): Node {
  const found = tokens(source, comma);
  if (!found) throw new TooMuch();
  return new AnswerParser(source, found).list([]);
}
