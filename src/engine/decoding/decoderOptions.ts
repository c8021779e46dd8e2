/** What a decoder is started with. */
import type { Conversation } from "../../core/prompt/conversation";
import type { RunThinking } from "../../core/text/thinkFacts";
import type { KeptText } from "./keptText";
import type { Steering } from "./steering";

export interface DecoderOptions {
  /** Aborts whatever the decoder is at. */
  signal: AbortSignal;
  /** Of sampling that another program does, and that cannot draw from `random`. */
  seed: number;
  /** Uniform in [0, 1), seeded; one sequence of numbers for all decoders of a run. */
  random: () => number;
  /** The text ends before the first of these that the model would write; none of them is empty. */
  stopSequences?: readonly string[];
  /** Most tokens kept in the context, where that is less than the model has. */
  contextTokens?: number;
  /** How the model of this run thinks: the variables of its template, its marks, and who opens thinking. */
  thinking?: Pick<RunThinking, "format" | "opening" | "variables">;
  /** How conversations are written out; by the model's template where nothing is said. */
  conversation?: Conversation;
  /** How many tokens are told for each that is chosen, which might have been chosen in its place; none by default. */
  alternatives?: number;
  /** What a person asks of the run on the way. */
  steering?: Steering;
  /** Whether each step is to bring the last hidden state; of a local model. */
  hidden?: boolean;
  /** What stands before the model writes anything; one for all decoders of a run. */
  kept?: KeptText;
}
