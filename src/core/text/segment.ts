/**
 * A model's text as thinking and answer, while it streams: the one reading that runs, servers, scoring and importers
 * share. Finds the marks of every think format or of a known one, forgives those that are nested, missing, doubled or
 * quoted, and never throws.
 */
import { extractAnswer } from "./answer";
import type { ThinkFormat } from "./thinkFormat";
import { LONGEST_MARK, markScanner, type Mark, type MarkScanner } from "./thinkMark";

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

export interface SegmentOptions {
  /** How this model marks thinking; without it, the marks of every format count. */
  format?: ThinkFormat | undefined;
  /** The chat template has opened the thinking block already. */
  startsThinking?: boolean | undefined;
}

/** A mark with the number of the code fence around it, 0 outside. */
type Marker = Mark & { fence: number };

/** After this many characters an answer behind `####` is known for one, in characters. */
const LONGEST_HASHES = 40;
const FENCE = /^ {0,3}(`{3,}|~{3,})([^]*)$/;

/** Feeds on text piece by piece and says at any time how it reads the whole of it. */
export class Segmenter {
  private text = "";
  private readonly scanner: MarkScanner;
  private readonly markers: Marker[] = [];
  /** Everything before is scanned for good. */
  private scanned = 0;
  private lineStart = true;
  private fence: { mark: string; id: number } | undefined;
  private fences = 0;
  private readonly closedFences = new Set<number>();
  private draft: { seen: number; at: number | undefined } = { seen: 0, at: undefined };

  constructor(private readonly options: SegmentOptions = {}) {
    this.scanner = markScanner(options.format);
  }

  /**
   * Whether thinking is under way where the text ends now: an exit here has something to close. A text without marks is
   * never under way; whether it thinks only its answer can tell.
   */
  get thinking(): boolean {
    if (this.text === "") return this.options.startsThinking === true;
    return this.readingNow().state === "thinking";
  }

  /** The opener of the format whose marks the text follows; undefined before the first. */
  get opener(): string | undefined {
    return this.readingNow().family;
  }

  private readingNow(): Reading {
    // A mark at the very end may still turn into prose; until it does it counts.
    const from = Math.max(this.scanned, this.text.lastIndexOf("\n") + 1);
    const last = [...this.scanner.marks(this.text, from, this.text.length, true)];
    const fresh = last.filter(({ to }) => to > (this.markers.at(-1)?.to ?? 0));
    const fence = this.fence && !this.closedFences.has(this.fence.id) ? this.fence.id : 0;
    return this.reading(
      true,
      fresh.map((mark) => ({ ...mark, fence })),
    );
  }

  /** Whether any mark of thinking stands in the text, or the template wrote one. */
  get marked(): boolean {
    return this.options.startsThinking === true || this.counting().some(({ family }) => family !== "");
  }

  /** @returns the segments of all text so far, in order; the last one is open */
  push(text: string): Segment[] {
    this.text += text;
    this.scan(false);
    return this.read(false);
  }

  /** @returns the segments of the whole text, all closed */
  finish(): Segment[] {
    this.scan(true);
    return this.read(true);
  }

  private scan(final: boolean): void {
    while (this.scanned < this.text.length) {
      const newline = this.text.indexOf("\n", this.scanned);
      const end = newline < 0 ? this.text.length : newline;
      if (this.lineStart && end > this.scanned && this.mayBeFence(end)) {
        if (newline < 0 && !final) return;
        this.takeFence(this.text.slice(this.scanned, end));
      }
      this.takeMarkers(end, final);
      if (newline < 0) {
        if (end - this.scanned <= LONGEST_MARK) return;
        this.scanned = end - LONGEST_MARK;
        this.lineStart = false;
        return;
      }
      this.scanned = newline + 1;
      this.lineStart = true;
    }
  }

  private mayBeFence(end: number): boolean {
    return /^ {0,3}(?:`|~|$)/.test(this.text.slice(this.scanned, Math.min(end, this.scanned + 4)));
  }

  private takeFence(line: string): void {
    const match = FENCE.exec(line);
    if (!match) return;
    const [, mark, info] = match;
    const closes = this.fence && mark!.startsWith(this.fence.mark) && info!.trim() === "";
    if (closes) {
      this.closedFences.add(this.fence!.id);
      this.fence = undefined;
    } else if (this.fence === undefined || (info!.trim() !== "" && this.holdsCloser(this.fence.id))) {
      // Thinking that was cut inside a fence leaves it open: the answer's own fence begins anew.
      this.fence = { mark: mark!, id: ++this.fences };
    }
  }

  private holdsCloser(fence: number): boolean {
    return this.markers.some((marker) => marker.fence === fence && marker.role === "close");
  }

  private takeMarkers(end: number, final: boolean): void {
    if (end === this.scanned) return;
    for (const mark of this.scanner.marks(this.text, this.scanned, end, final)) {
      if (mark.to <= (this.markers.at(-1)?.to ?? 0)) continue;
      this.markers.push({ ...mark, fence: this.fence?.id ?? 0 });
      this.scanned = mark.to;
      this.lineStart = false;
    }
  }

  /** A fence that never closed is not one: the marks in it count. */
  private counting(): Marker[] {
    return this.markers.filter(({ fence }) => !this.closedFences.has(fence));
  }

  private read(final: boolean): Segment[] {
    return this.reading(final).segments.filter(({ from, to, open }) => open || this.text.slice(from, to).trim() !== "");
  }

  private reading(final: boolean, more: readonly Marker[] = []): Reading {
    const length = this.text.length - this.scanner.unfinished(this.text, final);
    const reading = new Reading(this.text, this.options.startsThinking === true);
    for (const marker of [...this.counting(), ...more]) reading.take(marker);
    reading.end(length, final, () => this.draftEnd(final));
    return reading;
  }

  /** Where the draft ends; while text streams, looked for only where it may have changed. */
  private draftEnd(final: boolean): number | undefined {
    const fresh = this.text.slice(this.draft.seen);
    const mayChange = /[#}\n]/.test(fresh) || this.text.slice(-LONGEST_HASHES).includes("####");
    if (final || mayChange) this.draft = { seen: this.text.length, at: draftEnd(this.text) };
    return this.draft.at;
  }
}

/** Where a draft's `####` begins, in a text without tags. */
function draftEnd(text: string): number | undefined {
  if (!text.includes("####")) return undefined;
  const found = extractAnswer(text);
  const at = found?.from === "hashes" ? text.lastIndexOf("####", found.range[0]) : -1;
  return at >= 0 && text.slice(0, at).trim() !== "" ? at : undefined;
}

type State = SegmentKind | "start" | "nothing";

/** One pass over the markers. */
class Reading {
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
        return;
      case "header":
        return this.takeHeader(marker);
      case "end":
        return this.turn("nothing", marker);
    }
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
      this.turn("answer", marker);
    } else if (this.state === "answer" && this.exited) {
      // Thinking was closed for the model, and it went on.
      this.state = "after-exit";
      this.turn("answer", marker);
    }
  }

  private takeAnswer(marker: Marker): void {
    if (this.state === "answer" && this.isOwn(marker)) return this.turn("answer", marker);
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
    if (!/<details\b[^<>]*>\s*$/i.test(before)) return this.turn(marker.role as "summary" | "history", marker);
    if (this.state !== "thinking" || !this.isBlank(this.from, marker.from)) return;
    this.labelled = true;
    this.from = marker.to;
  }

  private takeHeader(marker: Marker): void {
    if (!this.isOwn(marker)) return;
    // Where the prompt ended in a header, the text begins inside its message: all before the next one was thinking.
    if (this.family === undefined && marker.message !== "prompt") {
      if (this.state === "start") this.state = "thinking";
      const [first] = this.segments;
      if (this.state === "nothing" && this.segments.length === 1 && first?.kind === "answer") first.kind = "thinking";
    }
    this.family = marker.family;
    this.turn(marker.message!, marker);
  }

  end(length: number, final: boolean, draftEnd: () => number | undefined): void {
    const [doubtful, doubtfulEnd] = [this.doubtful, this.doubtfulEnd];
    if (final && this.state === "thinking" && doubtful) {
      this.turn("answer", doubtful);
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

/** The segments of a whole text. */
export function segment(text: string, options: SegmentOptions = {}): Segment[] {
  const segmenter = new Segmenter(options);
  segmenter.push(text);
  return segmenter.finish();
}

/** Where the line of the answer begins in a text without tags, or where the text ends. */
export function answerLine(text: string): number {
  const found = extractAnswer(text);
  return found ? text.lastIndexOf("\n", found.range[0]) + 1 : text.length;
}

/**
 * Whether thinking is under way at the end of `text`: opened by template or model, and closed by nothing that counts.
 * A text without marks is not under way. Strategies that ask at every token keep a `Segmenter`.
 */
export function isThinkingAt(text: string, options: SegmentOptions = {}): boolean {
  const segmenter = new Segmenter(options);
  segmenter.push(text);
  return segmenter.thinking;
}
