/** Text of ids that arrive one by one. */
import type { TokenStream } from "../decoding/model";

/** A character of UTF-8 has at most four bytes, and a token at least one. */
const LONGEST_CHARACTER = 4;
const INCOMPLETE = "\uFFFD";

/**
 * Decodes each id after the one before it, because many tokenizers treat the first token of a text differently.
 * @param anchor an ordinary id that the first one is decoded after: a stream goes on from a prompt
 */
export function tokenStream(decode: (ids: readonly number[]) => string, anchor: number): TokenStream {
  let before: number[] = [anchor];
  let beforeText = decode(before);
  let pending: number[] = [];

  const emit = (text: string): string => {
    const piece = text.slice(beforeText.length);
    before = pending;
    beforeText = decode(before);
    pending = [];
    return piece;
  };
  return {
    push(id) {
      pending.push(id);
      const text = decode([...before, ...pending]);
      if (text.endsWith(INCOMPLETE) && pending.length < LONGEST_CHARACTER) return "";
      return emit(text);
    },
    flush() {
      return pending.length === 0 ? "" : emit(decode([...before, ...pending]));
    },
  };
}
