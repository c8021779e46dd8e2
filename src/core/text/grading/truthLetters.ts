/** `T` and `F`, `Y` and `N` against words that say yes or no: labels of datasets that ask for nothing else. */
import type { Verdict } from "./sameExpression";
import { polarity } from "./words";

const LETTERS = new Map([
  ["T", true],
  ["Y", true],
  ["F", false],
  ["N", false],
]);
/** One word, and whatever reason is given behind a stop. */
const WORD = /^[\p{L}\p{M}]{2,20}(?:$|[.,;:!])/u;

/** @returns undefined where not one side is such a letter and the other such a word */
export function lettered(answer: string, gold: string): Verdict | undefined {
  const said = WORD.test(answer) ? polarity(answer) : LETTERS.get(answer.toUpperCase());
  // The expected letter is a label only as a capital; others are variables.
  const expected = WORD.test(gold) && !/[.,;:!]/.test(gold) ? polarity(gold) : LETTERS.get(gold);
  if (said === undefined || expected === undefined || WORD.test(answer) === WORD.test(gold)) return undefined;
  // F may be an option, of which “no” says nothing.
  if (gold === "F" && !/^(?:true|false)/i.test(answer)) return undefined;
  return said === expected ? "right" : "wrong";
}
