/** The panel of all runs of this workspace, imports among them: the rows as the store has them, and what its page asks for. */
import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { questionKey } from "../../core/measure/question";
import { runRow, type RunRow } from "../../core/measure/runRow";
import type { DroppedFile } from "../../core/protocol/panelApi";
import type { FromRuns, RunsSubset, ToRuns } from "../../core/protocol/runsApi";
import { fillWebview } from "../panels/panelHtml";
import type { RecordedRun } from "../store/recordedRun";
import { RunDetailsQueue } from "../store/runDetailsQueue";
import type { TraceStore } from "../store/traceStore";

const RUNS_TYPE = "thoughtlens.runs";
/** A run tells of itself many times a second. */
const SETTLE_MS = 300;
/** Rows in one message: a page that gets more at once stands still while it reads them. */
const ROWS_PER_MESSAGE = 1000;

/** What the page asks the editor to do. */
export interface RunsActions {
  open(run: string): void;
  compare(runs: readonly string[]): void;
  remove(runs: readonly string[]): void;
  /** @param files asked for where none are given */
  importFiles(files: readonly DroppedFile[] | undefined): void;
  failed(message: string): void;
}

export class RunsPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly serializer = vscode.window.registerWebviewPanelSerializer(RUNS_TYPE, this);
  private open: { readonly panel: vscode.WebviewPanel; readonly session: RunsSession } | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly store: TraceStore,
    private readonly actions: RunsActions,
  ) {}

  /** Shows all runs, or some of them alone. */
  show(subset?: RunsSubset): void {
    if (this.open) this.open.panel.reveal();
    else this.fill(vscode.window.createWebviewPanel(RUNS_TYPE, TITLE, vscode.ViewColumn.Active));
    if (subset) this.open?.session.showOnly(subset);
  }

  /** After a reload of the window. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.open) panel.dispose();
    else this.fill(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.serializer.dispose();
    this.open?.panel.dispose();
  }

  private fill(panel: vscode.WebviewPanel): void {
    panel.title = TITLE;
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.svg");
    const session = new RunsSession(panel.webview, this.store, this.actions);
    this.open = { panel, session };
    panel.onDidChangeViewState(() => {
      if (!panel.visible) session.hidden();
    });
    panel.onDidDispose(() => {
      session.dispose();
      this.open = undefined;
    });
    fillWebview(panel.webview, this.extensionUri, "runs");
  }
}

const TITLE = vscode.l10n.t("Runs");

/** The conversation with one page, which is told what has changed since it was told last. */
class RunsSession implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[];
  private readonly details: RunDetailsQueue;
  /** What the page has been told, by the id of the run. */
  private told = new Map<string, RecordedRun>();
  private subset: RunsSubset | undefined;
  private settling: NodeJS.Timeout | undefined;
  private isReady = false;
  /** How often the page was told everything. */
  private tellings = 0;

  constructor(
    private readonly webview: vscode.Webview,
    private readonly store: TraceStore,
    private readonly actions: RunsActions,
  ) {
    this.details = new RunDetailsQueue(
      (run) => store.events(run),
      (of) => this.post({ type: "details", of }),
    );
    this.disposables = [
      this.details,
      webview.onDidReceiveMessage((message: FromRuns) => this.receive(message)),
      store.onDidChange(() => {
        if (!this.isReady) return;
        this.settling ??= setTimeout(() => {
          this.settling = undefined;
          this.tellChanges();
        }, SETTLE_MS);
      }),
    ];
  }

  showOnly(subset: RunsSubset): void {
    this.subset = subset;
    if (this.isReady) this.tellSubset();
  }

  /** A page that is hidden is thrown away: what is said to it would be lost. It asks again when it is shown. */
  hidden(): void {
    this.isReady = false;
  }

  dispose(): void {
    clearTimeout(this.settling);
    for (const each of this.disposables) each.dispose();
  }

  private post(message: ToRuns): void {
    void this.webview.postMessage(message);
  }

  private receive(message: FromRuns): void {
    switch (message.type) {
      case "ready":
        void this.tellAll();
        return;
      case "open":
        this.actions.open(message.run);
        return;
      case "compare":
        this.actions.compare(message.runs);
        return;
      case "details":
        this.details.want(message.runs.flatMap((run) => this.store.run(run) ?? []));
        return;
      case "delete":
        this.actions.remove(message.runs);
        return;
      case "import":
        this.actions.importFiles(undefined);
        return;
      case "drop":
        this.actions.importFiles(message.files);
        return;
      case "failed":
        this.actions.failed(message.message);
        return;
      default:
        // A newer page may say more than this host knows.
        message satisfies never;
    }
  }

  private async tellAll(): Promise<void> {
    await this.store.load();
    this.isReady = true;
    const runs = this.store.runs;
    this.told = new Map(runs.map((run) => [run.id, run]));
    await this.tellRows(runs, true);
    this.tellSubset();
  }

  private tellSubset(): void {
    if (this.subset) this.post({ type: "subset", subset: this.subset });
    this.subset = undefined;
  }

  private tellChanges(): void {
    const { runs } = this.store;
    const before = this.told;
    this.told = new Map(runs.map((run) => [run.id, run]));
    const gone = [...before.keys()].filter((id) => !this.told.has(id));
    if (gone.length > 0) this.post({ type: "gone", runs: gone });
    const changed = runs.filter((run) => before.get(run.id) !== run);
    if (changed.length > 0) void this.tellRows(changed, false);
  }

  private async tellRows(runs: readonly RecordedRun[], isFirst: boolean): Promise<void> {
    if (isFirst) this.tellings += 1;
    const telling = this.tellings;
    for (let from = 0; from === 0 || from < runs.length; from += ROWS_PER_MESSAGE) {
      // Runs may have changed, or gone, since the first of them were told.
      const rows = runs.slice(from, from + ROWS_PER_MESSAGE).flatMap(({ id }) => {
        const run = this.store.run(id);
        return run ? [rowOf(run)] : [];
      });
      this.post({ type: "rows", rows, first: isFirst && from === 0, more: from + ROWS_PER_MESSAGE < runs.length });
      // Whatever else the host has to do gets its turn; a page that was loaded anew has begun anew.
      await new Promise((resolve) => setImmediate(resolve));
      if (telling !== this.tellings) return;
    }
  }
}

function rowOf(run: RecordedRun): RunRow {
  const key = questionKey(run.header);
  const asked = key === undefined ? "" : createHash("sha256").update(key).digest("base64url").slice(0, 16);
  return runRow(run, asked);
}
