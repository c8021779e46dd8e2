/**
 * Measures, inside a fresh extension host, how long the extension takes to activate and how soon after Trace the first
 * token of the pocket model is there. Each figure is printed as one JSON line behind the mark that the harness reads.
 */
import path from "node:path";
import * as vscode from "vscode";
import type { ThoughtlensApi } from "../src/extension";

const WARM_RUNS = 5;

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<ThoughtlensApi>("thoughtlens.thoughtlens");
  if (!extension) throw new Error("the extension is not there");
  if (extension.isActive) throw new Error("the extension was active before anybody needed it");
  const began = performance.now();
  const api = await extension.activate();
  const loadMs = performance.now() - began;

  const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  const uri = vscode.Uri.file(path.join(folder, "stories.prompt.md"));
  await vscode.window.showTextDocument(uri);
  const cold = await firstTokenMs(api, uri);
  const warm: number[] = [];
  for (let each = 0; each < WARM_RUNS; each++) warm.push(await firstTokenMs(api, uri));
  print({ activateMs: api.activationMs, loadMs, coldMs: cold, warmMs: warm });
}

/** Milliseconds from the command to the first tokens in the store; the run is then cancelled. */
async function firstTokenMs({ store, runs }: ThoughtlensApi, uri: vscode.Uri): Promise<number> {
  const began = performance.now();
  let first: number | undefined;
  const listening = store.onDidAppend(({ events }) => {
    if (first !== undefined || !events.some((event) => event.t === "tokens")) return;
    first = performance.now() - began;
    runs.cancel();
  });
  await vscode.commands.executeCommand("thoughtlens.trace", { uri, line: 4 });
  listening.dispose();
  if (first === undefined) throw new Error("the run gave no token");
  return first;
}

function print(figures: object): void {
  console.log(`##| ${JSON.stringify(figures)}`);
  console.log("##| ##END 1 0 0");
}
