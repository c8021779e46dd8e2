/** A recorder as a run has one, which takes the time of its own work and counts what alternatives add to the file. */
import { LoopWatch } from "../../src/core/measure/loopWatch";
import type { TraceEvent } from "../../src/core/trace/trace";
import { serializeEvent } from "../../src/core/trace/traceFile";
import { Recorder, type RecordedToken } from "../../src/engine/decoding/recorder";
import { Structure } from "../../src/engine/decoding/structure";

class TimedLoopWatch extends LoopWatch {
  ms = 0;

  override token(...given: Parameters<LoopWatch["token"]>): ReturnType<LoopWatch["token"]> {
    const started = performance.now();
    const marks = super.token(...given);
    this.ms += performance.now() - started;
    return marks;
  }

  override step(...given: Parameters<LoopWatch["step"]>): ReturnType<LoopWatch["step"]> {
    const started = performance.now();
    const marks = super.step(...given);
    this.ms += performance.now() - started;
    return marks;
  }
}

export class TimedRecorder extends Recorder {
  private tokenMs = 0;
  private readonly events: TraceEvent[];
  private readonly looking: TimedLoopWatch;

  constructor() {
    const watch = new TimedLoopWatch(false);
    const events: TraceEvent[] = [];
    // The engine process hands its events on as JSON: that is part of what recording costs.
    const emit = (batch: TraceEvent[]): void => {
      JSON.stringify(batch);
      events.push(...batch);
    };
    super(emit, new Structure("step"), watch);
    this.looking = watch;
    this.events = events;
  }

  override token(token: RecordedToken): void {
    const started = performance.now();
    super.token(token);
    this.tokenMs += performance.now() - started;
  }

  /** Milliseconds in which loops were looked for. */
  get loopsMs(): number {
    return this.looking.ms;
  }

  /** Milliseconds that recording took, without those. */
  get recordingMs(): number {
    return this.tokenMs - this.looking.ms;
  }

  /** By how much of itself the file is longer for what else might have been chosen. */
  get growth(): number {
    const bytes = (events: readonly TraceEvent[]): number =>
      events.reduce((sum, event) => sum + Buffer.byteLength(serializeEvent(event)) + 1, 0);
    const without = this.events.map((event) => (event.t === "tokens" ? { ...event, others: undefined } : event));
    return bytes(this.events) / bytes(without) - 1;
  }
}
