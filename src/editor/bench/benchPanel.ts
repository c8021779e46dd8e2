/** The panel of a dataset run: accuracy against cost, and the traces of the question that is chosen there. */
import * as vscode from "vscode";
import type { PanelBench } from "../../core/protocol/panelApi";
import { fillWebview } from "../panels/panelHtml";
import type { PanelActions } from "../panels/panelActions";
import { PanelSession, type Notice, type PanelSource } from "../panels/panelSession";
import type { TraceStore } from "../store/traceStore";

export const BENCH_TYPE = "thoughtlens.bench";

/** What a panel of benches is given: where the extension lies, the traces, and what its buttons do. */
export interface BenchPanelParts {
  readonly extensionUri: vscode.Uri;
  readonly store: TraceStore;
  readonly actions: PanelActions;
}

export class BenchPanel {
  private readonly session: PanelSession;
  private isOpen = true;
  /** The runs whose traces are shown. */
  private shown: readonly string[] = [];

  /**
   * @param id of the bench among those that are kept
   * @param bench is filled as results come in
   */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly id: string,
    readonly bench: PanelBench,
    private readonly parts: BenchPanelParts,
    onClose: () => void,
  ) {
    const { extensionUri, actions } = parts;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.svg");
    this.session = new PanelSession(panel.webview, this.source([]), {
      ...actions,
      select: (run, at) => this.select(run, at),
      command: (command, run) => (command === "resume-bench" ? actions.resumeBench(id) : actions.command(command, run)),
    });
    panel.onDidDispose(() => {
      this.isOpen = false;
      this.session.dispose();
      onClose();
    });
    fillWebview(panel.webview, extensionUri);
  }

  static titleOf({ data }: PanelBench): string {
    return vscode.l10n.t("Bench: {0}", data);
  }

  add(runs: PanelBench["runs"], live: boolean): void {
    this.bench.runs.push(...runs);
    this.bench.live = live;
    if (this.isOpen) this.session.benchRuns(runs, live);
  }

  notice(notice: Notice): void {
    if (this.isOpen) this.session.notice(notice);
  }

  reveal(): void {
    if (this.isOpen) this.panel.reveal(undefined, true);
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
    const { store } = this.parts;
    return {
      title: BenchPanel.titleOf(this.bench),
      restore: { bench: this.id },
      load: () => Promise.all(runs.map(async (run) => ({ run, events: await store.events(run), live: false }))),
      // The runs of a bench are over when they are shown.
      onDidAppend: () => new vscode.Disposable(() => undefined),
      bench: () => this.bench,
    };
  }
}
