/**
 * Answer convergence (2506.02536, §3): stop once the answer has been the same for many pieces of reasoning in a row, whatever
 * it is said with.
 */
import { passes, type ExitRule } from "./rule";

export interface ConvergenceSettings {
  threshold: number;
}

export const convergenceExit: ExitRule<ConvergenceSettings, undefined> = {
  id: "answer-convergence",
  reason: "confidence",
  reads: ["agreeing"],
  signal: "agreeing",
  stopsBelow: false,
  settings: {
    threshold: {
      description: "Equal answers in a row above which thinking stops: 9 stops at the tenth, as the paper does.",
      ...{ least: 0, default: 9 },
    },
  },
  initial: undefined,
  next: (state, { agreeing }, { threshold }) => ({
    state,
    decision: { stops: passes(agreeing, threshold, false), score: agreeing },
  }),
};
