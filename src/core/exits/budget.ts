/**
 * A budget of thinking tokens (s1, 2501.19393): stop at the first end of a sentence after it. With no grace it stops at
 * once: truncation, the control that every early exit is compared with at the same mean length.
 */
import type { ExitRule } from "./rule";

export interface BudgetSettings {
  tokens: number;
  grace: number;
}

export const budgetExit: ExitRule<BudgetSettings, undefined> = {
  id: "budget",
  reason: "budget",
  reads: ["tokens", "sentenceEnd"],
  signal: "tokens",
  stopsBelow: false,
  settings: {
    tokens: {
      description: "Thinking tokens after which the next sentence end stops.",
      ...{ isWhole: true, least: 0, default: 128 },
    },
    grace: {
      description: "Tokens after that for which the end of a sentence is waited for.",
      ...{ isWhole: true, least: 0, default: 24 },
    },
  },
  initial: undefined,
  next: (state, { tokens = 0, sentenceEnd = 0 }, settings) => ({
    state,
    decision: {
      stops: tokens >= settings.tokens && (sentenceEnd > 0 || tokens >= settings.tokens + settings.grace),
      score: tokens,
    },
  }),
};
