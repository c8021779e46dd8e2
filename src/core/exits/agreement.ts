/** How many trial answers in a row are the same, and whether one is said with hesitation. */
import { isSameAnswer } from "../text/sameAnswer";

export interface Agreement {
  readonly answer: string | undefined;
  /** Checks in a row with this answer, the last one included; 0 without one. */
  readonly count: number;
}

export const NO_AGREEMENT: Agreement = { answer: undefined, count: 0 };

/** The next check with its answer. */
export function agreed(before: Agreement, answer: string | undefined): Agreement {
  if (answer === undefined) return NO_AGREEMENT;
  const goesOn = before.answer !== undefined && isSameAnswer(answer, before.answer);
  return { answer, count: goesOn ? before.count + 1 : 1 };
}

/** The words that Dynasor takes for doubt (2412.20993, §4). */
const DOUBTS: ReadonlySet<string> = new Set(["wait", "hold", "but", "okay", "no", "hmm"]);

export const hesitates = (said: string): boolean =>
  said
    .toLowerCase()
    .split(/[^a-z]/)
    .some((word) => DOUBTS.has(word));
