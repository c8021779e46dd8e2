/** Reads functions with their arguments, sums over an index, and environments. */
import { FUNCTIONS, INVERSE, MATRICES, SEVERAL } from "./names";
import { apply, type Node } from "./node";
import { ExpressionParser, isNumeric } from "./parseExpression";
import { Unreadable } from "./tokenReader";

export abstract class FunctionParser extends ExpressionParser {
  protected abstract operandOfIndex(): Node;

  /** A function with its arguments: `\sin^2 x`, `\log_2 8`, `\max(a, b)`. */
  protected call(written: string): Node {
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
  protected series(operator: "add" | "multiply"): Node {
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

  protected environment(): Node {
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
