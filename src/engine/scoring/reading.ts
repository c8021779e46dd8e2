/** A run that is read by another model: what is known of it beforehand. */
import type { Trace } from "../../core/trace/fold";
import type { Message } from "../../core/trace/trace";
import type { KnownOutline } from "./knownOutline";
import type { ReadToken } from "./readTokens";
import type { WrittenText } from "./writtenText";

/** Everything known of the run that is read. */
export interface Reading {
  original: Trace;
  /** What its model had read before it wrote. */
  prompt: Message[];
  written: WrittenText;
  /** The text in the reading model's tokens. */
  tokens: ReadToken[];
  /** Characters of the text that `tokens` stand for; less than all only where no context reaches further. */
  characters: number;
  outline: KnownOutline;
}
