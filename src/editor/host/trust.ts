/** Where models may run: in a trusted workspace whose files are on disk. The manifest says so and the code holds it. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";

/** @throws ActionableError `untrusted` or `virtual` where only viewing is allowed */
export function demandRunning(): void {
  if (!vscode.workspace.isTrusted) {
    throw new ActionableError(
      "untrusted",
      "Models run only in a workspace that you trust.",
      "Trust this workspace to trace its prompts; traces can be viewed without.",
    );
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 0 && folders.every((folder) => folder.uri.scheme !== "file")) {
    throw new ActionableError(
      "virtual",
      "Models run only where the workspace has files on disk.",
      "Open a copy of this workspace on disk; traces can be viewed here.",
    );
  }
}
