/** The texts of tokens as servers name them: by their bytes, or by the signs of a tokenizer's own table. */
import { list, number, text, type Json } from "./jsonValue";
import type { ForeignToken } from "./pieces";

/** Bytes that a text completion writes where a token is half a character. */
const NAMED_BYTES = /^ ?bytes:((?:\\x[\da-f]{2})+)$/i;

function bytesOf(entry: Json, name: string): number[] | undefined {
  const own = list(entry["bytes"]).filter(
    (each): each is number => typeof each === "number" && each >= 0 && each < 256 && Number.isInteger(each),
  );
  if (own.length > 0) return own;
  const [, named] = NAMED_BYTES.exec(name) ?? [];
  return named
    ?.split("\\x")
    .slice(1)
    .map((each) => parseInt(each, 16));
}

/**
 * The tokens of entries that have a `token`, a `logprob` and perhaps their `bytes`. A character of several tokens stands
 * with the first of them.
 */
export function namedTokens(entries: readonly Json[]): ForeignToken[] {
  const tokens: ForeignToken[] = [];
  let [decoder, begun]: [TextDecoder | undefined, ForeignToken | undefined] = [undefined, undefined];
  for (const entry of entries) {
    const name = text(entry["token"]);
    if (name === undefined) continue;
    const token: ForeignToken = { text: name, logprob: number(entry["logprob"]) };
    tokens.push(token);
    const bytes = bytesOf(entry, name);
    if (!bytes) {
      [decoder, begun] = [undefined, undefined];
      continue;
    }
    const written = (decoder ??= new TextDecoder()).decode(Uint8Array.from(bytes), { stream: true });
    token.text = written;
    if (written === "") begun ??= token;
    else if (begun) {
      const [first = ""] = written;
      [begun.text, token.text] = [first, written.slice(first.length)];
      begun = undefined;
    }
  }
  return tokens;
}

/** The signs of byte-pair tables (`Ġ`, `Ċ`) and of SentencePiece (`▁`) for blanks and line breaks. */
export const withPlainBlanks = (tokens: readonly ForeignToken[]): ForeignToken[] =>
  tokens.map((token) => ({
    ...token,
    text: token.text.replaceAll("Ġ", " ").replaceAll("▁", " ").replaceAll("Ċ", "\n").replaceAll("<0x0A>", "\n"),
  }));
