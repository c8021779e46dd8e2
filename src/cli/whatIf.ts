/** The session's model as questions of “what if” ask it: branches and runs that nobody keeps. */
import type { WhatIfEngine } from "../core/whatIf/whatIfEngine";
import type { Trace } from "../core/trace/fold";
import type { Session } from "./session";

/** A run that was cancelled is no answer to a question. */
class Cancelled extends Error {}

export const isCancelled = (error: unknown): boolean => error instanceof Cancelled;

/** @param label what is being done, for the status line */
export function whatIfEngine(session: Session, label: () => string): WhatIfEngine {
  const whole = (trace: Trace): Trace => {
    if (trace.exit?.why === "cancelled" || session.cancelled) throw new Cancelled();
    return trace;
  };
  return {
    branch: async (order) => whole((await session.branch(order, label())).trace),
    run: async (order) => whole((await session.run(order, label())).trace),
    meanings: (texts) => session.meanings(texts),
  };
}
