/** What questions of “what if” ask of whoever runs models: a process of one's own, or another by calls. */
import type { BranchRequest, RunRequest } from "../protocol/engineApi";
import type { Trace } from "../trace/fold";
import type { TraceEvent } from "../trace/trace";

export type BranchOrder = Omit<BranchRequest, "id" | "model">;
export type RunOrder = Pick<RunRequest, "strategy" | "messages" | "options" | "gold" | "seed">;

/** Each is one run to its end. @throws what the engine does; the reason of a signal where it was cancelled */
export interface WhatIfEngine {
  branch(order: BranchOrder): Promise<Trace>;
  run(order: RunOrder): Promise<Trace>;
  /** The mean hidden state of each text, [hidden]; undefined where the model shows none. */
  meanings(texts: readonly string[]): Promise<(Float32Array | undefined)[]>;
}

/** How far a question has come, 0 to 1. */
export type Progress = (fraction: number) => void;

/**
 * The events of a run to be gone on from. What was asked of it afterwards is no part of it; and what a person wrote into its
 * thought counts as thought, since its strategy wrote nothing there by itself.
 */
export function runEvents(events: readonly TraceEvent[]): TraceEvent[] {
  const fork = events.find((event) => event.t === "fork");
  let edited = fork?.at ?? Infinity;
  return events.flatMap((event): TraceEvent[] => {
    if (event.t === "importance" || event.t === "altered" || event.t === "mark") return [];
    if (event.t !== "tokens" || event.kind !== "forced" || event.at !== edited) return [event];
    edited = event.at + event.text.length;
    return [{ ...event, kind: "text" }];
  });
}
