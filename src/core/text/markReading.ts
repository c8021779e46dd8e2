/** One reading of the marks in a text, in their order: what is thinking, answer and the rest between them. */
import { THINK_FORMATS } from "./thinkFormat";
import { LONGEST_MARK } from "./namedMark";
import type { Mark } from "./thinkMark";

/** `tool`: calls and their results; `prompt`: turns of others, where a whole conversation was copied. */
export type SegmentKind = "thinking" | "answer" | "summary" | "history" | "after-exit" | "tool" | "prompt";

/** A stretch of the text by character offsets, without its marks; `to` is exclusive. */
export interface Segment {
  kind: SegmentKind;
  from: number;
  to: number;
  /** Whether more of it may come. */
  open: boolean;
}

/** A mark with the number of the code fence around it, 0 outside. */
export type Marker = Mark & { fence: number };

type State = SegmentKind | "start" | "nothing";

/** By their openers, formats whose closer ends messages of every kind, and what begins a message of theirs. */
const MESSAGES = new Map(
  THINK_FORMATS.flatMap(({ endsMessages, opener, closer, close, answer }) =>
    endsMessages ? [[opener, { closer, header: close.slice(closer.length, -answer!.opener.length) }]] : [],
  ),
);

/** One pass over the markers. */
export class MarkReading {
  readonly segments: Segment[] = [];
  state: State = "start";
  private from = 0;
  private depth = 0;
  /** The opener that the text's thinking began with: the marks of other formats are text then. */
  family: string | undefined;
  /** A closer after which thinking may have gone on: it closes thinking if no other comes. */
  private doubtful: Marker | undefined;
  private doubtfulEnd: Marker | undefined;
  /** Whether thinking was closed before. */
  private exited = false;
  /** Whether a line above thinking says what it is, as “Thought for 4 seconds”. */
  private labelled = false;

  constructor(
    private readonly text: string,
    startsThinking: boolean,
  ) {
    if (startsThinking) this.enter("thinking", 0);
  }

  take(marker: Marker): void {
    switch (marker.role) {
      case "open":
        return this.takeOpener(marker);
      case "close":
        return this.takeCloser(marker);
      case "nest":
        if (this.state === "thinking" && this.isOwn(marker)) this.depth += 1;
        return;
      case "answer":
        return this.takeAnswer(marker);
      case "end-answer":
        if (this.state === "answer" && this.isOwn(marker)) this.turn("answer", marker);
        else if (this.doubtful?.role === "answer") this.doubtfulEnd = marker;
        return;
      case "summary":
      case "history":
        return this.takeRound(marker);
      case "end-summary":
      case "end-history":
        if (this.labelled) [this.labelled, this.from] = [false, marker.to];
        else if (`end-${this.state}` === marker.role) this.turn("answer", marker);
        else if (`end-${this.doubtful?.role}` === marker.role) this.doubtfulEnd = marker;
        return;
      case "header":
        return this.takeHeader(marker);
      case "end":
        return this.turn(this.isOwnEnd(marker) ? "answer" : "nothing", marker);
    }
  }

  /** Whether a mark that ends any message ends this text's thinking. */
  private isOwnEnd({ from, to }: Marker): boolean {
    const closer = MESSAGES.get(this.family ?? "")?.closer;
    return this.state === "thinking" && closer !== undefined && this.text.slice(from, to) === closer;
  }

  private isOwn({ family }: Marker): boolean {
    return this.family === undefined || this.family === family;
  }

  private isBlank(from: number, to: number): boolean {
    return this.text.slice(from, to).trim() === "";
  }

  private takeOpener(marker: Marker): void {
    if (!this.isOwn(marker)) return;
    this.family = marker.family;
    if (this.state !== "thinking") this.turn("thinking", marker);
    // What the template opened the model opened once more.
    else if (this.segments.length === 0 && this.isBlank(this.from, marker.from)) this.from = marker.to;
    else this.depth += 1;
  }

  private takeCloser(marker: Marker): void {
    if (this.state === "thinking") {
      if (!this.isOwn(marker)) this.doubtful ??= marker;
      else if (--this.depth > 0) this.doubtful = marker;
      else this.turn("answer", marker);
    } else if (!marker.strong || !this.isOwn(marker)) return;
    else if (this.state === "start") {
      // The template had opened the block: all before the closer was thinking.
      this.family = marker.family;
      this.state = "thinking";
      // The template had written the opener's mark, and the model its name.
      const name = marker.family.slice(marker.family.lastIndexOf(">") + 1);
      if (name !== "" && this.text.startsWith(`${name}\n`)) this.from = name.length;
      this.turn("answer", marker);
    } else if (this.state === "answer" && this.exited) {
      // Thinking was closed for the model, and it went on.
      this.state = "after-exit";
      this.turn("answer", marker);
    }
  }

  private takeAnswer(marker: Marker): void {
    if (this.state === "answer" && this.isOwn(marker)) {
      const header = MESSAGES.get(marker.family)?.header;
      if (header === this.text.slice(this.from, marker.from).trim()) this.from = marker.from;
      return this.turn("answer", marker);
    }
    if (this.state === "nothing" && this.isOwn(marker) && MESSAGES.has(marker.family)) {
      this.beginsInside();
      return this.turn("answer", marker);
    }
    if (this.state === "start") {
      if (marker.strong) this.state = "thinking";
      this.turn("answer", marker);
    } else if (this.state === "thinking") {
      if (marker.strong) this.turn("answer", marker);
      // Thinking may speak of such an element: it ends there only if nothing else ends it.
      else this.doubtful = marker;
    }
  }

  private takeRound(marker: Marker): void {
    const before = this.text.slice(Math.max(0, marker.from - LONGEST_MARK), marker.from);
    const isLabel = /<details\b[^<>]*>\s*$/i.test(before);
    if (isLabel && (this.state !== "thinking" || !this.isBlank(this.from, marker.from))) return;
    if (isLabel) [this.labelled, this.from] = [true, marker.to];
    else if (this.state !== "thinking") {
      // A round's summary follows its thinking at once, the history of a round stands at its beginning; elsewhere an
      // answer has elements of these names.
      const isNext = this.isBlank(this.from, marker.from) && (marker.role === "summary" || this.beginsRound);
      if (isNext) this.turn(marker.role as "summary" | "history", marker);
    } else if (/(?:^|\n)[ \t]*$/.test(before)) this.turn(marker.role as "summary" | "history", marker);
    else this.doubtful ??= marker;
  }

  private get beginsRound(): boolean {
    return this.state !== "answer" || this.segments.at(-1)?.kind === "summary";
  }

  private takeHeader(marker: Marker): void {
    if (!this.isOwn(marker)) return;
    // Where the prompt ended in a header, the text begins inside its message: all before the next one was thinking.
    if (this.family === undefined && marker.message !== "prompt") {
      if (this.state === "start") this.state = "thinking";
      this.beginsInside();
    }
    this.family = marker.family;
    this.turn(marker.message!, marker);
  }

  /** What stands before the first end of a message was thinking, where another message follows. */
  private beginsInside(): void {
    const [first] = this.segments;
    const isOnly = this.family === undefined && this.state === "nothing" && this.segments.length === 1;
    if (isOnly && first?.kind === "answer") first.kind = "thinking";
  }

  end(length: number, final: boolean, draftEnd: () => number | undefined): void {
    const [doubtful, doubtfulEnd] = [this.doubtful, this.doubtfulEnd];
    if (final && this.state === "thinking" && doubtful) {
      this.turn(doubtful.role === "summary" || doubtful.role === "history" ? doubtful.role : "answer", doubtful);
      if (doubtfulEnd) this.turn("answer", doubtfulEnd);
    }
    const draft = this.state === "start" ? draftEnd() : undefined;
    if (draft !== undefined && draft < length) {
      this.segments.push({ kind: "thinking", from: 0, to: draft, open: false });
      this.enter("answer", draft);
    }
    this.close(length, !final);
  }

  private turn(next: State, marker: Marker): void {
    this.close(marker.from, false);
    this.enter(next, marker.to);
  }

  private enter(state: State, from: number): void {
    this.state = state;
    this.from = from;
    this.depth = state === "thinking" ? 1 : 0;
    this.doubtful = this.doubtfulEnd = undefined;
    this.labelled = false;
  }

  private close(to: number, open: boolean): void {
    if (this.state === "thinking" && !open) this.exited = true;
    if (this.state === "nothing") return;
    const kind = this.state === "start" ? "answer" : this.state;
    if (to > this.from || open) this.segments.push({ kind, from: this.from, to: Math.max(to, this.from), open });
  }
}
