/**
 * Semantic redundancy (PUMA, 2605.17672): a step that says what was said before is a place where thinking may stop, and an
 * answer is tried there. Thinking stops once the answers at some of these places in a row are sure enough. What a step says is
 * read from the model's own hidden state here, and not from an embedding that was trained for it: see docs/METHODS.md.
 */
import { passes, type ExitRule } from "./rule";
import type { Signals } from "./signals";

export interface RedundancySettings {
  /** Of the similarity (τ_sim in the paper). */
  threshold: number;
  /** Of the answer that is tried (λ in the paper). */
  sure: number;
  /** How many such places in a row (L in the paper). */
  patience: number;
}

const isRedundant = ({ similarity }: Signals, { threshold }: RedundancySettings): boolean =>
  passes(similarity, threshold, false);

/** Its state is the number of redundant steps in a row whose answer was sure; steps that say something new do not count. */
export const redundancyExit: ExitRule<RedundancySettings, number> = {
  id: "semantic-redundancy",
  reason: "confidence",
  reads: ["similarity", "confidence"],
  signal: "similarity",
  stopsBelow: false,
  settings: {
    threshold: {
      description: "Similarity to an earlier step above which a step is redundant; a default of our own, to be tuned.",
      ...{ least: 0, most: 1, default: 0.8 },
    },
    sure: {
      description: "Confidence above which the answer tried after a redundant step counts.",
      ...{ least: 0, most: 1, default: 0.98 },
    },
    patience: {
      description: "Redundant steps in a row whose answer has to be sure.",
      ...{ isWhole: true, least: 1, default: 2 },
    },
  },
  initial: 0,
  tries: isRedundant,
  next(passed, signals, settings) {
    const { similarity, confidence } = signals;
    if (!isRedundant(signals, settings)) {
      const why = similarity === undefined ? "No earlier step was read." : "It says something new.";
      return { state: passed, decision: { stops: false, score: similarity, why } };
    }
    const state = passes(confidence, settings.sure, false) ? passed + 1 : 0;
    const stops = state >= settings.patience;
    const why = state === 0 ? "The answer is not sure." : `Sure at ${state} of ${settings.patience} in a row.`;
    return { state, decision: { stops, score: similarity, ...(stops ? {} : { why }) } };
  },
};
