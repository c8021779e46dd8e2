/** What a strategy is. Everything that is particular to one stands in its own file, and nothing else knows its id. */
import type * as z from "zod";
import type { StrategyFacts } from "../../core/catalogue";
import type { Message } from "../../core/trace/trace";
import type { PromptState, RunContext } from "../thinking/runContext";
import prompts from "./prompts.json";

/** What is said of it everywhere (`StrategyFacts`), and what it does. */
export interface Strategy<Options extends z.ZodObject = z.ZodObject> extends StrategyFacts {
  /** Options with defaults and descriptions; a model's manifest may replace defaults. */
  readonly options: Options;
  /** Options under which a run is short and every part of the strategy has its turn all the same. */
  readonly short?: Readonly<Partial<z.input<Options>>>;
  /** Whether the model's thinking is to be on or off, where its chat template can be told; else as it is by itself. */
  readonly thinks?: "on" | "off";
  /** The conversation that the model reads, in a run and where a recorded run is read again. */
  prompt(messages: readonly Message[], options: z.output<Options>, state: PromptState): Message[];
  /**
   * Runs to the end and records everything.
   * @returns the text in which the answer stands
   */
  run(context: RunContext, options: z.output<Options>): Promise<string>;
  /** Records what a person wants to see of a run that went well; no part of its cost. Never throws. */
  afterRun?(context: RunContext): Promise<void>;
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

/** The prompt under the instruction to think step by step. */
export const stepByStep = (messages: readonly Message[]): Message[] =>
  instructed(messages, prompts["chain-of-thought"].system);
