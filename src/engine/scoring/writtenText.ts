/** What a run wrote, as another model is to read it: without trials and latent positions, with the tags of thinking. */
import type { Position, Trace } from "../../core/trace/fold";
import { purposes } from "../../core/measure/metrics";
import { isEarly, STEP_KINDS, type SpanKind } from "../../core/trace/kinds";
import { THINK_CLOSE, THINK_OPEN } from "../thinking/think";

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
  /** Whether the reading model's chat template has opened the thinking block already. */
  opensThinking: boolean;
}

const SPAN_KINDS: readonly SpanKind[] = ["thinking", ...STEP_KINDS, "summary", "answer", "after-exit"];
const TAG = new RegExp(`${THINK_OPEN}|${THINK_CLOSE}`, "g");
/** Where a text without tags turns to its answer. */
const ANSWER = /\\boxed\{|####/;

/** The text of `trace` with what is known of its stretches. */
export function writtenText(trace: Trace, options: WritingOptions): WrittenText {
  const purpose = purposes(trace);
  const stands = ({ kind }: Position, at: number) => (kind === "text" || kind === "forced") && purpose[at] !== "trial";
  const plain = trace.positions.filter(stands).reduce((text, position) => text + position.text, "");
  const writing = new Writing(options.opensThinking);
  const isWrapped = options.isForeign && plain.search(TAG) < 0;
  if (!isWrapped && !options.opensThinking && startsWithClosing(plain)) writing.open();
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
  const thinking = (isWrapped ? writing.finish() : thinkingOf(text))
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

  constructor(private readonly opensThinking: boolean) {}

  /** @returns where it begins and ends */
  take({ text, id, kind }: Position): readonly [number, number] {
    this.parts.push({ text, id, isForced: kind === "forced" });
    this.text += text;
    return [this.text.length - text.length, this.text.length];
  }

  open(): void {
    this.add(`${THINK_OPEN}\n`);
  }

  /** What comes next is for `purpose`: thinking is opened and closed around it, other parts stand apart. */
  turn(purpose: string): void {
    if (purpose === this.before) return;
    if (this.from !== undefined) {
      this.thinking.push([this.from, this.text.length]);
      this.from = undefined;
      this.add(`${this.text.endsWith("\n") ? "" : "\n"}${THINK_CLOSE}\n\n`);
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

/** Whether the first tag closes thinking that a chat template had opened. */
const startsWithClosing = (text: string): boolean => text.match(TAG)?.[0] === THINK_CLOSE;

/** Where thinking goes on in a text as a model wrote it: up to the end of each block or, without tags, to the answer. */
function thinkingOf(text: string): [number, number][] {
  const tags = [...text.matchAll(TAG)];
  if (tags.length === 0) {
    const answer = text.search(ANSWER);
    return [[0, answer < 0 ? text.length : answer]];
  }
  const blocks: [number, number][] = [];
  let from: number | undefined = 0;
  for (const tag of tags) {
    if (tag[0] === THINK_OPEN) from ??= tag.index;
    else if (from !== undefined) {
      blocks.push([from, tag.index]);
      from = undefined;
    }
  }
  if (from !== undefined) blocks.push([from, text.length]);
  return blocks;
}
