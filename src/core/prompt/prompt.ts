/** What a prompt file of any format becomes: prompts with their messages, parameters, expected answer and place in the file. */
import type { Sentence } from "../text/l10n";
import type { Message } from "../trace/trace";

/** Decoding options that a prompt file asks for, in the words of the engine's options. */
export interface PromptParameters {
  temperature?: number;
  topP?: number;
  topK?: number;
  /** Most tokens of one answer, thinking included. */
  maxTokens?: number;
  seed?: number;
  stop?: string[];
  /** As the options of these names: a file from elsewhere may name a file beside it as `@FILE`. */
  instruction?: string;
  instructionIn?: "system" | "user";
  sampling?: string;
}

/** A value that the prompt needs and the context did not give. */
export interface PromptInput {
  name: string;
  placeholder: string | undefined;
  /** A value with which the file tests the prompt: offered, and never taken unasked. */
  sample?: string;
}

/** One prompt of a file. Lines are zero-based. */
export interface Prompt {
  /** Stable while the title stays: the title in lower case with hyphens, numbered where it comes twice. */
  id: string;
  title: string;
  /** First and last line of the section, last exclusive. */
  range: [first: number, end: number];
  /** The line to annotate: the section's heading or its first line of text. */
  headingLine: number;
  messages: Message[];
  /** Whether these are instructions that wait for a task: nothing can be run before the context gives one. */
  needsTask?: boolean;
  /** The answer the file expects, as written. */
  expected: string | undefined;
  parameters: PromptParameters;
  /** The model that the file names; nobody is bound to it. */
  model: string | undefined;
  /** What the file says that was not done, as a link that was not followed. */
  warnings: Sentence[];
  inputs: PromptInput[];
}

/** What is wrong with a file, at a zero-based line: one sentence, one action. */
export interface PromptProblem {
  line: number;
  message: Sentence;
  action: Sentence;
}

export interface PromptFile {
  prompts: Prompt[];
  problems: PromptProblem[];
}

/** Values that the editor or the command line provide. Environment and files are never read. */
export interface PromptContext {
  /** By the name in `${input:name}`, or of a template's input. */
  inputs?: Record<string, string>;
  selection?: string;
  /** What instructions are to be followed for. */
  task?: string;
  /** Values of `${file}`, `${fileBasename}`, `${fileDirname}`, `${workspaceFolder}` … by that name. */
  variables?: Record<string, string>;
}

export type PromptFormat = "prompt-md" | "instructions" | "prompty" | "dotprompt" | "markdown" | "text" | "dataset";
