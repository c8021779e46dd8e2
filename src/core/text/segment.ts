/**
 * A model's text as thinking and answer, while it streams. Finds the tags of common models, forgives those that are
 * nested, missing, doubled or quoted in code, and never throws.
 */
import { extractAnswer } from "./answer";

type SegmentKind = "thinking" | "answer" | "summary" | "history" | "after-exit";

/** A stretch of the text by character offsets, without its tags; `to` is exclusive. */
export interface Segment {
  kind: SegmentKind;
  from: number;
  to: number;
  /** Whether more of it may come. */
  open: boolean;
}

export interface SegmentOptions {
  /** The chat template has opened the thinking block already. */
  startsThinking?: boolean;
}

type Role = "open" | "close" | "summary" | "end-summary" | "history" | "end-history" | "analysis" | "final" | "end";

interface Marker {
  role: Role;
  from: number;
  to: number;
  /** Number of the code fence around it, 0 outside. */
  fence: number;
}

const TAGS = /<(\/?)(think|thinking|reasoning|thought|summary|history)>|\[(\/?)THINK\]/g;
const HARMONY =
  /(?:<\|start\|>assistant)?<\|channel\|>(analysis|commentary|final)[^<\n]{0,60}<\|message\|>|<\|(?:end|return|call)\|>(?:<\|start\|>assistant(?=<\|channel\|>))?/g;
const MARKER = new RegExp(`${TAGS.source}|${HARMONY.source}`, "g");
/** No marker is longer, in characters. */
const LONGEST_MARKER = 120;
/** After this many characters an answer behind `####` is known for one, in characters. */
const LONGEST_HASHES = 40;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

function roleOf([, slash, name, bracketSlash, channel]: RegExpExecArray): Role {
  if (channel !== undefined) return channel === "analysis" ? "analysis" : "final";
  if (name === undefined && bracketSlash === undefined) return "end";
  const closes = (slash ?? bracketSlash) === "/";
  if (name === "summary" || name === "history") return closes ? `end-${name}` : name;
  return closes ? "close" : "open";
}

/** Feeds on text piece by piece and says at any time how it reads the whole of it. */
export class Segmenter {
  private text = "";
  private readonly markers: Marker[] = [];
  /** Everything before is scanned for good. */
  private scanned = 0;
  private lineStart = true;
  private fence: { mark: string; id: number } | undefined;
  private fences = 0;
  private readonly closedFences = new Set<number>();
  private draft: { seen: number; at: number | undefined } = { seen: 0, at: undefined };

  constructor(private readonly options: SegmentOptions = {}) {}

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
      this.takeMarkers(end);
      if (newline < 0) {
        if (end - this.scanned <= LONGEST_MARKER) return;
        this.scanned = end - LONGEST_MARKER;
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

  private takeMarkers(end: number): void {
    if (end === this.scanned) return;
    const piece = this.text.slice(this.scanned, end);
    const start = this.scanned;
    for (const match of piece.matchAll(MARKER)) {
      const from = start + match.index;
      const to = from + match[0].length;
      if (to <= (this.markers.at(-1)?.to ?? 0)) continue;
      if (this.text[from - 1] === "`" && (this.text[to] === "`" || this.text[to] === undefined)) continue;
      if (/<details>\s*$/.test(this.text.slice(Math.max(0, from - 30), from))) continue;
      this.markers.push({ role: roleOf(match), from, to, fence: this.fence?.id ?? 0 });
      this.scanned = to;
      this.lineStart = false;
    }
  }

  private read(final: boolean): Segment[] {
    // A fence that never closed is not one: the tags in it count.
    const markers = this.markers.filter(({ fence }) => !this.closedFences.has(fence));
    const length = final ? this.text.length : this.text.length - unfinishedMarker(this.text);
    const reading = new Reading(this.options.startsThinking === true);
    for (const marker of markers) reading.take(marker);
    reading.end(length, final, () => this.draftEnd(final));
    return reading.segments.filter(({ from, to, open }) => open || this.text.slice(from, to).trim() !== "");
  }

  /** Where the draft ends; while text streams, looked for only where it may have changed. */
  private draftEnd(final: boolean): number | undefined {
    const fresh = this.text.slice(this.draft.seen);
    const mayChange = /[#}\n]/.test(fresh) || this.text.slice(-LONGEST_HASHES).includes("####");
    if (final || mayChange) this.draft = { seen: this.text.length, at: draftEnd(this.text) };
    return this.draft.at;
  }
}

/** How many characters at the end of `text` may be the beginning of a marker. */
function unfinishedMarker(text: string): number {
  const tail = text.slice(-LONGEST_MARKER);
  const at = Math.max(tail.lastIndexOf("<"), tail.lastIndexOf("["));
  if (at < 0) return 0;
  const rest = tail.slice(at);
  const begins = ["<think>", "<thinking>", "<thought>", "<reasoning>", "<summary>", "<history>", "[THINK]"].some(
    (tag) => tag.startsWith(rest) || tag.replace(/^(.)/, "$1/").startsWith(rest),
  );
  return begins || /^<\|[a-z]*\|?$/.test(rest) ? rest.length : 0;
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
  private state: State = "start";
  private from = 0;
  private depth = 0;
  /** The last closer of a nested block; it closes thinking if no other comes. */
  private nested: Marker | undefined;
  private exited = false;

  constructor(startsThinking: boolean) {
    if (startsThinking) this.enter("thinking", 0);
  }

  take(marker: Marker): void {
    switch (marker.role) {
      case "open":
        if (this.state === "thinking") this.depth += 1;
        else this.turn("thinking", marker);
        return;
      case "close":
        this.takeCloser(marker);
        return;
      case "summary":
      case "history":
        this.turn(marker.role, marker);
        return;
      case "end-summary":
      case "end-history":
        if (`end-${this.state}` === marker.role) this.turn("answer", marker);
        return;
      case "analysis":
        this.turn("thinking", marker);
        return;
      case "final":
        this.turn("answer", marker);
        return;
      case "end":
        this.turn("nothing", marker);
        return;
    }
  }

  private takeCloser(marker: Marker): void {
    if (this.state === "thinking") {
      this.depth -= 1;
      if (this.depth > 0) this.nested = marker;
      else this.turn("answer", marker);
    } else if (this.state === "start") {
      // The template had opened the block: all before the closer was thinking.
      this.state = "thinking";
      this.turn("answer", marker);
    } else if (this.state === "answer" && this.exited) {
      // Thinking was closed for the model, and it went on.
      this.state = "after-exit";
      this.turn("answer", marker);
    }
  }

  end(length: number, final: boolean, draftEnd: () => number | undefined): void {
    if (final && this.state === "thinking" && this.nested) this.turn("answer", this.nested);
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
    this.nested = undefined;
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

/** Thinking and answer of a whole text, each trimmed; several blocks are joined by an empty line. */
export function thinkingAndAnswer(text: string, options: SegmentOptions = {}): { thinking: string; answer: string } {
  const segments = segment(text, options);
  const join = (...kinds: SegmentKind[]) =>
    segments
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ from, to }) => text.slice(from, to).trim())
      .join("\n\n");
  return { thinking: join("thinking", "after-exit"), answer: join("answer") };
}

/** Where the line of the answer begins in a text without tags, or where the text ends. */
export function answerLine(text: string): number {
  const found = extractAnswer(text);
  return found ? text.lastIndexOf("\n", found.range[0]) + 1 : text.length;
}
