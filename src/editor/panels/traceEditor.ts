/** The editor of `*.thoughts.jsonl` files: the same view as the panels, on a file that nobody need have run here. */
import * as vscode from "vscode";
import { fold, type Trace } from "../../core/trace/fold";
import type { TraceEvent } from "../../core/trace/trace";
import type { PanelTrace } from "../../core/protocol/panelApi";
import { fillWebview } from "./panelHtml";
import type { PanelActions } from "./panelActions";
import { PanelSession, type PanelSource } from "./panelSession";
import { readTraceFile } from "../store/traceFileReader";

export const EDITOR_TYPE = "thoughtlens.traceEditor";
/** A file that is being written changes many times a second. */
const SETTLE_MS = 400;
/** A file may hold the runs of a whole dataset; more columns than these are no comparison. */
const MOST_RUNS = 12;

interface TraceDocument extends vscode.CustomDocument {
  readonly uri: vscode.Uri;
}

interface OpenEditor {
  readonly uri: vscode.Uri;
  readonly panel: vscode.WebviewPanel;
  readonly session: PanelSession;
}

export class TraceEditor implements vscode.CustomReadonlyEditorProvider<TraceDocument>, vscode.Disposable {
  private readonly open = new Set<OpenEditor>();
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
    const editor = { uri, panel, session };
    this.open.add(editor);
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
      this.open.delete(editor);
      watcher.dispose();
      session.dispose();
    });
    fillWebview(panel.webview, this.extensionUri);
  }

  /** The traces of the editor that has the focus; undefined where none has. */
  async activeTraces(): Promise<Trace[] | undefined> {
    const editor = this.active;
    return (
      editor && (await fileSource(editor.uri).load(new AbortController().signal)).map(({ events }) => fold(events))
    );
  }

  /** The events of a run that an editor shows; undefined where none does. */
  async eventsOf(run: string): Promise<TraceEvent[] | undefined> {
    for (const { uri } of [...this.open].sort((a, b) => Number(b.panel.active) - Number(a.panel.active))) {
      const traces = await fileSource(uri).load(new AbortController().signal);
      const found = traces.find((trace) => trace.run === run);
      if (found) return found.events;
    }
    return undefined;
  }

  /** Has the active editor save all it shows as one page. @returns false where none is active */
  savePage(): boolean {
    this.active?.session.savePage();
    return this.active !== undefined;
  }

  /** Has the active editor show its text as it was written, or rendered again. @returns false where none is active */
  toggleWritten(): boolean {
    this.active?.session.toggleWritten();
    return this.active !== undefined;
  }

  dispose(): void {
    this.registration.dispose();
  }

  private get active(): OpenEditor | undefined {
    return [...this.open].find(({ panel }) => panel.active);
  }
}

function baseName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

function fileSource(uri: vscode.Uri): PanelSource {
  let problems: string[] = [];
  return {
    title: baseName(uri),
    beside: { file: uri },
    load: async (signal) => {
      const [content, { splitRuns }] = await Promise.all([
        readTraceFile(uri, signal),
        import("../../core/trace/traceRuns"),
      ]);
      const runs = splitRuns(content.events);
      const more =
        runs.length > MOST_RUNS
          ? [vscode.l10n.t("The file holds {0} runs: the first {1} are shown.", runs.length, MOST_RUNS)]
          : [];
      problems = [...content.problems, ...more];
      return (runs.length > 0 ? runs : [[]]).slice(0, MOST_RUNS).map((events): PanelTrace => {
        const header = events.find((event) => event.t === "run");
        return { run: header?.id ?? uri.toString(), events, live: false };
      });
    },
    // The file is read again as a whole when it changes.
    onDidAppend: () => new vscode.Disposable(() => undefined),
    notices: () => (problems.length > 0 ? [{ type: "notice", level: "warning", message: problems.join(" ") }] : []),
  };
}
