/** Text cut into pieces that stand for tokens, where nobody recorded the tokens. */

/** A token with what is known of it. */
export interface ForeignToken {
  text: string;
  logprob?: number | undefined;
}

/** Pieces about as long as tokens: a word with the space before it, up to three digits, a mark, a line break. */
const PIECE = / ?\p{L}{1,24}| ?\p{N}{1,3}|\n+|[^\S\n]+(?=\S)|[^\S\n]+| ?[^\s\p{L}\p{N}]{1,4}|\s/gu;

/** Pieces of `text`, which join to it; at most `most` of them. */
export function pieces(text: string, most = Infinity): string[] {
  const found: string[] = [];
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(text); match && found.length < most; match = PIECE.exec(text)) found.push(match[0]);
  return found;
}

/** Log-probabilities below this stand for “not known” (vLLM and SGLang write -9999), as does what is no number. */
const LEAST_LOGPROB = -1000;

/** Rounding makes a probability of one a little larger. */
const ROUNDED = 1e-3;

/** @returns a token's log-probability where it is one */
export function knownLogprob(value: number | undefined): number | undefined {
  return value === undefined || value <= LEAST_LOGPROB || value > ROUNDED ? undefined : Math.min(value, 0);
}
