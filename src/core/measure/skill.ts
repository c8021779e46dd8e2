/** Signs that a model writes nonsense: a question in words that it does not have, and doubt in every token that it chose. */
import type { Trace } from "../trace/fold";
import { purposes } from "./metrics";

/** A vocabulary of fewer tokens was made for a few tasks, and a word outside of it belongs to none of them. */
const SMALL_VOCABULARY = 8192;
/** A word in so many pieces has no token of its own. */
const PIECES = 3;
const FEWEST_WORDS = 3;
const MOST_WORDS = 400;
/** Share of such words. Questions of the included models' own tasks have none; a poem, a capital and a school sum a third and more. */
const UNKNOWN_SHARE = 0.25;
const WORD = /\p{L}{3,40}/gu;

/**
 * Whether a question is made of words that a small vocabulary does not have.
 * @param piecesOf how many tokens a word takes
 */
export function isOutsideVocabulary(
  question: string,
  vocabularySize: number,
  piecesOf: (word: string) => number,
): boolean {
  if (vocabularySize === 0 || vocabularySize > SMALL_VOCABULARY) return false;
  const words: string[] = [];
  for (const [word] of question.matchAll(WORD)) if (words.push(word) >= MOST_WORDS) break;
  const unknown = words.filter((word) => piecesOf(` ${word}`) >= PIECES).length;
  return words.length >= FEWEST_WORDS && unknown / words.length >= UNKNOWN_SHARE;
}

/** Tokens that are looked at together, and the least of them that tell anything. */
const WINDOW = 16;
const FEWEST_TOKENS = 48;
/** Geometric mean of the probabilities of a window's tokens: below it, a model guesses among more than three at every one. */
const GUESSING = 0.3;
/** Share of windows in which it does, throughout: sound text of a bold sampling has its sure stretches. */
const THROUGHOUT = 0.8;

/** Whether the model was in doubt at nearly every token that it chose; undefined where too few probabilities are known. */
export function isDoubtThroughout(trace: Trace): boolean | undefined {
  const purpose = purposes(trace);
  const known = trace.positions.flatMap(({ kind, logprob }, at) =>
    kind === "text" && logprob !== undefined && purpose[at] !== "trial" ? [logprob] : [],
  );
  if (known.length < FEWEST_TOKENS) return undefined;
  const windows = Array.from({ length: Math.floor(known.length / WINDOW) }, (_, index) =>
    known.slice(index * WINDOW, (index + 1) * WINDOW),
  );
  const doubtful = windows.filter(
    (window) => window.reduce((sum, each) => sum + each, 0) / WINDOW < Math.log(GUESSING),
  );
  return doubtful.length / windows.length >= THROUGHOUT;
}
