/** A prompt as the editor runs it: of a file, a selection, a dataset, or a trace. */
import { createHash } from "node:crypto";
import path from "node:path";
import * as vscode from "vscode";
import type { Prompt, PromptInput } from "../../core/prompt/prompt";
import type { Message, RunHeader } from "../../core/trace/trace";
import { promptKey } from "../store/recordedRun";

export interface TracedPrompt {
  /** Same for the same section of the same file, also after an edit. */
  readonly key: string;
  readonly uri: vscode.Uri;
  /** For titles: the section's title, else the file's name. */
  readonly name: string;
  /** The line that annotations stand on. */
  readonly line: number;
  readonly messages: readonly Message[];
  readonly gold: string | undefined;
  /** Decoding options that the file asks for. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number | undefined;
  /** Values it needs before it can run. */
  readonly inputs: readonly PromptInput[];
  /** Whether it is instructions that wait for a task. */
  readonly needsTask: boolean;
  /** What the trace keeps of it. */
  readonly reference: RunHeader["prompt"] & { range: [number, number] };
}

interface Section {
  title: string;
  range: readonly [number, number];
  line: number;
  messages: readonly Message[];
  gold?: string | undefined;
  options?: object;
  seed?: number | undefined;
  inputs?: readonly PromptInput[];
  needsTask?: boolean | undefined;
}

function traced(uri: vscode.Uri, section: Section): TracedPrompt {
  const { title, line, messages, gold, options, seed, inputs = [], needsTask = false } = section;
  const range: [number, number] = [...section.range];
  const sha256 = createHash("sha256").update(JSON.stringify(messages)).digest("hex");
  const reference = { uri: uri.toString(), range, title, sha256 };
  const name = title || path.posix.basename(uri.path);
  return {
    key: promptKey(reference),
    uri,
    name,
    line,
    messages,
    gold,
    options: { ...options },
    seed,
    inputs,
    needsTask,
    reference,
  };
}

/** In the order of the file; those of one title are numbered. */
export function promptsOfFile(uri: vscode.Uri, prompts: readonly Prompt[]): TracedPrompt[] {
  const seen = new Map<string, number>();
  return prompts.map((prompt) => {
    const count = (seen.get(prompt.title) ?? 0) + 1;
    seen.set(prompt.title, count);
    const title = count === 1 ? prompt.title : `${prompt.title} (${count})`;
    const { range, headingLine, messages, expected, parameters, inputs, needsTask } = prompt;
    const { seed, ...options } = parameters;
    return traced(uri, { title, range, line: headingLine, messages, gold: expected, options, seed, inputs, needsTask });
  });
}

/**
 * A prompt with the messages that it has once its values are put in. It stays the prompt that it was: a title or a text
 * with the values in them would make another one of every run, of which the lens in the file knows nothing.
 */
export function filledIn(prompt: TracedPrompt, filled: TracedPrompt): TracedPrompt {
  const { key, name, reference } = prompt;
  return { ...filled, key, name, reference };
}

/** The selected text as one user message. */
export function promptOfSelection(document: vscode.TextDocument, selection: vscode.Range): TracedPrompt {
  const text = document.getText(selection);
  const range: [number, number] = [selection.start.line, selection.end.line + 1];
  const title = `Line ${range[0] + 1}`;
  return traced(document.uri, { title, range, line: range[0], messages: [{ role: "user", content: text }] });
}

/** A question of a dataset. The questions of a file are one prompt to lists; their text tells them apart. @param instructions messages that stand before each question */
export function promptOfQuestion(
  uri: vscode.Uri,
  index: number,
  question: string,
  answer: string,
  instructions: readonly Message[] = [],
): TracedPrompt {
  const messages: Message[] = [...instructions, { role: "user", content: question }];
  return traced(uri, { title: "", range: [index, index + 1], line: index, messages, gold: answer });
}

/** The prompt of a trace, as it was when it ran. */
export function promptOfHeader({ prompt, messages, gold }: RunHeader): TracedPrompt {
  const uri = prompt.uri === undefined ? vscode.Uri.parse("untitled:prompt") : vscode.Uri.parse(prompt.uri);
  const range = prompt.range ?? [0, 1];
  return {
    key: promptKey(prompt),
    uri,
    name: prompt.title || path.posix.basename(uri.path),
    line: range[0],
    messages,
    gold,
    options: {},
    seed: undefined,
    inputs: [],
    needsTask: false,
    reference: { ...prompt, range },
  };
}
