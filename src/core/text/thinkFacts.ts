/** What is known of a model's thinking before it runs: its format, who opens it, and what turns it on, off and up. */
import type { ThinkFormat } from "./thinkFormat";

/** Variables of a chat template by which a person says how a model thinks, as `enable_thinking`. */
export type TemplateVariables = Readonly<Record<string, string | number | boolean>>;

/**
 * Who opens thinking: the `model` itself; the `template`, so that a run begins in thinking; or nobody, because the
 * template ends in a block that is `closed` and the model answers at once.
 */
export type Opening = "model" | "template" | "closed";

/** A variable that the template heeds. */
export interface ThinkSwitch {
  readonly name: string;
  /** `switch`: on and off. `effort`: levels by name. `budget`: a number of tokens. `history`: thoughts of earlier turns. */
  readonly kind: "switch" | "effort" | "budget" | "history";
  /** Values that the template tells apart. */
  readonly values: readonly (string | number | boolean)[];
}

/** Words in a turn that turn thinking off, where the template itself reads them. */
export interface SoftSwitch {
  readonly turn: "system" | "user";
  readonly words: string;
  /** Who opens thinking then. */
  readonly opening: Opening;
}

export interface ThinkFacts {
  readonly format: ThinkFormat;
  /** What the format was found by; `nothing`: no mark was found, and the turn is read as a whole. */
  readonly from: "template" | "vocabulary" | "option" | "server" | "nothing";
  /** Of a prompt without variables. */
  readonly opening: Opening;
  readonly switches: readonly ThinkSwitch[];
  /** What turns thinking on where it is off by itself, and off where it is on; undefined where nothing does. */
  readonly on: TemplateVariables | undefined;
  readonly off: TemplateVariables | undefined;
  /** Whether a prompt without variables is as one in which thinking was turned off. */
  readonly isOffByItself: boolean;
  readonly softOff: SoftSwitch | undefined;
  /** Levels of effort by name, weakest first, with what asks for each. */
  readonly levels: readonly { name: string; variables: TemplateVariables }[];
  /** What a person should know, one sentence each: what was assumed, what does not fit. */
  readonly notes: readonly string[];
}

/** Thinking as one run has it: the facts with this run's variables put in. */
export interface RunThinking {
  readonly format: ThinkFormat;
  readonly from: ThinkFacts["from"];
  readonly opening: Opening;
  /** Those that the template heeds. */
  readonly variables: TemplateVariables;
  readonly notes: readonly string[];
  /** Whether variables or words were given that turn thinking off. */
  readonly isOff?: boolean;
  /** The words that were given. */
  readonly words?: SoftSwitch;
}

/** Levels of effort as templates and servers name them, weakest first. */
export const EFFORT_LEVELS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** A model that marks nothing and heeds nothing. */
export function noThinkFacts(format: ThinkFormat, notes: readonly string[] = []): ThinkFacts {
  return {
    format,
    from: "nothing",
    opening: "model",
    switches: [],
    on: undefined,
    off: undefined,
    isOffByItself: false,
    softOff: undefined,
    levels: [],
    notes,
  };
}
