/** Writes the last results of a prompt under it, as a comment that its format ignores. */
import * as vscode from "vscode";
import { ActionableError } from "../core/rpc";
import { strategyTitle } from "../core/strategyTitle";
import type { TracedPrompt } from "./promptDocuments";
import { resultOf, seconds, shorten, totalTokens, verdict } from "./promptResults";
import type { RecordedRun } from "./recordedRun";

/** @throws ActionableError `no-result` where the prompt has not been run to the end */
export async function insertResult(prompt: TracedPrompt, runs: readonly RecordedRun[]): Promise<void> {
  const result = resultOf(runs);
  if (!result) {
    throw new ActionableError("no-result", "This prompt has no finished run.", "Trace it first.");
  }
  const document = await vscode.workspace.openTextDocument(prompt.uri);
  const lines = result.byStrategy.map((run) => {
    const time = run.end?.ms?.total ? `, ${seconds(run.end.ms.total)}` : "";
    return `${strategyTitle(run.header.strategy)}: ${verdict(run)}, ${totalTokens(run)} tokens${time}`;
  });
  const title = `on ${shorten(result.latest.header.model.id, 80)}`;
  const edit = new vscode.WorkspaceEdit();
  const at = Math.min(prompt.reference.range[1], document.lineCount) - 1;
  edit.insert(prompt.uri, document.lineAt(at).range.end, `\n${comment(document.fileName, [title, ...lines])}`);
  await vscode.workspace.applyEdit(edit);
}

/** Handlebars takes its comment out of the prompt; the other formats take HTML's. */
function comment(fileName: string, lines: readonly string[]): string {
  const text = lines.map((line) => line.replaceAll("--", "––").replaceAll("}}", "} }")).join("\n");
  return /\.prompt$/i.test(fileName) ? `{{!-- thoughtlens: ${text}\n--}}` : `<!-- thoughtlens: ${text}\n-->`;
}
