/** Which files of a folder other programs make, change and delete. */
import path from "node:path";
import * as vscode from "vscode";

/** A file that another program writes changes many times a second. */
const SETTLE_MS = 500;

/**
 * @param suffix of the names that are watched
 * @param changed is told their names, once things are quiet; each once
 */
export function watchFolder(
  folder: string,
  suffix: string,
  changed: (names: readonly string[]) => void,
): vscode.Disposable {
  const waiting = new Set<string>();
  let settling: NodeJS.Timeout | undefined;
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), `*${suffix}`);
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  const note = ({ fsPath }: vscode.Uri) => {
    waiting.add(path.basename(fsPath));
    settling ??= setTimeout(() => {
      settling = undefined;
      const names = [...waiting];
      waiting.clear();
      changed(names);
    }, SETTLE_MS);
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(note),
    watcher.onDidChange(note),
    watcher.onDidDelete(note),
    { dispose: () => clearTimeout(settling) },
  );
}
