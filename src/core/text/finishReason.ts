/** Why a model's answer ended, as servers and their logs write it. */

/** `length`, `max_tokens`, `MAX_TOKENS`, `max_output_tokens`, `model_length`, `incomplete`, `token_limit`. */
const CUT = /length|max_|maxtokens|max tokens|max output|incomplete|limit/i;

/** Whether the answer was cut because it came to be too long. */
export const isCutReason = (reason: string): boolean => CUT.test(reason);
