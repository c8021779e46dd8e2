/** Writing to where a person chose: whole or not at all on this machine's disks, and with what helps where it is refused. */
import * as vscode from "vscode";
import { l10n } from "../../core/text/l10n";
import { diskError } from "../../disk/diskError";
import { replaceFile } from "../../disk/wholeFile";

/** @throws ActionableError `file-enospc`, `file-eacces`, … */
export async function writeChosen(target: vscode.Uri, content: string | Uint8Array): Promise<void> {
  try {
    if (target.scheme === "file") await replaceFile(target.fsPath, content);
    else await vscode.workspace.fs.writeFile(target, typeof content === "string" ? Buffer.from(content) : content);
  } catch (error) {
    throw diskError(error, target.fsPath, {
      what: l10n.later`The file`,
      code: "file",
      elsewhere: l10n.later`choose another place for it`,
    });
  }
}
