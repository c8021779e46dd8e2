/** What a strategy is, and what it gets to work with. */
import type * as z from "zod";
import type { Capability } from "../../core/protocol/engineApi";
import type { Message } from "../../core/trace/trace";
import type { LocalDecoder, LocalDecoderOptions } from "../decoding/localDecoder";
import type { LanguageModel } from "../decoding/model";
import type { Route } from "../routing/paradigmRouter";
import type { Recorder } from "../decoding/recorder";
import type { Sampling } from "../decoding/sampling";
import type { Decoder } from "../decoding/decoder";

/** Everything one run has at hand. */
export interface RunContext {
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  /** The prompt's own messages; strategies add their system prompt with `instructed`. */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** Uniform in [0, 1), seeded. */
  readonly random: () => number;
  /** Most tokens of one answer, thinking included. */
  readonly maxTokens: number;
  /** Where the answer that stands in `text` is right: undefined without an expected answer. */
  grade(text: string | undefined): { answer: string | undefined; correct: boolean | undefined };
  /** Which Sketch-of-Thought paradigm suits a question. */
  route: Route;
  /** Whether the model or server of this run can do that. */
  has(capability: Capability): boolean;
  /** A new decoder on the model or server of this run. */
  decoder(): Decoder;
  /** A new decoder on a local model; strategies that need more than text declare it in `needs`. */
  localDecoder(options?: Pick<LocalDecoderOptions, "hidden">): LocalDecoder;
  /** The local model. */
  model(): LanguageModel;
}

export interface Strategy<Options extends z.ZodObject = z.ZodObject> {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it does. */
  readonly summary: string;
  /** arXiv number. */
  readonly paper?: string;
  readonly needs: readonly Capability[];
  /** Whether only a model trained for it, which its manifest says, can run it. */
  readonly trainedFor?: boolean;
  /** Options with defaults and descriptions; a model's manifest may replace defaults. */
  readonly options: Options;
  /** What a finished line of thinking is called in the trace. */
  readonly stepKind: "step" | "draft" | "sketch";
  /**
   * Runs to the end and records everything.
   * @returns the text in which the answer stands
   */
  run(context: RunContext, options: z.output<Options>): Promise<string>;
}

/** Keeps the option type of each strategy while the registry holds them all as one type. */
export function strategy<Options extends z.ZodObject>(definition: Strategy<Options>): Strategy {
  return definition as unknown as Strategy;
}

/** The prompt under a strategy's instruction. A system message of the prompt's own stands after it. */
export function instructed(
  messages: readonly Message[],
  instruction: string,
  exemplars: readonly Message[] = [],
): Message[] {
  const own = messages.filter((message) => message.role === "system").map((message) => message.content);
  return [
    { role: "system", content: [instruction, ...own].join("\n\n") },
    ...exemplars,
    ...messages.filter((message) => message.role !== "system"),
  ];
}
