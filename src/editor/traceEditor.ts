/** The editor of `*.thoughts.jsonl` files: the same view as the panels, on a file that nobody need have run here. */
import * as vscode from "vscode";
import { fillWebview } from "./panelHtml";
import { PanelSession, type PanelActions, type PanelSource } from "./panelSession";
import { readTraceFile } from "./traceFileReader";

export const EDITOR_TYPE = "thoughtlens.traceEditor";
/** A file that is being written changes many times a second. */
const SETTLE_MS = 400;

interface TraceDocument extends vscode.CustomDocument {
  readonly uri: vscode.Uri;
}

export class TraceEditor implements vscode.CustomReadonlyEditorProvider<TraceDocument>, vscode.Disposable {
  private readonly registration = vscode.window.registerCustomEditorProvider(EDITOR_TYPE, this, {
    supportsMultipleEditorsPerDocument: true,
  });

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly actions: PanelActions,
  ) {}

  openCustomDocument(uri: vscode.Uri): TraceDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: TraceDocument, panel: vscode.WebviewPanel): void {
    const source = fileSource(uri);
    const session = new PanelSession(panel.webview, source, this.actions);
    const folder = vscode.Uri.joinPath(uri, "..");
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, baseName(uri)));
    let settling: NodeJS.Timeout | undefined;
    const changed = () => {
      clearTimeout(settling);
      settling = setTimeout(() => session.show(source), SETTLE_MS);
    };
    watcher.onDidChange(changed);
    watcher.onDidCreate(changed);
    panel.onDidDispose(() => {
      clearTimeout(settling);
      watcher.dispose();
      session.dispose();
    });
    fillWebview(panel.webview, this.extensionUri);
  }

  dispose(): void {
    this.registration.dispose();
  }
}

function baseName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

function fileSource(uri: vscode.Uri): PanelSource {
  let problems: string[] = [];
  return {
    title: baseName(uri),
    load: async () => {
      const content = await readTraceFile(uri);
      problems = content.problems;
      const header = content.events.find((event) => event.t === "run");
      return [{ run: header?.id ?? uri.toString(), events: content.events, live: false }];
    },
    // The file is read again as a whole when it changes.
    onDidAppend: () => new vscode.Disposable(() => undefined),
    notices: () => problems.map((message) => ({ type: "notice", level: "warning", message })),
  };
}
