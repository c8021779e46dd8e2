/** Asking an exit rule while a run goes on: every check is recorded with the signals that it was decided by. */
import type { ExitRule } from "../../core/exits/rule";
import type { Signals } from "../../core/exits/signals";
import type { Recorder } from "../decoding/recorder";

/** What was read at one place in thinking. */
export interface Reading {
  signals: Signals;
  /** The answer that was tried, and whether it is right. */
  answer?: string | undefined;
  correct?: boolean | undefined;
  /** Whether it was written to its end. */
  closed?: boolean;
  /** Offsets of what was written for it and taken back. */
  trial?: [from: number, to: number];
  /** Milliseconds that reading took. */
  ms: number;
  why?: string;
}

export class Checker<Settings, State = unknown> {
  private state: State | undefined;

  constructor(
    private readonly recorder: Recorder,
    readonly rule: ExitRule<Settings, State>,
    private readonly settings: Settings,
  ) {}

  /** What the rule remembers: of a run that began inside another, what it was told there. */
  private get known(): State {
    const { rule } = this;
    const told = this.recorder.trace.checks.filter(({ by, signals }) => by === rule.id && signals !== undefined);
    return told.reduce((state, { signals }) => rule.next(state, signals!, this.settings).state, rule.initial);
  }

  /**
   * Decides on what was read at offset `at`, and records both.
   * @returns whether thinking may stop
   */
  check(at: number, { signals, answer, correct, trial, ms, why }: Reading): boolean {
    const { id, signal, stopsBelow } = this.rule;
    const { state, decision } = this.rule.next((this.state ??= this.known), signals, this.settings);
    this.state = state;
    const { threshold, patience = 1 } = this.settings as { threshold?: number; patience?: number };
    const remark = why ?? decision.why;
    this.recorder.event({
      t: "check",
      at,
      by: id,
      ...(answer === undefined ? {} : { answer }),
      signals: { ...signals, ...(decision.score === undefined ? {} : { [signal]: decision.score }) },
      signal,
      ...(threshold === undefined ? {} : { threshold }),
      ...(patience > 1 ? { patience } : {}),
      ...(stopsBelow ? { stopsBelow } : {}),
      ...(correct === undefined ? {} : { correct }),
      ...(trial === undefined ? {} : { trial }),
      ms,
      ...(remark === undefined ? {} : { why: remark }),
    });
    return decision.stops;
  }
}
