/**
 * One trace view in conversation with the host. The page asks with `ready`; it gets everything there is so far, and
 * from then on what comes in. Panels and the editor of trace files differ only in where their events come from.
 */
import type * as vscode from "vscode";
import type { FromPanel, PanelBench, PanelSamples, PanelTrace, ToPanel } from "../../core/protocol/panelApi";
import type { TraceEvent } from "../../core/trace/trace";
import { settings } from "../host/settings";
import type { Beside, PanelActions } from "./panelActions";
import { PanelProjections } from "./panelProjections";
import { watchedTraces } from "./watchedTraces";
import { l10n } from "../../core/text/l10n";

/** A sentence above the traces. */
export type Notice = Extract<ToPanel, { type: "notice" }>;

/** What a view shows. */
export interface PanelSource {
  readonly title: string;
  /** What the webview keeps, so that the host finds these traces again after a reload. */
  readonly restore?: unknown;
  /**
   * Everything so far. Events that `onDidAppend` tells of after the call must not be in it.
   * @param signal aborts when nobody waits for it any more
   */
  load(signal: AbortSignal): Promise<PanelTrace[]>;
  readonly onDidAppend: vscode.Event<{ run: string; events: readonly TraceEvent[]; live: boolean }>;
  /** Sentences to show above the traces, asked for after `load`. */
  notices?(): Notice[];
  /** What traces that are added here are shown beside; by themselves where it is left out. */
  readonly beside?: Beside;
  /** The dataset run that the traces belong to. */
  bench?(): PanelBench;
  /** The samples that are shown. */
  samples?(): PanelSamples;
  /** The runs that a person holds now, of whatever trace. */
  held?(): readonly string[];
}

/** Events in one message: a page that gets more at once stands still while it reads them. */
const EVENTS_PER_MESSAGE = 4000;

export class PanelSession implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private following: vscode.Disposable | undefined;
  /** Of the last answer to `ready` or `show`; an older one that is still loading gives way. */
  private loading = new AbortController();
  private isReady = false;
  /** Notices of this source; a page that is loaded anew gets them again. */
  private said: Notice[] = [];
  private wanted: { run: string; at: number } | undefined;
  /** Whether all that is shown now has been sent. */
  private isShown = false;
  /** Whether the page is to be saved once it shows everything; a page that was hidden is made anew and asked again. */
  private wantsPage = false;
  private readonly projections: PanelProjections;

  constructor(
    private readonly webview: vscode.Webview,
    private source: PanelSource,
    private readonly actions: PanelActions,
  ) {
    this.projections = new PanelProjections((message) => this.post(message), actions.project);
    this.disposables.push(
      this.projections,
      webview.onDidReceiveMessage((message: FromPanel) => this.receive(message)),
    );
  }

  /** Shows other traces in the same view. */
  show(source: PanelSource): void {
    this.source = source;
    this.said = [];
    this.isShown = false;
    if (this.isReady) void this.answer();
  }

  reveal(run: string, at: number): void {
    this.wanted = { run, at };
    if (this.isReady) this.revealWanted();
  }

  notice(notice: Notice): void {
    this.said.push(notice);
    if (this.isReady) this.post(notice);
  }

  /** Whether a person holds a run; a page that is made later asks the source. */
  paused(run: string, paused: boolean): void {
    if (this.isReady) this.post({ type: "paused", run, paused });
  }

  /** More results of the dataset run. */
  benchRuns(runs: PanelBench["runs"], live: boolean): void {
    if (this.isReady) this.post({ type: "bench-runs", runs, live });
  }

  /** More samples, as they end. */
  moreSamples(samples: PanelSamples["samples"], live: boolean): void {
    if (this.isReady) this.post({ type: "more-samples", samples, live });
  }

  /** Asks the page for everything it shows as one file; it comes back through `save`. */
  savePage(): void {
    this.wantsPage = true;
    if (this.isShown) this.post({ type: "save-page" });
  }

  /** Shows all text as it was written, or rendered again. */
  toggleWritten(): void {
    this.post({ type: "toggle-written" });
  }

  dispose(): void {
    this.loading.abort();
    this.following?.dispose();
    for (const each of this.disposables) each.dispose();
  }

  private post(message: ToPanel): void {
    void this.webview.postMessage(message);
  }

  private receive(message: FromPanel): void {
    switch (message.type) {
      case "ready":
        this.isReady = true;
        void this.answer();
        return;
      case "command":
        if (message.command === "add-traces") this.actions.addTraces(undefined, this.source.beside);
        else this.actions.command(message.command, message.run);
        return;
      case "select":
        this.actions.select(message.run, message.at);
        return;
      case "branch":
        this.actions.branch(message.kind, { run: message.run, at: message.at });
        return;
      case "save":
        if (message.format === "html") this.wantsPage = false;
        this.actions.save(message.name, message.format, message.content);
        return;
      case "use-setting":
        this.actions.useSetting(message.strategy, message.threshold);
        return;
      case "compare-runs":
        this.actions.compareRuns(message.runs);
        return;
      case "drop":
        this.actions.addTraces(message.files, this.source.beside);
        return;
      case "project":
        void this.projections.start(message.modelId, message.request);
        return;
      case "stop-projecting":
        this.projections.stop(message.run, message.of);
        return;
      case "copy":
        this.actions.copy(message.text);
        return;
      case "link":
        this.actions.link(message.run, message.at);
        return;
      case "failed":
        this.actions.failed(message.message);
        return;
      default:
        // A newer page may say more than this host knows.
        message satisfies never;
    }
  }

  private async answer(): Promise<void> {
    this.loading.abort();
    this.loading = new AbortController();
    this.isShown = false;
    const { signal } = this.loading;
    const source = this.source;
    this.following?.dispose();
    // What comes in while the traces load is told after them.
    let early: ToPanel[] | undefined = [];
    this.following = source.onDidAppend(({ run, events, live }) => {
      const message: ToPanel = { type: "events", run, events: [...events], live };
      if (early) early.push(message);
      else this.post(message);
    });
    let traces: PanelTrace[] = [];
    let failure: Notice | undefined;
    try {
      traces = await source.load(signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failure = { type: "notice", level: "error", message: l10n.t("The trace could not be read: {0}", reason) };
    }
    const watched = await watchedTraces(traces);
    traces = watched.traces;
    if (signal.aborted) return;
    const { title, restore } = source;
    const kept = restore === undefined ? {} : { restore };
    this.post({ type: "show", title, traces: traces.map(head), prices: settings.prices(), ...kept });
    const bench = source.bench?.();
    if (bench) this.post({ type: "bench", bench });
    const samples = source.samples?.();
    if (samples) this.post({ type: "samples", samples });
    for (const trace of traces) for (const message of rest(trace)) this.post(message);
    for (const message of this.projections.again(traces.map(({ run }) => run))) this.post(message);
    for (const notice of [
      ...(failure ? [failure] : []),
      ...watched.notices,
      ...(source.notices?.() ?? []),
      ...this.said,
    ])
      this.post(notice);
    for (const message of early) this.post(message);
    early = undefined;
    for (const run of source.held?.() ?? []) this.post({ type: "paused", run, paused: true });
    this.isShown = true;
    this.revealWanted();
    if (this.wantsPage) this.post({ type: "save-page" });
  }

  private revealWanted(): void {
    if (this.wanted) this.post({ type: "reveal", ...this.wanted });
    this.wanted = undefined;
  }
}

function head(trace: PanelTrace): PanelTrace {
  return { ...trace, events: trace.events.slice(0, EVENTS_PER_MESSAGE) };
}

function* rest({ run, events, live }: PanelTrace): Generator<ToPanel> {
  for (let from = EVENTS_PER_MESSAGE; from < events.length; from += EVENTS_PER_MESSAGE) {
    yield { type: "events", run, events: events.slice(from, from + EVENTS_PER_MESSAGE), live };
  }
}
