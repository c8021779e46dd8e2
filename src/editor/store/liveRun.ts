/** A run of this window, from the request to the last event: what has come in, and the file that it goes to. */
import type { RunRequest } from "../../core/protocol/engineApi";
import { modelTitle } from "../../core/protocol/modelName";
import { fold } from "../../core/trace/fold";
import { measure } from "../../core/measure/metrics";
import type { RpcErrorShape } from "../../core/protocol/rpc";
import type { EventOf, RunHeader, TraceEvent } from "../../core/trace/trace";
import { TRACE_VERSION } from "../../core/trace/traceVersion";
import type { RecordedRun } from "./recordedRun";
import type { TraceWriter } from "../../disk/traceWriter";

export interface LiveRunSurroundings {
  openWriter(header: RunHeader): TraceWriter;
  /** Events came in and are on their way to the file. */
  onAppend(events: readonly TraceEvent[]): void;
}

export class LiveRun {
  readonly events: TraceEvent[] = [];
  header: RunHeader | undefined;
  private exit: EventOf<"exit"> | undefined;
  private end: EventOf<"end"> | undefined;
  private writer: TraceWriter | undefined;
  private done = false;

  constructor(
    readonly request: RunRequest,
    private readonly surroundings: LiveRunSurroundings,
  ) {}

  get closed(): boolean {
    return this.done;
  }

  /** Needs the header. */
  get summary(): RecordedRun {
    return {
      id: this.request.id,
      file: this.writer?.problem ? undefined : this.writer?.file,
      header: this.header!,
      exit: this.exit,
      end: this.end,
      live: !this.done,
    };
  }

  /** Takes in what the engine sent. What comes after the end is dropped. */
  append(events: readonly TraceEvent[]): void {
    if (this.done || events.length === 0) return;
    for (const event of events) this.take(event);
    this.writer?.append(events);
    this.surroundings.onAppend(events);
  }

  /**
   * The engine is through with the run, or gone. A trace without an end gets one that says why; a run that was refused
   * before it began (`failure` and no event) leaves no trace, unless the engine died under it.
   */
  close(failure?: RpcErrorShape): void {
    if (this.done) return;
    const missing: TraceEvent[] = [];
    if (!this.header && failure && /^engine-/.test(failure.code)) missing.push(this.headerOfRequest());
    if ((this.header || missing.length > 0) && !this.end) {
      const at = this.events.reduce((last, event) => (event.t === "tokens" ? event.at + event.text.length : last), 0);
      if (!this.exit && failure) {
        missing.push({
          t: "exit",
          at,
          why: failure.code === "cancelled" ? "cancelled" : "error",
          message: failure.message,
        });
      }
      const { tokens, ms } = measure(fold([...this.events, ...missing]));
      missing.push({ t: "end", tokens, ms });
    }
    for (const event of missing) this.take(event);
    this.done = true;
    this.writer?.append(missing);
    this.surroundings.onAppend(missing);
  }

  /** Resolves when the file is closed. */
  async settled(): Promise<void> {
    await this.writer?.close();
  }

  private take(event: TraceEvent): void {
    this.events.push(event);
    if (event.t === "run" && !this.header) {
      this.header = event;
      this.writer = this.surroundings.openWriter(event);
    }
    if (event.t === "exit") this.exit ??= event;
    if (event.t === "end") this.end = event;
  }

  private headerOfRequest(): RunHeader {
    const { id, strategy, options = {}, messages, gold, seed, group, prompt = {}, model } = this.request;
    return {
      t: "run",
      v: TRACE_VERSION,
      id,
      strategy,
      options,
      model: { id: modelTitle(model) },
      prompt,
      messages,
      started: new Date().toISOString(),
      ...(gold === undefined ? {} : { gold }),
      ...(seed === undefined ? {} : { seed }),
      ...(group === undefined ? {} : { group }),
    };
  }
}
