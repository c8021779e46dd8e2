/** Reads the tokens of one tag after the other. */
import type { Token } from "./tokens";

/** Brackets, operators and blocks that stand in each other. */
const DEEPEST = 200;

export class TokenReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get current(): Token {
    return this.tokens[this.at]!;
  }

  /** Whether a name stands here, or one of several; and whether one behind it, in `next`. */
  isName(...names: string[]): boolean {
    return this.current.type === "name" && names.includes(this.current.value);
  }
  followedBy(name: string): boolean {
    const next = this.tokens[this.at + 1];
    return next?.type === "name" && next.value === name;
  }
  isOperator(...operators: string[]): boolean {
    return this.current.type === "op" && operators.includes(this.current.value);
  }
  /** `name=`, as arguments are given. */
  get isKeyword(): boolean {
    const next = this.tokens[this.at + 1];
    return this.current.type === "name" && next?.type === "op" && next.value === "=";
  }

  next(): Token {
    const { current } = this;
    if (current.type !== "end") this.at += 1;
    return current;
  }
  skipName(name: string): boolean {
    const is = this.isName(name);
    if (is) this.at += 1;
    return is;
  }
  skipOperator(operator: string): boolean {
    const is = this.isOperator(operator);
    if (is) this.at += 1;
    return is;
  }
  expectOperator(operator: string): void {
    if (!this.skipOperator(operator)) this.fail(`'${operator}'`);
  }
  expectName(): string {
    if (this.current.type !== "name") this.fail("a name");
    return this.next().value;
  }
  expectEnd(): void {
    if (this.current.type !== "end") this.fail("the end of the tag");
  }
  fail(expected: string): never {
    const { type, value } = this.current;
    throw new SyntaxError(`${expected} is expected, not ${type === "end" ? "the end of the tag" : `'${value}'`}`);
  }

  /** @throws SyntaxError where too much stands in each other */
  deeper<Result>(read: () => Result): Result {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new SyntaxError("the template is nested too deeply");
    const result = read();
    this.depth -= 1;
    return result;
  }
}
