/** What a run wrote, as another model is to read it: without trials and latent positions, with the tags of thinking. */
import type { Position, Trace } from "../../core/trace/fold";
import { purposes } from "../../core/measure/metrics";
import { isEarly, STEP_KINDS, type SpanKind } from "../../core/trace/kinds";
import { Segmenter, type SegmentOptions } from "../../core/text/segment";
import type { RunThinking } from "../../core/text/thinkFacts";
import { closingAfter, namedThinkFormat, THINK_FORMATS, type ThinkFormat } from "../../core/text/thinkFormat";
import { formatOf, isCertain } from "../thinking/thinkProgress";

interface WrittenPart {
  text: string;
  /** Of the run's own model; undefined where it is not known, or where the part was added here. */
  id: number | undefined;
  /** Fed to the run's model and not chosen by it, or added here. */
  isForced: boolean;
}

/** What a stretch of the text is, by characters; `to` is exclusive. */
export interface KnownSpan {
  kind: SpanKind;
  label: string | undefined;
  from: number;
  to: number;
}

export interface WrittenText {
  /** They join to `text`. */
  parts: WrittenPart[];
  text: string;
  /** Characters from and up to which thinking goes on, ends included: where it can be interrupted. */
  thinking: (readonly [number, number])[];
  spans: KnownSpan[];
  /** The character at which thinking ended. */
  end: number;
  /** Whether latent or gist positions were left out. */
  hasGaps: boolean;
}

interface WritingOptions {
  /** Whether another tool recorded the run: its parts come without tags. */
  isForeign: boolean;
  /** How the reading model thinks: its marks stand around thinking that comes without any. */
  reader: Pick<RunThinking, "format" | "opening">;
}

const SPAN_KINDS: readonly SpanKind[] = ["thinking", ...STEP_KINDS, "summary", "answer", "after-exit"];
/** Where a text without tags turns to its answer. */
const ANSWER = /\\boxed\{|####/;

/** The text of `trace` with what is known of its stretches. */
export function writtenText(trace: Trace, options: WritingOptions): WrittenText {
  const purpose = purposes(trace);
  const stands = ({ kind }: Position, at: number) => (kind === "text" || kind === "forced") && purpose[at] !== "trial";
  const plain = trace.positions.filter(stands).reduce((text, position) => text + position.text, "");
  const opensThinking = options.reader.opening === "template";
  const own = readingOfRun(trace);
  const marks = marksOf(plain, own);
  const isWrapped = options.isForeign && !marks.isMarked;
  const writing = new Writing(opensThinking, (isWrapped ? undefined : marks.format) ?? formatOf(options.reader));
  if (!isWrapped && !opensThinking && marks.startsInside) writing.open();
  /** Where each position begins and ends, those that are left out at the place where they would be. */
  const places = trace.positions.map((position, at): readonly [number, number] => {
    if (!stands(position, at)) return [writing.text.length, writing.text.length];
    if (isWrapped) writing.turn(purpose[at]!);
    return writing.take(position);
  });
  const { text, parts } = writing;
  const exit = trace.exit;
  const end = exit ? (places[Math.min(exit.at, places.length) - 1]?.[1] ?? 0) : text.length;
  const latest = isEarly(exit?.why) ? end : text.length;
  const thinking = (isWrapped ? writing.finish() : thinkingOf(text, { ...own, startsThinking: opensThinking }))
    .filter(([from]) => from <= latest)
    .map(([from, to]) => [from, Math.min(to, latest)] as const);
  const spans = trace.spans.flatMap(({ kind, label, from, to }): KnownSpan[] => {
    const inside = trace.positions.slice(from, to);
    const first = inside.findIndex((position, index) => stands(position, from + index));
    const last = inside.findLastIndex((position, index) => stands(position, from + index));
    if (!SPAN_KINDS.includes(kind) || first < 0) return [];
    return [{ kind, label, from: places[from + first]![0], to: places[from + last]![1] }];
  });
  const hasGaps = trace.positions.some(({ kind }) => kind !== "text" && kind !== "forced");
  return { parts, text, thinking, spans, end, hasGaps };
}

/** Puts the parts of a run together, with tags around thinking where they are missing. */
class Writing {
  readonly parts: WrittenPart[] = [];
  text = "";
  private readonly thinking: (readonly [number, number])[] = [];
  private from: number | undefined;
  private before: string | undefined;

  constructor(
    private readonly opensThinking: boolean,
    private readonly format: ThinkFormat,
  ) {}

  /** @returns where it begins and ends */
  take({ text, id, kind }: Position): readonly [number, number] {
    this.parts.push({ text, id, isForced: kind === "forced" });
    this.text += text;
    return [this.text.length - text.length, this.text.length];
  }

  open(): void {
    this.add(this.format.open);
  }

  /** What comes next is for `purpose`: thinking is opened and closed around it, other parts stand apart. */
  turn(purpose: string): void {
    if (purpose === this.before) return;
    if (this.from !== undefined) {
      this.thinking.push([this.from, this.text.length]);
      this.from = undefined;
      this.add(closingAfter(this.format, this.text));
    } else if (this.text !== "" && !this.text.endsWith("\n")) this.add("\n\n");
    if (purpose === "thinking") {
      if (this.text !== "" || !this.opensThinking) this.open();
      this.from = this.text.length;
    }
    this.before = purpose;
  }

  /** @returns where thinking goes on; a text that was cut in it ends in it */
  finish(): (readonly [number, number])[] {
    if (this.from !== undefined) this.thinking.push([this.from, this.text.length]);
    return this.thinking;
  }

  private add(text: string): void {
    this.parts.push({ text, id: undefined, isForced: true });
    this.text += text;
  }
}

/** How the run's own model marked thinking, where its trace says so for certain. */
function readingOfRun({ header }: Trace): SegmentOptions {
  const think = header?.think;
  if (!think) return {};
  const format = isCertain(think) ? namedThinkFormat(`${think.opener ?? ""}...${think.closer ?? ""}`) : undefined;
  return { ...(format ? { format } : {}), startsThinking: think.opening === "template" };
}

/** Whether a text has marks of thinking, of which format, and whether it begins inside of what a template had opened. */
function marksOf(text: string, reading: SegmentOptions) {
  const segmenter = new Segmenter(reading);
  segmenter.push(text);
  const [first] = segmenter.finish();
  const { marked: isMarked, opener } = segmenter;
  const format = reading.format ?? THINK_FORMATS.find((each) => each.opener === opener);
  return { isMarked, format, startsInside: isMarked && first?.kind === "thinking" && first.from === 0 };
}

/** Where thinking goes on in a text as a model wrote it: up to the end of each block or, without marks, to the answer. */
function thinkingOf(text: string, reading: SegmentOptions): (readonly [number, number])[] {
  const segmenter = new Segmenter(reading);
  segmenter.push(text);
  const blocks = segmenter.finish().filter(({ kind }) => kind === "thinking");
  if (segmenter.marked) return blocks.map(({ from, to }, index) => [index === 0 ? 0 : from, to] as const);
  const answer = text.search(ANSWER);
  return [[0, answer < 0 ? text.length : answer]];
}
