/** Writes one run's events: keeps the axis, batches tokens, nests spans, and folds what it wrote for the closing figures. */
import { emptyTrace, fold, type Alternative, type Trace } from "../../core/trace/fold";
import type { LoopWatch } from "../../core/measure/loopWatch";
import { spanText } from "../../core/measure/metrics";
import { isWatched, type WatchMatcher } from "../../core/measure/watchList";
import { isStep } from "../../core/trace/kinds";
import type { EventOf, ExitReason, SpanKind, TokenKind, TraceEvent } from "../../core/trace/trace";
import type { Outline } from "./structure";
import { AlternativesRoom } from "./alternativesRoom";
import { WorkCount } from "./workCount";

/** One position to be recorded. */
export interface RecordedToken {
  id?: number | undefined;
  text: string;
  kind?: TokenKind;
  logprob?: number | undefined;
  entropy?: number | undefined;
  /** Milliseconds this position took. */
  ms?: number;
  /** What else might have been chosen. */
  others?: readonly Alternative[];
  /** Last hidden state after it, [hidden], where it was asked for; it is not written. */
  hidden?: Float32Array | undefined;
}

/**
 * Tokens wait for company so that a message is not sent for each; a person sees them within this time. The first that
 * a model chooses is waited for, and does not wait.
 */
const BATCH_MS = 60;
const BATCH_TOKENS = 16;

export class Recorder {
  /** What has been recorded so far, batched tokens included only once they are flushed. */
  readonly trace: Trace = emptyTrace();
  /** What the run has made models compute so far. */
  readonly work = new WorkCount();
  private position = 0;
  private batch: RecordedToken[] = [];
  private batchKind: TokenKind = "text";
  private batchStarted = 0;
  private hasChosen = false;
  private readonly alternatives = new AlternativesRoom();
  private readonly open: { kind: SpanKind; from: number; label: string | undefined }[] = [];

  /**
   * @param emit takes batches in the order they are to be read
   * @param loops looks for loops in what is written, where it is to be looked for them
   * @param watch what marks steps
   */
  constructor(
    private readonly emit: (events: TraceEvent[]) => void,
    private readonly structure: Outline,
    private readonly loops?: LoopWatch,
    private readonly watch?: WatchMatcher,
  ) {}

  /** The loop for which the text that is being written is to end here. */
  get stoppingLoop(): EventOf<"mark"> | undefined {
    return this.loops?.stopping;
  }

  /** The next free offset of the axis. */
  get at(): number {
    return this.position;
  }

  token(token: RecordedToken): void {
    const kind = token.kind ?? "text";
    if (this.batch.length > 0 && kind !== this.batchKind) this.flush();
    if (this.batch.length === 0) {
      this.batchKind = kind;
      this.batchStarted = performance.now();
    }
    this.batch.push(token);
    this.position += 1;
    // What stands beside the thought is no part of its text.
    if (!this.isAside) {
      this.lookForLoops(token, kind);
      for (const span of this.structure.push(token.text, this.position - 1)) this.closed(span);
    }
    const isFirst = kind === "text" && !this.hasChosen;
    if (isFirst) this.hasChosen = true;
    if (isFirst || this.batch.length >= BATCH_TOKENS || performance.now() - this.batchStarted > BATCH_MS) this.flush();
  }

  /** Whether what is written now is taken back, or stands beside the thought: a trial, a summary, an answer that was asked for. */
  get isAside(): boolean {
    return this.open.some(({ kind: each }) => each === "trial" || each === "summary" || each === "answer");
  }

  /** Writes `event` after everything recorded before it. */
  event(event: TraceEvent): void {
    if (event.t === "prefill" && !event.again) this.beginText();
    this.late(event);
  }

  /** A prompt that is read anew begins a new text. */
  beginText(): void {
    this.flush();
    for (const span of this.structure.finish()) {
      this.write(span);
      this.look(span);
    }
    this.mark(this.loops?.end());
  }

  /** Writes an event of an earlier place of the axis, which was not known there: the text goes on around it. */
  late(event: TraceEvent): void {
    this.flush();
    this.write(event);
  }

  /** Opens a span at the next offset; spans nest. */
  begin(kind: SpanKind, label?: string): void {
    this.open.push({ kind, from: this.position, label });
  }

  /** Closes the innermost open span of `kind` and everything opened inside it. Nothing happens when none is open. */
  finish(kind: SpanKind): void {
    if (!this.open.some((span) => span.kind === kind)) return;
    for (;;) {
      const span = this.open.pop()!;
      this.span(span.kind, span.from, this.position, span.label);
      if (span.kind === kind) return;
    }
  }

  /** Writes a span whose ends are known. Empty spans are not written. */
  span(kind: SpanKind, from: number, to: number, label?: string): void {
    if (to <= from) return;
    const span: EventOf<"span"> = { t: "span", kind, from, to, ...(label === undefined ? {} : { label }) };
    this.event(span);
    this.look(span);
  }

  /**
   * A model beside the run's own read `tokens` positions.
   * @param by which one, for people; @param attended sum of the rows that each position attended to
   */
  readByAuxiliary(by: string, tokens: number, attended: number): void {
    this.work.read(tokens);
    this.event({ t: "auxiliary", at: this.position, by, tokens, attended });
  }

  note(level: "info" | "warning", message: string, advice?: EventOf<"note">["advice"]): void {
    this.event({ t: "note", at: this.position, level, message, ...(advice === undefined ? {} : { advice }) });
  }

  /** Says why thinking ended, and where (by default here); the first reason stands. */
  exit(why: ExitReason, { message, at = this.position }: { message?: string; at?: number } = {}): void {
    this.flush();
    if (this.trace.exit) return;
    this.write({ t: "exit", at, why, ...(message === undefined ? {} : { message }) });
  }

  /** Closes whatever is open, innermost first, as at the end or on a cancel. */
  finishAll(): void {
    while (this.open.length > 0) this.finish(this.open.at(-1)!.kind);
    this.beginText();
  }

  private lookForLoops({ text, logprob, hidden }: RecordedToken, kind: TokenKind): void {
    if (!this.loops) return;
    this.mark(kind === "text" ? this.loops.token(text, this.position - 1, logprob, hidden) : this.loops.given());
  }

  /** Writes a span that the text's structure has closed, and asks whether its step says something new. */
  private closed(span: EventOf<"span">): void {
    this.event(span);
    const { kind, from, to } = span;
    if (this.loops && isStep(kind)) this.mark(this.loops.step(from, to, spanText(this.trace, span)));
    this.look(span);
  }

  /** Marks a step for what the watch list has of it. */
  private look({ kind, from, to }: EventOf<"span">): void {
    if (this.watch && isWatched(kind)) this.mark(this.watch.marksIn(spanText(this.trace, { from, to }), from, to));
  }

  private mark(marks: readonly EventOf<"mark">[] = []): void {
    for (const mark of marks) this.late(mark);
  }

  flush(): void {
    if (this.batch.length === 0) return;
    const batch = this.batch;
    this.batch = [];
    const event: EventOf<"tokens"> = {
      t: "tokens",
      at: this.position - batch.length,
      kind: this.batchKind,
      ...(batch.every((token) => token.id !== undefined) ? { ids: batch.map((token) => token.id!) } : {}),
      text: batch.map((token) => token.text),
      logprob: batch.map((token) => round(token.logprob)),
      entropy: batch.map((token) => round(token.entropy)),
      ms: batch.map((token) => round(token.ms ?? 0) ?? 0),
    };
    const others = this.alternatives.of(batch, event);
    this.write(others.length > 0 ? { ...event, others } : event);
  }

  private write(given: TraceEvent): void {
    const isLater = given.t === "prefill" && !given.again && this.trace.prefills.length > 0;
    const event: TraceEvent = isLater ? { ...given, later: true } : given;
    fold([event], this.trace);
    this.emit([event]);
  }
}

/** Four decimals are below what any view shows, and keep the file small. */
function round(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1e4) / 1e4;
}
