/**
 * A model's text as thinking and answer, while it streams: the one reading that runs, servers, scoring and importers
 * share. Finds the marks of every think format or of a known one, forgives those that are nested, missing, doubled or
 * quoted, and never throws.
 */
import { extractAnswer } from "./answer";
import { MarkReading, type Marker, type Segment } from "./markReading";
import type { ThinkFormat } from "./thinkFormat";
import { LONGEST_MARK } from "./namedMark";
import { markScanner, type MarkScanner } from "./thinkMark";

export type { Segment } from "./markReading";

export interface SegmentOptions {
  /** How this model marks thinking; without it, the marks of every format count. */
  format?: ThinkFormat | undefined;
  /** The chat template has opened the thinking block already. */
  startsThinking?: boolean | undefined;
}

/** After this many characters an answer behind `####` is known for one, in characters. */
const LONGEST_HASHES = 40;
/** Marks that a text has: what looks like more of them is text. The longest sessions that are known have some hundreds. */
const MOST_MARKS = 10_000;
/** Last characters in which a draft's answer is looked for while text streams; in the end it is all of them. */
const STREAMED_DRAFT = 20_000;
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

  private readingNow(): MarkReading {
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
    return this.options.startsThinking === true || this.counting().some((marker) => this.tellsThinking(marker));
  }

  /** Elements that HTML and XML have too tell nothing alone. */
  private tellsThinking({ family, role, strong, from }: Marker): boolean {
    if (family === "" || role === "nest" || role === "end-answer") return false;
    if (role === "answer") return strong || /^<\s?answer/i.test(this.text.slice(from, from + 10));
    return role === "open" || role === "header" || role === "end" || strong;
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
    let next = this.scanner.next(this.text, this.scanned);
    while (this.scanned < this.text.length) {
      const newline = this.text.indexOf("\n", this.scanned);
      const end = newline < 0 ? this.text.length : newline;
      if (this.lineStart && end > this.scanned && this.mayBeFence(end)) {
        if (newline < 0 && !final) return;
        this.takeFence(this.text.slice(this.scanned, end));
      }
      if (next < end) {
        this.takeMarkers(end, final);
        next = this.scanner.next(this.text, end);
      }
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
      if (this.markers.length >= MOST_MARKS) return;
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
    return this.reading(final, [], final).segments.filter(
      ({ from, to, open }) => open || this.text.slice(from, to).trim() !== "",
    );
  }

  /** @param isWhole whether half a mark at the end is one that was cut */
  private reading(final: boolean, more: readonly Marker[] = [], isWhole = false): MarkReading {
    const reading = new MarkReading(this.text, this.options.startsThinking === true);
    for (const marker of [...this.counting(), ...more]) reading.take(marker);
    const { state, family } = reading;
    const whole = this.text.trimEnd();
    const cut = isWhole && (state === "thinking" || state === "answer") ? this.scanner.cut(whole, state, family) : 0;
    const half = this.scanner.unfinished(this.text, final);
    reading.end(cut > 0 ? whole.length - cut : this.text.length - half, final, () => this.draftEnd(final));
    return reading;
  }

  /** Where the draft ends; while text streams, looked for only where it may have changed. */
  private draftEnd(final: boolean): number | undefined {
    const fresh = this.text.slice(this.draft.seen);
    const mayChange = /[#}\n]/.test(fresh) || this.text.slice(-LONGEST_HASHES).includes("####");
    const from = final ? 0 : Math.max(0, this.text.length - STREAMED_DRAFT);
    const at = final || mayChange ? draftEnd(this.text, from) : this.draft.at;
    this.draft = { seen: this.text.length, at };
    return at;
  }
}

/** Where a draft's `####` begins, in a text without tags. @param from the first character that is looked at */
function draftEnd(text: string, from: number): number | undefined {
  const last = text.slice(from);
  if (!last.includes("####")) return undefined;
  const found = extractAnswer(last);
  const at = found?.from === "hashes" ? text.lastIndexOf("####", from + found.range[0]) : -1;
  return at >= 0 && text.slice(0, at).trim() !== "" ? at : undefined;
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
