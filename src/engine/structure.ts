/**
 * Finds thinking, its steps, summaries and the answer in the text while it is written, and gives them as spans of the
 * axis. Tags may be split over tokens; a model that uses none thinks until the line that holds its answer.
 */
import type { EventOf, SpanKind } from "../core/trace";

type Span = EventOf<"span">;
type State = "start" | "thinking" | "summary" | "answer";

/** What opens and closes a state, and which state follows. */
const MARKERS: Record<State, { pattern: RegExp; next: State }[]> = {
  start: [
    { pattern: /<think(?:ing)?>/, next: "thinking" },
    { pattern: /<summary>/, next: "summary" },
    { pattern: /<\/think(?:ing)?>/, next: "answer" },
  ],
  thinking: [{ pattern: /<\/think(?:ing)?>/, next: "answer" }],
  summary: [{ pattern: /<\/summary>/, next: "start" }],
  answer: [{ pattern: /<summary>/, next: "summary" }],
};

/** Longer than any marker: an unfinished one is waited for within this many characters. */
const LONGEST_MARKER = 16;
const ANSWER_MARKER = /\\boxed\{|####/;

export class Structure {
  private state: State = "start";
  private text = "";
  /** For each token its first character and its offset on the axis. */
  private readonly tokens: { character: number; at: number }[] = [];
  private end = 0;
  /** Where the running state, and where the running line, began. */
  private stateFrom = 0;
  private lineFrom = 0;
  private scanned = 0;

  /** Drafts stand several on a line. */
  private readonly lineEnd: RegExp;

  constructor(private readonly stepKind: SpanKind) {
    this.lineEnd = stepKind === "draft" ? /[;\n]/ : /\n/;
  }

  /** @returns spans that closed with this token */
  push(text: string, at: number): Span[] {
    this.tokens.push({ character: this.text.length, at });
    this.text += text;
    this.end = at + 1;
    const closed: Span[] = [];
    while (this.advance(closed));
    return closed;
  }

  /** Closes what is open and starts anew, as at the end of a run or the beginning of a round. */
  finish(): Span[] {
    const closed: Span[] = [];
    this.closeState(this.text.length, closed);
    this.state = "start";
    this.text = "";
    this.tokens.length = 0;
    this.stateFrom = this.lineFrom = this.scanned = 0;
    return closed;
  }

  /** Finds the next marker or line end. @returns whether there may be another */
  private advance(closed: Span[]): boolean {
    const rest = this.text.slice(this.scanned);
    const [found] = MARKERS[this.state]
      .flatMap(({ pattern, next }) => {
        const match = pattern.exec(rest);
        return match
          ? [{ from: this.scanned + match.index, to: this.scanned + match.index + match[0].length, next }]
          : [];
      })
      .sort((a, b) => a.from - b.from);
    this.closeLines(found?.from ?? this.text.length, closed);
    if (!found) {
      this.scanned = Math.max(this.scanned, this.text.length - LONGEST_MARKER);
      return false;
    }
    this.closeState(found.from, closed);
    this.state = found.next;
    this.stateFrom = this.lineFrom = this.scanned = found.to;
    return true;
  }

  /** Steps: finished lines of thinking up to character `limit`. */
  private closeLines(limit: number, closed: Span[]): void {
    if (this.state !== "thinking" && this.state !== "start") return;
    for (;;) {
      const length = this.text.slice(this.lineFrom, limit).search(this.lineEnd);
      if (length < 0) return;
      const end = this.lineFrom + length;
      // What separates drafts belongs to the one before it: a mark of its own it is not.
      this.closeLine(this.text[end] === ";" ? end + 1 : end, closed);
      this.lineFrom = end + 1;
    }
  }

  private closeLine(to: number, closed: Span[]): void {
    const line = this.text.slice(this.lineFrom, to);
    if (this.state === "start" && ANSWER_MARKER.test(this.text.slice(this.stateFrom, to))) return;
    if (line.trim() !== "")
      this.close(this.stepKind, this.lineFrom + (line.length - line.trimStart().length), to, closed);
  }

  private closeState(to: number, closed: Span[]): void {
    switch (this.state) {
      case "thinking":
        this.closeLine(to, closed);
        return this.close("thinking", this.stateFrom, to, closed);
      case "summary":
        return this.close("summary", this.stateFrom, to, closed);
      case "answer":
        return this.close("answer", this.stateFrom, to, closed);
      case "start":
        return this.closeUntagged(to, closed);
    }
  }

  /** Without tags, thinking ends before the line that holds the answer. */
  private closeUntagged(to: number, closed: Span[]): void {
    const text = this.text.slice(this.stateFrom, to);
    if (text.trim() === "") return;
    const marker = ANSWER_MARKER.exec(text)?.index;
    if (marker === undefined) {
      this.closeLine(to, closed);
      return this.close("thinking", this.stateFrom, to, closed);
    }
    const lineStart = this.stateFrom + text.lastIndexOf("\n", marker) + 1;
    if (text.slice(0, lineStart - this.stateFrom).trim() !== "")
      this.close("thinking", this.stateFrom, lineStart, closed);
    this.close("answer", lineStart, to, closed);
  }

  private close(kind: SpanKind, from: number, to: number, closed: Span[]): void {
    if (to <= from || this.text.slice(from, to).trim() === "") return;
    const first = this.offset(from);
    const last = this.offset(to - 1) + 1;
    if (last > first) closed.push({ t: "span", kind, from: first, to: Math.min(last, this.end) });
  }

  /** The axis offset of the token that holds `character`. */
  private offset(character: number): number {
    let low = 0;
    let high = this.tokens.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tokens[middle]!.character <= character) low = middle;
      else high = middle - 1;
    }
    return this.tokens[low]?.at ?? 0;
  }
}
