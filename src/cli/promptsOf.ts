/** The prompts of a file that the command line names, with their values and tasks filled in, read away from this thread. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Background } from "../background/background";
import type { Prompt, PromptContext } from "../core/prompt/prompt";
import { parsePromptFile, promptFormat } from "../core/prompt/promptFile";
import { readTasks, TASK_FILES, type Task } from "../core/prompt/tasks";
import { inEnglish } from "../core/text/l10n";
import type { Message } from "../core/trace/trace";
import { ActionableError } from "../core/protocol/rpc";
import type { Arguments } from "./arguments";
import { BACKGROUND_BUNDLE } from "./bundlePlaces";
import { complain } from "./terminal";

/** Milliseconds after which the reading of one file is given up. */
const READING_DEADLINE_MS = 10_000;

type Given = Pick<Arguments, "inputs" | "task" | "tasks" | "limit">;

/**
 * @throws ActionableError `file-missing`, `prompt-empty`, `input-missing`, `task-missing`, or that of a reading that was
 * given up
 */
export async function promptsOf(file: string, given: Given): Promise<Prompt[]> {
  const text = await readText(file);
  const background = new Background(BACKGROUND_BUNDLE);
  try {
    const read = (context: PromptContext) =>
      background.run(
        "parsePrompts",
        { fileName: path.basename(file), text, context: { inputs: given.inputs, ...context } },
        { deadlineMs: READING_DEADLINE_MS, name: file },
      );
    const { prompts, problems } = await read({});
    for (const problem of problems) complain(`${file}:${problem.line + 1}: ${inEnglish(problem.message)}`);
    if (prompts.length === 0) {
      const action = "Write a prompt in it and run again.";
      throw new ActionableError("prompt-empty", `The file ${file} holds no prompt.`, action);
    }
    const filled: Prompt[] = [];
    for (const prompt of prompts) {
      if (!prompt.needsTask) {
        filled.push(demandValues(prompt));
        continue;
      }
      for (const task of await tasksFor(file, given)) {
        const [followed] = (await read({ task: task.text })).prompts;
        if (followed) filled.push({ ...followed, title: `${followed.title}: ${task.text}`, expected: task.expected });
      }
    }
    return filled;
  } finally {
    background.dispose();
  }
}

/** A hole in a prompt is never sent: the model would answer something that nobody asked. */
function demandValues(prompt: Prompt): Prompt {
  const missing = prompt.inputs.map(({ name }) => name);
  if (missing.length === 0) return prompt;
  throw new ActionableError(
    "input-missing",
    `The prompt “${prompt.title}” has no value for ${missing.join(", ")}.`,
    `Give ${missing.map((name) => `--input ${name}=VALUE`).join(" ")}.`,
  );
}

async function tasksFor(file: string, { task, tasks, limit }: Given): Promise<Task[]> {
  if (task !== undefined) return [{ text: task, expected: undefined }];
  if (tasks !== undefined) {
    const found = readTasks(path.basename(tasks), await readText(tasks), limit);
    if (found.length > 0) return found;
    throw new ActionableError(
      "task-missing",
      `The file ${tasks} holds no tasks.`,
      "Name a dataset, or give --task TEXT.",
    );
  }
  for (const place of TASK_FILES) {
    const text = await readFile(path.join(path.dirname(file), place), "utf8").catch(() => undefined);
    const found = text === undefined ? [] : readTasks(path.basename(place), text, limit);
    if (found.length > 0) return found;
  }
  throw new ActionableError(
    "task-missing",
    `${file} gives instructions and no task.`,
    "Give --task TEXT, or --tasks FILE with a question a line.",
  );
}

/**
 * What a skill, an agent or instructions put before a task.
 * @throws ActionableError `file-missing`, `instructions-missing`
 */
export async function instructionsOf(file: string): Promise<Message[]> {
  const name = path.basename(file);
  const text = await readText(file);
  const [found] = promptFormat(name) === "instructions" ? (await parsePromptFile(name, text)).prompts : [];
  if (found) return found.messages;
  const action = "Name a SKILL.md, *.agent.md, *.instructions.md, AGENTS.md or CLAUDE.md.";
  throw new ActionableError("instructions-missing", `${file} gives no instructions.`, action);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new ActionableError("file-missing", `The file ${file} cannot be read.`, "Check its name.");
  }
}
