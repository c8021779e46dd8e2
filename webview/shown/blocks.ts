/**
 * A trace cut into the blocks that a column shows: steps, drafts, summaries, gists, latents and answers in the order of
 * the axis, with trial answers taken out and hung onto the block they were tried after.
 */
import { countBefore } from "../../src/core/measure/binarySearch";
import { marksOf, type Mark } from "../../src/core/measure/marks";
import { endsIn, endsLine } from "../../src/core/text/trim";
import type { Check, Span, Trace } from "../../src/core/trace/fold";
import type { EventOf, SpanKind, TokenKind } from "../../src/core/trace/trace";
import { isStep } from "../../src/core/trace/kinds";
import { exitPlace } from "../../src/core/trace/exitPlace";

type BlockKind = Exclude<SpanKind, "thinking" | "trial"> | "text" | "pause" | "soft";

export interface Block {
  /** Unique in its trace and stable while the trace grows. */
  key: string;
  kind: BlockKind;
  section: "thinking" | "answer";
  /** Positions [from, to) of the axis. */
  from: number;
  to: number;
  /** 1 for the first step, draft line or sketch; undefined for what is not a step of reasoning. */
  step: number | undefined;
  /** 0 for the first part of a long block that was cut for drawing. */
  part: number;
  /** It stands in the column of the run that this one began in, and is drawn there. */
  shared: boolean;
  /** The model is still writing it. */
  open: boolean;
  label: string | undefined;
  /** First and last step that a gist or a summary stands for. */
  standsFor: readonly [first: number, last: number] | undefined;
  round: EventOf<"round"> | undefined;
  checks: Check[];
  exit: EventOf<"exit"> | undefined;
  evicted: EventOf<"evict">[];
  calls: EventOf<"call">[];
  withheld: EventOf<"withheld">[];
  /** Loops and what is on the watch list. */
  marks: Mark[];
  /** How far the step moves the answers, where that was measured. */
  importance: EventOf<"importance"> | undefined;
}

const KIND_OF_POSITION: Partial<Record<TokenKind, BlockKind>> = {
  gist: "gist",
  latent: "latent",
  pause: "pause",
  soft: "soft",
};
/** A block is drawn whole: longer ones are cut at a line or sentence end near this many tokens. */
const LONGEST_BLOCK = 320;
/** A stretch of tags and white space between two steps belongs to its neighbour. */
const MARKUP = /\s|<[^<>\n]{1,24}>|##+/g;
const LONGEST_MARKUP = 16;

interface Segment {
  from: number;
  to: number;
  span: Span | undefined;
}

/** Innermost spans over [0, length), gaps included, trials left out. Spans may nest and come in any order. */
function segments(spans: readonly Span[], length: number): Segment[] {
  const leaves = spans
    .filter((span) => span.kind !== "thinking" && span.from < length && span.to > span.from)
    .sort((a, b) => a.from - b.from || b.to - a.to);
  const found: Segment[] = [];
  const stack: Span[] = [];
  let at = 0;
  const advance = (to: number): void => {
    if (to <= at) return;
    found.push({ from: at, to, span: stack.at(-1) });
    at = to;
  };
  const closeUntil = (from: number): void => {
    while (stack.length > 0 && stack.at(-1)!.to <= from) {
      advance(Math.min(stack.at(-1)!.to, length));
      stack.pop();
    }
  };
  for (const span of leaves) {
    closeUntil(span.from);
    advance(span.from);
    stack.push(span);
  }
  closeUntil(Infinity);
  advance(length);
  return found.filter((segment) => segment.span?.kind !== "trial");
}

function textOf(trace: Trace, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at += 1) text += trace.positions[at]!.text;
  return text;
}

function isMarkup(trace: Trace, { from, to }: Segment): boolean {
  return to - from <= LONGEST_MARKUP && textOf(trace, from, to).replace(MARKUP, "") === "";
}

/** The mark that asks for a gist stands at the head of the next step's span, and belongs to the thought that it closes. */
const opensGist = ({ span, from }: Segment, next: Segment | undefined): boolean =>
  span !== undefined && isStep(span.kind) && span.from === from && next?.span?.kind === "gist";

/** Gaps between spans: markup joins a neighbour, the rest is cut where the kind of its positions changes. */
function settleGaps(trace: Trace, all: readonly Segment[]): Segment[] {
  const settled: Segment[] = [];
  let carried: number | undefined;
  all.forEach((segment, index) => {
    const joins = (segment.span === undefined || opensGist(segment, all[index + 1])) && isMarkup(trace, segment);
    const previous = settled.at(-1);
    if (joins && previous?.to === segment.from) {
      previous.to = segment.to;
      return;
    }
    if (joins && all[index + 1]?.from === segment.to) {
      carried ??= segment.from;
      return;
    }
    const from = carried ?? segment.from;
    carried = undefined;
    if (segment.span) {
      const last = settled.at(-1);
      // Each continuous thought has a span of its own; a person reads them as one row of cells.
      if (segment.span.kind === "latent" && last?.span?.kind === "latent" && last.to === from) last.to = segment.to;
      else settled.push({ ...segment, from });
      return;
    }
    let start = from;
    for (let at = segment.from + 1; at <= segment.to; at += 1) {
      const kind = KIND_OF_POSITION[trace.positions[at - 1]!.kind];
      if (at < segment.to && KIND_OF_POSITION[trace.positions[at]!.kind] === kind) continue;
      settled.push({ from: start, to: at, span: undefined });
      start = at;
    }
  });
  return settled;
}

/** Cuts [from, to) into pieces of at most about LONGEST_BLOCK tokens, at line ends where there are any. */
function pieces(trace: Trace, from: number, to: number): [number, number][] {
  const cut: [number, number][] = [];
  let start = from;
  while (to - start > LONGEST_BLOCK * 1.25) {
    let end = start + LONGEST_BLOCK;
    for (const ends of [endsLine, (text: string) => endsIn(text, ".!?")]) {
      const near = lastMatch(trace, start + LONGEST_BLOCK / 2, start + LONGEST_BLOCK, ends);
      if (near !== undefined) {
        end = near;
        break;
      }
    }
    cut.push([start, end]);
    start = end;
  }
  cut.push([start, to]);
  return cut;
}

function lastMatch(trace: Trace, from: number, to: number, ends: (text: string) => boolean): number | undefined {
  for (let at = to; at > from; at -= 1) if (ends(trace.positions[at - 1]!.text)) return at;
  return undefined;
}

/**
 * @param live whether the last block may still grow
 * @param sharedUpTo the offset up to which the text is that of another run in sight; 0 where none is
 * @returns blocks in the order of the axis; every position outside trials lies in exactly one
 */
export function blocksOf(trace: Trace, live: boolean, sharedUpTo = 0): Block[] {
  const length = trace.positions.length;
  const thinkingEnd = trace.spans.reduce((end, span) => (span.kind === "thinking" ? Math.max(end, span.to) : end), -1);
  const lastClosed = trace.spans.reduce((end, span) => Math.max(end, span.to), 0);
  const blocks: Block[] = [];
  const numbers = new Map<Span, number>();
  let parts = new Map<Span, number>();
  for (const segment of settleGaps(trace, segments(trace.spans, length))) {
    const { span } = segment;
    const open = live && span === undefined && segment.to === length && segment.to > lastClosed;
    const thinking = span
      ? span.kind !== "answer"
      : segment.from < thinkingEnd || (open && thinkingEnd < 0 && !(trace.exit && trace.exit.at <= segment.from));
    const kind: BlockKind = span
      ? (span.kind as BlockKind)
      : (KIND_OF_POSITION[trace.positions[segment.to - 1]!.kind] ?? (thinking ? (open ? "step" : "text") : "answer"));
    if (span && isStep(span.kind) && !numbers.has(span)) numbers.set(span, numbers.size + 1);
    for (const [from, to] of pieces(trace, segment.from, segment.to)) {
      const part = span ? (parts.get(span) ?? 0) : from > segment.from ? 1 : 0;
      if (span) parts = parts.set(span, part + 1);
      blocks.push({
        key: String(from),
        kind,
        section: thinking ? "thinking" : "answer",
        from,
        to,
        step: span ? numbers.get(span) : open && thinking ? numbers.size + 1 : undefined,
        part,
        // A mark that closes thinking joins the step before it, and may be the branch's own.
        shared: (span?.to ?? to) <= sharedUpTo,
        open: open && to === length,
        label: span?.label,
        standsFor: undefined,
        round: undefined,
        checks: [],
        exit: undefined,
        evicted: [],
        calls: [],
        withheld: [],
        marks: [],
        importance: undefined,
      });
    }
  }
  nameCompressed(blocks);
  hangMarks(trace, blocks);
  return blocks;
}

/** A gist stands for the step before it, a summary for the steps since the summary before. */
function nameCompressed(blocks: readonly Block[]): void {
  let first: number | undefined;
  let last: number | undefined;
  for (const block of blocks) {
    if (block.step !== undefined) {
      first ??= block.step;
      last = block.step;
    } else if (block.kind === "gist" && last !== undefined) block.standsFor = [last, last];
    else if (block.kind === "summary" && first !== undefined && last !== undefined) {
      block.standsFor = [first, last];
      if (block.part === 0) first = undefined;
    }
  }
}

/** Checks, exits, evictions and rounds go to the block that ends (a round: begins) at their offset. */
function hangMarks(trace: Trace, blocks: Block[]): void {
  if (blocks.length === 0) return;
  for (const check of trace.checks) blockEndingBy(blocks, check.at).checks.push(check);
  for (const eviction of trace.evictions) blockEndingBy(blocks, eviction.to).evicted.push(eviction);
  for (const call of trace.calls) blockEndingBy(blocks, call.at).calls.push(call);
  for (const withheld of trace.withheld) blockEndingBy(blocks, withheld.at).withheld.push(withheld);
  for (const mark of marksOf(trace)) blockAt(blocks, mark.from).marks.push(mark);
  for (const each of trace.importances) blockAt(blocks, each.from).importance = each;
  for (const round of trace.rounds) blockAt(blocks, round.at).round ??= round;
  if (trace.exit) blockEndingBy(blocks, exitPlace(trace)!).exit = trace.exit;
}

/** The last block that begins before `at`, or the first block. */
function blockEndingBy(blocks: readonly Block[], at: number): Block {
  return blocks[Math.max(0, countBefore(blocks.length, (index) => blocks[index]!.from < at) - 1)]!;
}

/** The block that holds position `at`, or the nearest one. */
export function blockAt(blocks: readonly Block[], at: number): Block {
  return blockEndingBy(blocks, at + 1);
}
