/** What can be done away from the thread that must not wait: pure readings of files whose contents nobody vouches for. */
import type { PromptContext, PromptFile } from "../core/prompt/prompt";

interface PromptText {
  fileName: string;
  text: string;
  context: PromptContext;
}

/** Name → what it takes and gives. Both travel between threads, so they are plain data. */
export interface BackgroundTasks {
  /** All prompts of a file. Its template runs here: it may loop for ever. */
  parsePrompts: (input: PromptText) => Promise<PromptFile>;
  /** Those of YAML or JSON that nobody called a prompt: nothing where it is not surely one. */
  parseData: (input: PromptText) => Promise<PromptFile>;
}

export type TaskName = keyof BackgroundTasks;
export type TaskInput<N extends TaskName> = Parameters<BackgroundTasks[N]>[0];
export type TaskOutput<N extends TaskName> = Awaited<ReturnType<BackgroundTasks[N]>>;

/** One job on its way to the thread. */
export interface Job<N extends TaskName = TaskName> {
  id: number;
  task: N;
  input: TaskInput<N>;
}

export type Outcome = { id: number; output: unknown } | { id: number; error: string };
