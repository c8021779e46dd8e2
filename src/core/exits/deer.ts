/** DEER (2504.15895): stop where the model is sure enough of the answer that it would give now. */
import { passes, type ExitRule } from "./rule";

export interface DeerSettings {
  threshold: number;
}

export const deerExit: ExitRule<DeerSettings, undefined> = {
  id: "deer",
  reason: "confidence",
  reads: ["confidence"],
  signal: "confidence",
  stopsBelow: false,
  settings: {
    threshold: { description: "Confidence above which thinking stops.", least: 0, most: 1, default: 0.95 },
  },
  initial: undefined,
  next: (state, { confidence }, { threshold }) => ({
    state,
    decision: { stops: passes(confidence, threshold, false), score: confidence },
  }),
};
