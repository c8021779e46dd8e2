/** Tokens read one after another, with a way back. */
import { isMathName } from "./names";
import { TooMuch } from "./node";
import type { Token } from "./tokens";

/** What stands here is no mathematics that is known. */
export class Unreadable extends Error {}

/** Brackets in brackets. */
const DEEPEST = 60;

export abstract class TokenReader {
  protected at = 0;
  private depth = 0;
  /** Tokens that were read in parts, as they were. */
  private readonly changes: [index: number, token: Token][] = [];

  constructor(
    protected readonly source: string,
    protected readonly tokens: Token[],
  ) {}

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
  protected shorten(rest: Token): void {
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

  /** `^\circ`, `^{\circ}`. */
  protected degreeFollows(): boolean {
    if (!this.is("^")) return false;
    const at = this.tokens[this.at + 1]?.text === "{" ? 2 : 1;
    return this.tokens[this.at + at]?.text === "degree";
  }
}
