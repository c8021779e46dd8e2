/** A written text as the tokens of the model that reads it, each with its place in the text. */
import type { Tokenizer } from "../decoding/model";
import type { WrittenText } from "./writtenText";

export interface ReadToken {
  id: number;
  /** What it adds to the text; empty while a character is incomplete. */
  text: string;
  isForced: boolean;
  /** The character of the written text at which it begins. */
  from: number;
}

/** How far a tokenizer that normalises may be away from the text before its place is lost, in characters. */
const WINDOW = 64;

/**
 * @param most characters of the text that are read
 * @param sameModel whether the reading model wrote the text: then its own tokens are taken, where they are known
 * @returns the tokens and how many characters they stand for
 */
export function readTokens(
  written: WrittenText,
  tokenizer: Tokenizer,
  { most, sameModel }: { most: number; sameModel: boolean },
): { tokens: ReadToken[]; characters: number } {
  const { parts } = written;
  if (sameModel && parts.every(({ id = -1 }) => id >= 0 && id < tokenizer.vocabularySize)) {
    let from = 0;
    const tokens = parts.map(({ id, text, isForced }) => {
      from += text.length;
      return { id: id!, text, isForced, from: from - text.length };
    });
    return { tokens, characters: written.text.length };
  }
  const text = written.text.slice(0, most);
  const ids = tokenizer.encode(text);
  const stream = tokenizer.stream();
  const pieces = ids.map((id, index) => stream.push(id) + (index === ids.length - 1 ? stream.flush() : ""));
  const forced = forcedRanges(written);
  let range = 0;
  const tokens = places(pieces, text).map((from, index) => {
    while (range < forced.length && forced[range]![1] <= from) range += 1;
    const isForced = range < forced.length && forced[range]![0] <= from;
    return { id: ids[index]!, text: pieces[index]!, isForced, from };
  });
  return { tokens, characters: text.length };
}

/**
 * Where each piece begins in `source`. Most tokenizers give back what they read; one that normalises writes other
 * characters, or none for what it does not know: such pieces are passed over, and the next known one is looked for.
 */
export function places(pieces: readonly string[], source: string): number[] {
  let at = 0;
  return pieces.map((piece) => {
    if (source.startsWith(piece, at)) {
      at += piece.length;
      return at - piece.length;
    }
    const word = piece.trim();
    const ahead = word === "" ? -1 : source.slice(at, at + WINDOW).indexOf(word);
    if (ahead < 0) return at;
    const from = at + ahead;
    at = from + word.length;
    return from;
  });
}

function forcedRanges({ parts }: WrittenText): [number, number][] {
  const ranges: [number, number][] = [];
  let at = 0;
  for (const { text, isForced } of parts) {
    if (isForced) ranges.push([at, at + text.length]);
    at += text.length;
  }
  return ranges;
}
