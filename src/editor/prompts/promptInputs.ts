/** Asks for what a prompt needs before it runs: values of its inputs, and a task where it only instructs. */
import * as vscode from "vscode";
import type { Task } from "../../core/prompt/tasks";
import { shorten } from "../../core/text/shorten";
import type { KeptValues } from "./keptValues";
import type { PromptDocuments } from "./promptDocuments";
import type { TracedPrompt } from "./tracedPrompt";
import { tasksBeside } from "./tasksBeside";
import { pickOne } from "../host/listPick";

/** Tasks that a list offers. */
const MOST_OFFERED = 200;

export class PromptInputs {
  /** @param given what was given before, also before the window was loaded anew */
  constructor(
    private readonly prompts: PromptDocuments,
    private readonly given: KeptValues,
  ) {}

  /** @returns the prompt with its values, or undefined where the person stopped */
  async ask(prompt: TracedPrompt): Promise<TracedPrompt | undefined> {
    if (prompt.needsTask) return this.withTask(prompt);
    if (prompt.inputs.length === 0) return prompt;
    const values: Record<string, string> = {};
    for (const [index, { name, placeholder, sample }] of prompt.inputs.entries()) {
      const title =
        prompt.inputs.length === 1
          ? prompt.name
          : vscode.l10n.t("{0}: value {1} of {2}", prompt.name, index + 1, prompt.inputs.length);
      const known = this.given.of(prompt.key, name) ?? sample ?? "";
      // A box has one line: a value of several would lose its breaks, and is taken as it is where nothing is typed.
      const isLong = known.includes("\n");
      const placeHolder = isLong ? vscode.l10n.t("Left empty: {0}", shorten(known, 80)) : placeholder;
      const value = await vscode.window.showInputBox({
        title,
        prompt: isLong && placeholder !== undefined ? `${name}: ${placeholder}` : name,
        value: isLong ? "" : known,
        ignoreFocusOut: true,
        ...(placeHolder === undefined ? {} : { placeHolder }),
      });
      if (value === undefined) return undefined;
      values[name] = isLong && value === "" ? known : value;
    }
    await this.given.set(prompt.key, values);
    return this.prompts.with(prompt, { inputs: values });
  }

  /** The instructions with a task of the person's choice: one kept beside the file, what is selected, or one typed in. */
  private async withTask(prompt: TracedPrompt): Promise<TracedPrompt | undefined> {
    const task = await chooseTask(prompt, this.given.of(prompt.key));
    if (task === undefined) return undefined;
    await this.given.setTask(prompt.key, task.text);
    const filled = await this.prompts.with(prompt, { task: task.text });
    return filled && (task.expected === undefined ? filled : { ...filled, gold: task.expected });
  }
}

interface TaskItem extends vscode.QuickPickItem {
  task?: Task;
}

async function chooseTask(prompt: TracedPrompt, last: string | undefined): Promise<Task | undefined> {
  const title = vscode.l10n.t("{0}: Task", prompt.name);
  const kept = await tasksBeside(prompt.uri);
  const offered = (kept?.tasks ?? []).slice(0, MOST_OFFERED).map((task) => itemOf(task, kept!.name));
  const selected = selectedText();
  const items: TaskItem[] = [
    { label: `$(edit) ${vscode.l10n.t("Type a Task…")}` },
    ...(selected === undefined
      ? []
      : [itemOf({ text: selected, expected: undefined }, vscode.l10n.t("the selection"))]),
    ...offered,
  ];
  const picked = items.length === 1 ? items[0] : await pickOne(items, { title, matchOnDetail: true });
  if (!picked || picked.task) return picked?.task;
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("What the model is to do under these instructions"),
    value: last ?? "",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("Write what the model is to do.") : undefined),
  });
  return typed === undefined ? undefined : { text: typed, expected: undefined };
}

const itemOf = (task: Task, source: string): TaskItem => ({
  label: shorten(task.text, 90),
  description: source,
  ...(task.expected === undefined ? {} : { detail: vscode.l10n.t("expected: {0}", shorten(task.expected, 120)) }),
  task,
});

/** The selection of the editor in front, where it is a text of some other file than instructions are in. */
function selectedText(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  const text = editor?.document.getText(editor.selection).trim();
  return text ? text : undefined;
}
