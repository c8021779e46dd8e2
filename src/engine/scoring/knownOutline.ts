/** Spans of a text that is known beforehand, mapped to the tokens of the model that reads it. */
import { countBefore } from "../../core/measure/binarySearch";
import type { EventOf } from "../../core/trace/trace";
import type { Outline } from "../decoding/structure";
import type { ReadToken } from "./readTokens";
import type { KnownSpan } from "./writtenText";

export class KnownOutline implements Outline {
  /** The axis offset of each token read so far. */
  private readonly offsets: number[] = [];
  /** By their ends, inner ones first. */
  private readonly waiting: KnownSpan[];

  constructor(
    private readonly tokens: readonly ReadToken[],
    spans: readonly KnownSpan[],
  ) {
    this.waiting = spans.filter(({ from, to }) => to > from).sort((a, b) => a.to - b.to || b.from - a.from);
  }

  push(_text: string, at: number): EventOf<"span">[] {
    this.offsets.push(at);
    const next = this.tokens[this.offsets.length]?.from ?? Infinity;
    const open = this.waiting.findIndex(({ to }) => to > next);
    return this.waiting.splice(0, open < 0 ? this.waiting.length : open).flatMap((span) => this.close(span));
  }

  finish(): EventOf<"span">[] {
    if (this.offsets.length === 0) return [];
    return this.waiting.splice(0).flatMap((span) => this.close(span));
  }

  /** The axis offset after everything read that lies before `character`. */
  after(character: number): number {
    const index = this.offsets.findLastIndex((_, token) => this.tokens[token]!.from < character);
    return index < 0 ? (this.offsets[0] ?? 0) : this.offsets[index]! + 1;
  }

  /** Nothing where the reading ended before the span. */
  private close({ kind, label, from, to }: KnownSpan): EventOf<"span">[] {
    const first = this.holding(from);
    const start = this.offsets[first];
    if (start === undefined) return [];
    const end = Math.max(this.after(to), start + 1);
    return [{ t: "span", kind, from: start, to: end, ...(label === undefined ? {} : { label }) }];
  }

  /** The token that holds `character`; of several that make one character the first. */
  private holding(character: number): number {
    let token = Math.max(0, countBefore(this.tokens.length, (index) => this.tokens[index]!.from <= character) - 1);
    while (token > 0 && this.tokens[token - 1]!.from === this.tokens[token]!.from) token -= 1;
    return token;
  }
}
