/** Tasks that instructions are tried on, where their author keeps them: beside the file. */
import path from "node:path";
import * as vscode from "vscode";
import type { BenchQuestion } from "../../core/measure/benchFile";
import type { Task } from "../../core/prompt/tasks";
import { ActionableError } from "../../core/protocol/rpc";
import type { Message } from "../../core/trace/trace";
import type { Dataset } from "./datasetPicker";
import { l10n } from "../../core/text/l10n";

interface KeptTasks {
  /** Relative to the instructions. */
  name: string;
  uri: vscode.Uri;
  tasks: Task[];
}

/** Brings the readers of datasets along, which an editor that starts has no use for. */
const tasksOfFiles = () => import("../../core/prompt/tasks");

/** @returns the first of the usual places that holds tasks */
export async function tasksBeside(instructions: vscode.Uri): Promise<KeptTasks | undefined> {
  const { TASK_FILES } = await tasksOfFiles();
  for (const name of TASK_FILES) {
    const uri = vscode.Uri.joinPath(instructions, "..", name);
    const tasks = await tasksIn(uri).catch((): Task[] => []);
    if (tasks.length > 0) return { name, uri, tasks };
  }
  return undefined;
}

/** @throws where the file cannot be read */
export async function tasksIn(uri: vscode.Uri): Promise<Task[]> {
  const { readTasks } = await tasksOfFiles();
  const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8");
  return readTasks(path.posix.basename(uri.path), text);
}

/** A task as a bench asks it. Where nobody says what is right, nothing is. */
export const questionOf = ({ text, expected = "" }: Task, before: readonly Message[]): BenchQuestion => ({
  question: text,
  answer: expected,
  before,
});

/**
 * All tasks beside a file of instructions, each under them.
 * @throws ActionableError `task-missing`
 */
export async function datasetOfTasks(instructions: vscode.Uri, before: readonly Message[]): Promise<Dataset> {
  const kept = await tasksBeside(instructions);
  if (kept) {
    const questions = kept.tasks.map((task) => questionOf(task, before));
    return { uri: kept.uri, name: kept.name, questions, instructions };
  }
  throw new ActionableError(
    "task-missing",
    "No tasks are kept beside these instructions.",
    l10n.later`Write them into ${(await tasksOfFiles()).TASK_FILES[0]!}, as {"evals": [{"prompt": …, "expected_output": …}]}.`,
  );
}
