/**
 * A threshold that keeps a promise: at most a given share of exits turn a right answer wrong, with a given confidence.
 * After LYNX (2512.05325), which calibrates its exits by split conformal prediction; here the test is Learn then Test (2110.01052,
 * §3): on questions that the rule was not fitted to, thresholds in a fixed order, the safest first, until one is not proven.
 */
import { binomialAtMost } from "../measure/statistics";

/** What one setting of a rule did on the questions that it is chosen on. */
export interface ExitCount {
  threshold: number;
  /** Checks in a row that have to pass. */
  patience: number;
  /** Questions on which it stopped. */
  exits: number;
  /** Those of them that thinking to the end gets right and the exit wrong. */
  wrong: number;
  /** Tokens of thinking on all questions together. */
  thinking: number;
}

export interface Promised {
  /** The share of exits that may turn a right answer wrong, 0 to 1. */
  risk: number;
  /** How sure that has to be over the choice of the questions, 0 to 1. */
  confidence: number;
}

/**
 * The setting that thinks least of those that are proven to keep `risk`.
 * @param curve counts of every setting on the same questions
 * @returns undefined where none is proven: the questions are too few, or the exits wrong too often
 */
export function conformalExit(curve: readonly ExitCount[], { risk, confidence }: Promised): ExitCount | undefined {
  const patiences = [...new Set(curve.map(({ patience }) => patience))];
  // Each number of checks in a row is an order of its own: the doubt is shared between them.
  const doubt = (1 - confidence) / Math.max(1, patiences.length);
  const proven = patiences.flatMap((patience) => {
    const safestFirst = curve
      .filter((each) => each.patience === patience)
      .toSorted((a, b) => b.threshold - a.threshold)
      // So few exits prove nothing even where all are right; how many there are says nothing of how they end.
      .filter(({ exits }) => binomialAtMost(0, exits, risk) <= doubt);
    const failed = safestFirst.findIndex(({ exits, wrong }) => binomialAtMost(wrong, exits, risk) > doubt);
    return failed < 0 ? safestFirst : safestFirst.slice(0, failed);
  });
  return proven.reduce<ExitCount | undefined>(
    (best, each) => (best && best.thinking <= each.thinking ? best : each),
    undefined,
  );
}
