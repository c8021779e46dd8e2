/** What is kept of a recorded run under another setting of its exit: enough for tables and curves over many runs. */

/**
 * - `check`: a recorded check stops thinking
 * - `budget`: the budget does; the answer is that of the last check before it
 * - `end`: nothing stops it, and thinking ends as recorded
 * - `beyond`: nothing stops it where the recorded run was stopped; what would have come was never written
 */
export type ReplayOutcome = "check" | "budget" | "end" | "beyond";

/** One trace under one setting. */
export interface ReplayPoint {
  /** The threshold or the budget. */
  setting: number;
  outcome: ReplayOutcome;
  /** Positions processed in all, and those of thinking. */
  tokens: number;
  thinking: number;
  ms: number;
  correct?: boolean | undefined;
}
