/**
 * Thinking, its steps, summaries and the answer as spans of the axis, while the text is written. What is thinking the
 * segmenter says; this maps its characters to positions. A model that uses no tags thinks until the line of its answer.
 */
import { countBefore } from "../../core/measure/binarySearch";
import { answerLine, Segmenter, type Segment, type SegmentOptions } from "../../core/text/segment";
import type { EventOf, SpanKind } from "../../core/trace/trace";

type Span = EventOf<"span">;

const ANSWER_MARKER = /\\boxed\{|####/;

/** Says what is what in a text while it is read or written. */
export interface Outline {
  /** @returns spans that closed with this token */
  push(text: string, at: number): Span[];
  /** Closes what is open and starts anew, as at the end of a run or the beginning of a round. */
  finish(): Span[];
}

export class Structure implements Outline {
  private segmenter: Segmenter;
  private text = "";
  /** For each token its first character and its offset on the axis. */
  private tokens: { character: number; at: number }[] = [];
  private end = 0;
  /** Segments that were given as spans. */
  private given = 0;
  /** Where the running line began. */
  private lineFrom = 0;
  /** Drafts stand several on a line. */
  private readonly lineEnd: RegExp;

  /**
   * @param reading how the model marks its thinking, and whether its template opens it
   * @param answersAtOnce the template has closed thinking: a text without marks is no thinking then
   */
  constructor(
    private readonly stepKind: SpanKind,
    private readonly reading: SegmentOptions = {},
    private readonly answersAtOnce = false,
  ) {
    this.segmenter = new Segmenter(reading);
    this.lineEnd = stepKind === "draft" ? /[;\n]/ : /\n/;
  }

  push(text: string, at: number): Span[] {
    this.tokens.push({ character: this.text.length, at });
    this.text += text;
    this.end = at + 1;
    const segments = this.segmenter.push(text);
    const closed = this.give(segments.slice(0, -1));
    const last = segments.at(-1);
    if (last && this.holdsSteps(last)) closed.push(...this.steps(last.from, last.to, false));
    return closed;
  }

  finish(): Span[] {
    const segments = this.segmenter.finish();
    const closed = this.give(segments.length === 1 && this.given === 0 ? this.untagged(segments[0]!) : segments);
    this.segmenter = new Segmenter(this.reading);
    this.text = "";
    this.tokens = [];
    this.given = this.lineFrom = 0;
    return closed;
  }

  /** Spans of the segments that have not been given yet, all of them closed. */
  private give(segments: readonly Segment[]): Span[] {
    const fresh = segments.slice(this.given);
    this.given = Math.max(this.given, segments.length);
    return fresh.flatMap((segment) => {
      const { kind, from, to } = segment;
      if (kind === "history" || kind === "tool" || kind === "prompt") return [];
      const steps = kind === "thinking" ? this.steps(from, to, true) : [];
      this.lineFrom = Math.max(this.lineFrom, to);
      return [...steps, ...this.span(kind, from, to)];
    });
  }

  /** A text without tags: thinking, then the line that holds the answer. */
  private untagged(segment: Segment): Segment[] {
    if (this.answersAtOnce || segment.kind !== "answer" || segment.from !== 0) return [segment];
    const at = answerLine(this.text);
    const parts: Segment[] = [
      { kind: "thinking", from: 0, to: at, open: false },
      { kind: "answer", from: at, to: segment.to, open: false },
    ];
    return parts.filter(({ from, to }) => this.text.slice(from, to).trim() !== "");
  }

  /** Whether lines of a segment that is still open are steps of thinking. */
  private holdsSteps({ kind, from, to }: Segment): boolean {
    if (kind === "thinking") return true;
    return (
      !this.answersAtOnce && kind === "answer" && from === 0 && !ANSWER_MARKER.test(this.text.slice(this.lineFrom, to))
    );
  }

  /** Finished lines from the running one up to character `to`; at the end of a segment its last line as well. */
  private steps(from: number, to: number, final: boolean): Span[] {
    const found: Span[] = [];
    this.lineFrom = Math.max(this.lineFrom, from);
    for (;;) {
      const length = this.text.slice(this.lineFrom, to).search(this.lineEnd);
      if (length < 0) break;
      const end = this.lineFrom + length;
      // What separates drafts belongs to the one before it: a mark of its own it is not.
      found.push(...this.step(this.lineFrom, this.text[end] === ";" ? end + 1 : end));
      this.lineFrom = end + 1;
    }
    if (final) found.push(...this.step(this.lineFrom, to));
    return found;
  }

  private step(from: number, to: number): Span[] {
    const line = this.text.slice(from, to);
    return this.span(this.stepKind, from + (line.length - line.trimStart().length), to);
  }

  private span(kind: SpanKind, from: number, to: number): Span[] {
    if (this.text.slice(from, to).trim() === "") return [];
    return [{ t: "span", kind, from: this.offset(from), to: Math.min(this.offset(to - 1) + 1, this.end) }];
  }

  /** The axis offset of the token that holds `character`. */
  private offset(character: number): number {
    const begun = countBefore(this.tokens.length, (index) => this.tokens[index]!.character <= character);
    return this.tokens[Math.max(0, begun - 1)]?.at ?? 0;
  }
}
