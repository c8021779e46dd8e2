import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { RpcErrorShape } from "../../src/core/protocol/rpc";
import type { TraceEvent } from "../../src/core/trace/trace";
import { readTrace } from "../../src/core/trace/traceFile";
import type { ThoughtlensApi } from "../../src/extension";

/** The identifier of the extension under test. */
export const EXTENSION_ID = "thoughtlens.thoughtlens";

/**
 * Polls `probe` until it returns something other than undefined, null or false, and returns that.
 * Throws an error that names `what` after `timeoutMs`.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, undefined | null | false>;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The extension under test, active. */
export async function activeExtension(): Promise<vscode.Extension<unknown>> {
  const extension = vscode.extensions.getExtension(EXTENSION_ID);
  if (!extension) throw new Error(`${EXTENSION_ID} is not installed`);
  await extension.activate();
  return extension;
}

/** A path inside the workspace, which is a copy of the samples that the test may change. */
export function inWorkspace(...parts: string[]): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error("no folder is open");
  return vscode.Uri.file(path.join(folder.uri.fsPath, ...parts));
}

/** Opens a file of the workspace in an editor. */
export async function openSample(...parts: string[]): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(inWorkspace(...parts));
  return vscode.window.showTextDocument(document);
}

/** Writes a file into the workspace and opens it in an editor. */
export async function openText(name: string, text: string): Promise<vscode.TextEditor> {
  await vscode.workspace.fs.writeFile(inWorkspace(name), new TextEncoder().encode(text));
  return openSample(name);
}

/** Titles of the CodeLenses that the editor shows over a document, in order. */
export async function codeLensTitles(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 100);
  return lenses.flatMap((lens) => (lens.command ? [lens.command.title] : []));
}

/** Closes every editor without saving. */
export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** What the extension gives to others: its store, its engine, what runs. */
export async function activeApi(): Promise<ThoughtlensApi> {
  return (await activeExtension()).exports as ThoughtlensApi;
}

/** The events of a run as they stand in its file. */
export async function traceFileOf({ store }: ThoughtlensApi, run: string): Promise<TraceEvent[]> {
  const file = store.run(run)?.file;
  if (file === undefined) throw new Error(`the run ${run} has no file`);
  const reading = readTrace(await readFile(file, "utf8"));
  if (reading.problems.length > 0) throw new Error(reading.problems.join(" "));
  return reading.events;
}

/** Ids of the runs that a command answers with. */
export async function runsOf(command: string, ...parameters: unknown[]): Promise<string[]> {
  return (await vscode.commands.executeCommand<string[]>(command, ...parameters)) ?? [];
}

/** A chat completion of a reasoning server, as its API gives it. */
export const completionOf = (reasoning: string, content: string) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "deepseek-reasoner",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", reasoning_content: reasoning, content } }],
});

/** Runs a command and gives what the person was told meanwhile. */
export async function toldBy(command: string, ...parameters: unknown[]): Promise<RpcErrorShape[]> {
  const { messages } = await activeApi();
  const told: RpcErrorShape[] = [];
  const listening = messages.onDidShow((error) => told.push(error));
  try {
    await vscode.commands.executeCommand(command, ...parameters);
  } finally {
    listening.dispose();
  }
  return told;
}

/** One sentence and one action, each of them a sentence. */
export function assertSentence(error: RpcErrorShape | undefined, code: RegExp): void {
  assert.ok(error, "nothing was told");
  assert.match(error.code, code, error.message);
  assert.match(error.message, /^\P{Ll}.*[.!?]$/su);
  assert.match(error.action ?? "", /^\P{Ll}.*[.!?]$/su);
}
