/** The panel of a dataset run: accuracy against cost, and the traces of the question that is chosen there. */
import * as vscode from "vscode";
import type { PanelBench } from "../core/panelApi";
import { fillWebview } from "./panelHtml";
import { PanelSession, type PanelActions, type PanelSource } from "./panelSession";
import type { TraceStore } from "./traceStore";

const BENCH_TYPE = "thoughtlens.bench";

export class BenchPanel {
  private readonly session: PanelSession;
  private isOpen = true;
  /** The runs whose traces are shown. */
  private shown: readonly string[] = [];

  /** @param bench is filled as results come in */
  constructor(
    extensionUri: vscode.Uri,
    private readonly store: TraceStore,
    actions: PanelActions,
    private readonly bench: PanelBench,
  ) {
    const panel = vscode.window.createWebviewPanel(BENCH_TYPE, `Bench: ${bench.data}`, {
      viewColumn: vscode.ViewColumn.Active,
      preserveFocus: true,
    });
    panel.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.svg");
    this.session = new PanelSession(panel.webview, this.source([]), {
      ...actions,
      select: (run, at) => this.select(run, at),
    });
    panel.onDidDispose(() => {
      this.isOpen = false;
      this.session.dispose();
    });
    fillWebview(panel.webview, extensionUri);
  }

  add(runs: PanelBench["runs"], live: boolean): void {
    this.bench.runs.push(...runs);
    this.bench.live = live;
    if (this.isOpen) this.session.benchRuns(runs, live);
  }

  /** A run of the table: the traces of its question come into the other views. */
  private select(trace: string, at: number): void {
    const { question } = this.bench.runs.find((run) => run.trace === trace) ?? {};
    if (question === undefined) return;
    if (this.shown.includes(trace)) {
      // Moving about in the traces selects too; the table selects beginnings.
      if (at === 0) this.session.reveal(trace, at);
      return;
    }
    this.shown = this.bench.runs.flatMap((run) => (run.question === question && run.trace ? [run.trace] : []));
    this.session.show(this.source(this.shown));
    this.session.reveal(trace, at);
  }

  private source(runs: readonly string[]): PanelSource {
    return {
      title: `Bench: ${this.bench.data}`,
      load: () => Promise.all(runs.map(async (run) => ({ run, events: await this.store.events(run), live: false }))),
      // The runs of a bench are over when they are shown.
      onDidAppend: () => new vscode.Disposable(() => undefined),
      bench: () => this.bench,
    };
  }
}
