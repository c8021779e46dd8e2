/** DEER (2504.15895): stop where the model is sure enough of the answer that it would give now. */
import { inARow, type ExitRule } from "./rule";

export interface DeerSettings {
  threshold: number;
  patience: number;
}

/** Its state is the number of passes in a row up to now. */
export const deerExit: ExitRule<DeerSettings, number> = {
  id: "deer",
  reason: "confidence",
  reads: ["confidence"],
  signal: "confidence",
  stopsBelow: false,
  settings: {
    threshold: { description: "Confidence above which thinking stops.", least: 0, most: 1, default: 0.95 },
    patience: { description: "Checks in a row that have to pass.", isWhole: true, least: 1, default: 1 },
  },
  initial: 0,
  next: (passed, { confidence }, settings) => inARow(passed, confidence, settings),
};
