/** Writes the last results of a prompt under it, in place of those that stand there. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import { resultOf } from "./promptResults";
import type { RecordedRun } from "../store/recordedRun";
import { promptFileName } from "../prompts/promptFiles";
import { commentAfter, oldComment, resultComment } from "./resultText";

/** @throws ActionableError `no-result` where the prompt has not been run to the end, `no-comments` for JSON */
export async function insertResult(prompt: TracedPrompt, runs: readonly RecordedRun[]): Promise<void> {
  const result = resultOf(runs);
  if (!result) {
    throw new ActionableError("no-result", "This prompt has no finished run.", "Trace it first.");
  }
  const document = await vscode.workspace.openTextDocument(prompt.uri);
  const comment = resultComment(promptFileName(document.uri.path, document.languageId), result);
  if (comment === undefined) {
    throw new ActionableError(
      "no-comments",
      "JSON has no comments to write results in.",
      "Open the runs side by side.",
    );
  }
  const [first, end] = prompt.reference.range;
  const after = commentAfter(document.getText().split(/\r?\n/), end);
  const last = document.lineAt(Math.min(after, document.lineCount) - 1).range.end;
  const section = new vscode.Range(new vscode.Position(Math.min(first, last.line), 0), last);
  const old = oldComment(document.getText(section));
  const edit = new vscode.WorkspaceEdit();
  if (old) {
    const from = document.offsetAt(section.start);
    const place = new vscode.Range(document.positionAt(from + old[0]), document.positionAt(from + old[1]));
    edit.replace(prompt.uri, place, comment);
  } else edit.insert(prompt.uri, last, `\n${comment}`);
  await vscode.workspace.applyEdit(edit);
}
