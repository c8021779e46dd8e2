/** Transition words: with them a model turns to another thought (DEER, 2504.15895 §3.1), so a decoder can stop before one. */

/** Whether `candidate`, written after `before`, is a transition word, may become one, or is neither. */
export function matchTransition(
  before: string,
  candidate: string,
  words: readonly string[],
): "whole" | "beginning" | "none" {
  const leading = candidate.length - candidate.trimStart().length;
  const word = candidate.trimStart();
  // Inside of a word nothing begins; a mark, as what closes thinking, may follow a letter.
  if (word === "" || (leading === 0 && /^\p{L}/u.test(word) && /\p{L}$/u.test(before))) return "none";
  if (
    words.some((each) => word.startsWith(each) && (!/\p{L}$/u.test(each) || !/^\p{L}/u.test(word.slice(each.length))))
  )
    return "whole";
  return words.some((each) => each.startsWith(word)) ? "beginning" : "none";
}
