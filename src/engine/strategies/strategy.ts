/** What a strategy is. Everything that is particular to one stands in its own file, and nothing else knows its id. */
import type * as z from "zod";
import type { StrategyFacts } from "../../core/catalogue";
import type { TemplateVariables, ThinkFacts } from "../../core/text/thinkFacts";
import type { decodingOptions } from "../decoding/options";
import { HOUSE_FORMAT } from "../../core/text/thinkFormat";
import type { Instruction, Message } from "../../core/trace/trace";
import type { PromptState, RunContext } from "../thinking/runContext";
import prompts from "./prompts.json";

/** What is said of it everywhere (`StrategyFacts`), and what it does. */
export interface Strategy<Options extends z.ZodObject = z.ZodObject> extends StrategyFacts {
  /** Options with defaults and descriptions; a model's manifest may replace defaults. */
  readonly options: Options;
  /** What its paper, or its authors' code, sets in place of the defaults here: the settings `paper`. */
  readonly published?: Readonly<Partial<z.input<Options> & z.input<typeof decodingOptions>>>;
  /** Options under which a run is short and every part of the strategy has its turn all the same. */
  readonly short?: Readonly<Partial<z.input<Options>>>;
  /** Whether the model's thinking is to be on or off, where its chat template can be told; else as it is by itself. */
  readonly thinks?: "on" | "off";
  /** The house's instruction; undefined where a model is told nothing, or where what the run finds out decides. */
  words?(options: z.output<Options>, state: PromptState): string | undefined;
  /** Whether that instruction is the method itself, so that a model's own can stand beside it only. */
  isMethodOfWords?(options: z.output<Options>): boolean;
  /** Turns of examples before the question. */
  examples?(options: z.output<Options>, state: PromptState): Message[];
  /** Values of the option that contenders differ in, on a model that thinks so; undefined where there is no such option. */
  values?(thinking: ThinkFacts, options: z.output<Options>): readonly string[];
  /**
   * Variables of the model's template that it asks for.
   * @param model its name, for people
   * @throws ActionableError where the model heeds no such thing
   */
  variables?(options: z.output<Options>, thinking: ThinkFacts, model: string): TemplateVariables;
  /** The conversation with what the run adds to it. */
  framed?(messages: Message[], options: z.output<Options>, state: PromptState): Message[];
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
export function strategy<Options extends z.ZodObject>(definition: Omit<Strategy<Options>, "prompt">): Strategy {
  const { words, examples, framed } = definition;
  const prompt: Strategy<Options>["prompt"] = (messages, options, state) => {
    const [house, shown] = [words?.(options, state), examples?.(options, state)];
    const told = state.hasOwnMarks
      ? instructed(messages, house && withoutMarks(house), state.instruction, shown?.map(markless))
      : instructed(messages, house, state.instruction, shown);
    return framed?.(told, options, state) ?? told;
  };
  return { ...definition, prompt } as unknown as Strategy;
}

/** House words, or an example, for a model that marks its thinking in another way: it is told nothing of marks. */
export function withoutMarks(words: string): string {
  const { opener, closer } = HOUSE_FORMAT;
  const [first = "", ...opened] = words.replaceAll(` between ${opener} and ${closer}`, "").split(opener);
  const closed = [first, ...opened.map((part) => part.trimStart())].join("").split(closer);
  const last = closed.pop();
  return [...closed.map((part) => part.trimEnd()), last].join("");
}

const markless = (message: Message): Message => ({ ...message, content: withoutMarks(message.content) });

/**
 * The prompt under an instruction: in a system turn it stands before a system message of the prompt's own, in the user's
 * turn after the question.
 * @param house the strategy's own words
 * @param instruction whose words they are to be, and where
 * @param examples turns between the instruction and the conversation
 */
export function instructed(
  messages: readonly Message[],
  house: string | undefined,
  instruction?: Instruction,
  examples: readonly Message[] = [],
): Message[] {
  const { from, text, in: place } = instruction ?? { from: "house", in: "system" };
  const words = text ?? (from === "house" ? house : undefined);
  const own = messages.filter((message) => message.role === "system").map((message) => message.content);
  const said = words !== undefined && place === "system" ? [words, ...own] : own;
  const spoken = messages.filter((message) => message.role !== "system");
  const last = spoken.findLastIndex((message) => message.role === "user");
  return [
    ...(said.length > 0 ? [{ role: "system" as const, content: said.join("\n\n") }] : []),
    ...examples,
    ...spoken.map((message, index) =>
      words !== undefined && place === "user" && index === last
        ? { ...message, content: `${message.content}\n\n${words}` }
        : message,
    ),
  ];
}

/** The instruction to think step by step. */
export const stepByStep = (): string => prompts["chain-of-thought"].system;
