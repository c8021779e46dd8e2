/**
 * A decoder: one conversation that a model reads (prefill) and goes on writing (decode), token by token, with a KV cache
 * behind it. Strategies that only prompt, stop and try answers are written against this, so that they run on a local
 * model and over a server alike.
 */
import { ActionableError } from "../../core/protocol/rpc";
import type { Alternative } from "../../core/trace/fold";
import type { Message, TokenKind } from "../../core/trace/trace";
import type { Sampling } from "./sampling";
import { l10n } from "../../core/text/l10n";

export type StopReason = "end" | "stop" | "transition" | "budget" | "context" | "repetition";

/** A token the model chose. `logprob` and `entropy` in nats; undefined where a server does not say. */
export interface ChosenToken {
  id: number | undefined;
  text: string;
  logprob: number | undefined;
  entropy: number | undefined;
  ms: number;
  /** What else it might have chosen; not there where nobody asked, or a server does not say. */
  others?: readonly Alternative[];
}

export interface GenerateOptions {
  /** Most tokens to generate. */
  maxTokens: number;
  sampling?: Sampling;
  /** Asked after each token with the text of this call; a true answer stops. */
  stop?: (text: string, token: ChosenToken) => boolean;
  /** Stop before a word of this list is written. */
  transitions?: readonly string[];
  /** Stop before a token of this list, whatever its text; of a local model, since servers do not tell ids. */
  before?: readonly number[];
  /** Called once a token stands. */
  onToken?: (token: ChosenToken) => void;
  /** Whether what is written will be taken back: then stop sequences do not end it. */
  aside?: boolean;
}

export interface Generated {
  text: string;
  tokens: ChosenToken[];
  stoppedBy: StopReason;
  /** The stop sequence before which the text ended, where one did; `stoppedBy` is then `end`, as the turn is over. */
  sequence?: string;
  /** The transition word that was about to be written: chosen by the model, neither recorded nor kept in the cache. */
  held: ChosenToken[];
}

/** A place in a decoder to come back to. */
export interface DecoderMark {
  readonly textLength: number;
  /** What the implementation needs to find the place again. */
  readonly inner: unknown;
}

/** @param needed tokens, of which `limit` fit */
export const contextFull = (needed: number, limit: number): ActionableError =>
  new ActionableError(
    "context-full",
    l10n.later`This needs ${needed} tokens of context and ${limit} are there.`,
    "Shorten the prompt, lower the token budget, or choose a model with a longer context.",
  );

export interface Decoder {
  /** All text after the prompt that stands: what was taken back is not in it. */
  readonly text: string;
  /** Tokens the prompt had, the last time it was read. */
  readonly promptTokens: number;
  /** Ids of the prompt that was read last, all of whose rows are of text; empty where they are not known. */
  readonly promptIds: readonly number[];
  /** Most tokens that still fit into the model's context. */
  readonly room: number;
  /**
   * Reads the conversation and `prefix`, the beginning of the assistant's answer. Starts the decoder anew.
   * `prefix` is recorded as forced tokens.
   */
  prefill(messages: readonly Message[], prefix?: string): Promise<void>;
  /** Writes `text` as if the model had: it is fed and recorded with `kind`. */
  force(text: string, kind?: TokenKind): Promise<void>;
  /** Writes tokens that `generate` held back. */
  accept(held: readonly ChosenToken[]): Promise<void>;
  /** Lets the model go on. Every token is recorded as it comes. */
  generate(options: GenerateOptions): Promise<Generated>;
  mark(): DecoderMark;
  /**
   * Takes back everything after the mark; the decoder goes on as if it had not been written. What was kept for the mark is
   * given up: a model whose cache cannot drop tokens may have to read again what a second rewind to it takes back.
   */
  rewind(mark: DecoderMark): void;
  dispose(): void;
}
