/** What one run of a strategy has at hand. */
import type { Capability } from "../../core/protocol/engineApi";
import type { RunThinking } from "../../core/text/thinkFacts";
import type { Instruction, Message } from "../../core/trace/trace";
import type { Decoder } from "../decoding/decoder";
import type { KeptText } from "../decoding/keptText";
import type { LocalDecoder } from "../decoding/localDecoder";
import type { LocalDecoderOptions } from "../decoding/localFeed";
import type { LanguageModel } from "../decoding/model";
import type { Recorder } from "../decoding/recorder";
import type { Sampling } from "../decoding/sampling";
import type { Route } from "../routing/paradigmRouter";

/** What a prompt depends on beside the messages and the options: what the run has found out by then. */
export interface PromptState {
  /** What the router picked (Sketch-of-Thought). */
  readonly pick?: string;
  /** The summary that the round before has left (InftyThink). */
  readonly carried?: string;
  /** Whose words stand before the question; the house's in a system turn where nothing is said. */
  readonly instruction?: Instruction | undefined;
  /** Whether the model marks its thinking otherwise than the house's words ask for. */
  readonly hasOwnMarks?: boolean;
}

export interface RunContext {
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  /** The prompt's own messages; what the model reads is `prompt()`. */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** Uniform in [0, 1), seeded. */
  readonly random: () => number;
  /** Most tokens of one answer, thinking included. */
  readonly maxTokens: number;
  /** What the model's manifest says of the method that is run; empty where it says nothing. */
  readonly method: Readonly<Record<string, unknown>>;
  /** How the model of this run marks its thinking, and who opens it. */
  readonly thinking: RunThinking;
  /** The conversation that the strategy has the model read. @param messages in place of the prompt's own */
  prompt(state?: PromptState, messages?: readonly Message[]): Message[];
  /** Where the answer that stands in `text` is right: undefined without an expected answer. */
  grade(text: string | undefined): { answer: string | undefined; correct: boolean | undefined };
  /** Which Sketch-of-Thought paradigm suits a question. */
  route: Route;
  has(capability: Capability): boolean;
  /** A new decoder on the model or server of this run. */
  decoder(): Decoder;
  /** A new decoder on a local model; strategies that need more than text declare it in `needs`. */
  localDecoder(options?: Pick<LocalDecoderOptions, "hidden">): LocalDecoder;
  /** What stands before the model writes anything, where the run began inside another. */
  readonly kept: KeptText | undefined;
  /** Those that this run has started, in order. */
  readonly decoders: readonly Decoder[];
  /** The local model. */
  model(): LanguageModel;
}
