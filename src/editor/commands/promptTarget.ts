/** Which prompt a command means: commands come from a CodeLens, the tree, a panel, a title bar, or the palette. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import type { RunHeader } from "../../core/trace/trace";
import type { PromptDocuments } from "../prompts/promptDocuments";
import { promptOfHeader, promptOfSelection, type TracedPrompt } from "../prompts/tracedPrompt";
import { promptKey } from "../store/recordedRun";
import type { TracePanels } from "../panels/tracePanel";
import type { TraceStore } from "../store/traceStore";

interface Argument {
  run?: unknown;
  latest?: { id?: unknown };
  uri?: unknown;
  line?: unknown;
  /** The key of the prompt there. */
  prompt?: unknown;
}

export class PromptTarget {
  constructor(
    private readonly prompts: PromptDocuments,
    private readonly store: TraceStore,
    private readonly panels: TracePanels,
  ) {}

  /** @returns the id of the run that the argument names, else that of the active panel */
  runOf(argument: unknown): string | undefined {
    const { run, latest } = (argument ?? {}) as Argument;
    if (typeof run === "string") return run;
    if (typeof latest?.id === "string") return latest.id;
    return this.panels.activeRuns.at(-1);
  }

  /** @throws ActionableError `no-prompt` where nothing is meant */
  async promptOf(argument: unknown): Promise<TracedPrompt> {
    const place = placeOf(argument);
    if (place) return this.at(place);
    const run = this.runOf(argument);
    const header = run === undefined ? undefined : this.store.run(run)?.header;
    if (header) return this.ofHeader(header);
    const editor = vscode.window.activeTextEditor;
    if (editor && this.prompts.kindOf(editor.document) !== undefined) return this.atCursor(editor);
    throw new ActionableError(
      "no-prompt",
      "No prompt is open.",
      "Open a prompt file and put the cursor into a prompt.",
    );
  }

  /** The prompt of a trace that is opened as a file, as it was when it ran. */
  ofOpened(header: RunHeader): TracedPrompt {
    return promptOfHeader(header);
  }

  /** Shows the prompt of a run in its file. */
  async reveal(argument: unknown): Promise<void> {
    const prompt = await this.promptOf(argument);
    const document = await vscode.workspace.openTextDocument(prompt.uri);
    const line = Math.min(prompt.line, document.lineCount - 1);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(line, 0, line, 0) });
  }

  private async at({ uri, line, key }: Place): Promise<TracedPrompt> {
    const editor = vscode.window.activeTextEditor;
    if (line === undefined && editor?.document.uri.toString() === uri.toString()) return this.atCursor(editor);
    const document = await vscode.workspace.openTextDocument(uri);
    const prompts = await this.prompts.of(document);
    // Several may begin on one line.
    return prompts.find((prompt) => prompt.key === key && prompt.line === line) ?? containing(prompts, line ?? 0);
  }

  private async atCursor(editor: vscode.TextEditor): Promise<TracedPrompt> {
    const { document, selection } = editor;
    // In a prompt file the section counts; elsewhere a selection is the prompt.
    if (!selection.isEmpty && this.prompts.kindOf(document) !== "prompt") return promptOfSelection(document, selection);
    return containing(await this.prompts.of(document), selection.active.line);
  }

  /** The prompt as it is now; where its file or section is gone, as it was. */
  private async ofHeader(header: RunHeader): Promise<TracedPrompt> {
    const uri = header.prompt.uri === undefined ? undefined : vscode.Uri.parse(header.prompt.uri);
    if (uri && isAtHand(uri)) {
      const key = promptKey(header.prompt);
      try {
        const document = await vscode.workspace.openTextDocument(uri);
        const found = (await this.prompts.of(document)).find((prompt) => prompt.key === key);
        if (found) return found;
      } catch {
        // The file was deleted or renamed: the trace still holds what was asked.
      }
    }
    return promptOfHeader(header);
  }
}

/** A trace may have come from anywhere: the file that it names is opened and sent only if it is in the workspace or open. */
const isAtHand = (uri: vscode.Uri): boolean =>
  vscode.workspace.getWorkspaceFolder(uri) !== undefined ||
  vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());

interface Place {
  uri: vscode.Uri;
  line: number | undefined;
  key: unknown;
}

function placeOf(argument: unknown): Place | undefined {
  if (argument instanceof vscode.Uri) return { uri: argument, line: undefined, key: undefined };
  const { uri, line, prompt } = (argument ?? {}) as Argument;
  return uri instanceof vscode.Uri && typeof line === "number" ? { uri, line, key: prompt } : undefined;
}

function containing(prompts: readonly TracedPrompt[], line: number): TracedPrompt {
  const prompt = prompts.findLast((each) => Math.min(each.line, each.reference.range[0]) <= line) ?? prompts[0];
  if (prompt) return prompt;
  throw new ActionableError("prompt-empty", "This file holds no prompt.", "Write a prompt and trace it again.");
}
