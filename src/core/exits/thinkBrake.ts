/**
 * ThinkBrake (2510.00546): stop where going on is hardly likelier than closing the block: at the end of a line, a paragraph
 * or before a word, the margin between the likeliest next token and the one that closes thinking is small. Free of charge.
 */
import { passes, type ExitRule } from "./rule";

export interface ThinkBrakeSettings {
  threshold: number;
}

export const thinkBrakeExit: ExitRule<ThinkBrakeSettings, undefined> = {
  id: "think-brake",
  reason: "confidence",
  reads: ["margin"],
  signal: "margin",
  stopsBelow: true,
  settings: {
    threshold: {
      description: "Margin, in nats, below which thinking stops; a default of our own, to be tuned for each model.",
      ...{ least: 0, default: 2 },
    },
  },
  initial: undefined,
  next: (state, { margin }, { threshold }) => ({
    state,
    decision: { stops: passes(margin, threshold, true), score: margin },
  }),
};
