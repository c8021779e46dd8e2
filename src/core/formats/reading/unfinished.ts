/** Whether a text breaks off within a sentence, as one does that was cut at a limit of tokens. */

/** Words and marks after which a sentence goes on. */
const GOES_ON =
  /(?:[,;:([{+=*/\u2013\u2014-]|(?<![\p{L}\p{N}])(?:and|or|but|so|the|an|of|to|in|is|are|was|were|with|that|for|as|at|by|if|then|we|because|which|where|when|from|on|be|let|not|its|this))$/iu;
const ENDS = /[.!?:;)\]}>"'”’»*_`|~$%\d。！？」]$/u;
/** A shorter last line may be a title or an answer by itself, in words. */
const LEAST_WORDS = 5;

/** @returns false for texts that end in a full stop, a closing mark, a number, or a line of a few words */
export function isUnfinished(text: string): boolean {
  const end = text.trimEnd();
  const line = end.slice(end.lastIndexOf("\n") + 1).slice(-400);
  const words = line.split(/\s+/).length;
  if (GOES_ON.test(line)) return words > 2;
  return words >= LEAST_WORDS && !ENDS.test(line);
}
