/** Panels of several samples of one question: what they answer, how long they are, where they part, and what votes make of them. */
import * as vscode from "vscode";
import { strategyTitle } from "../../core/catalogue";
import type { PanelSamples } from "../../core/protocol/panelApi";
import { shorten } from "../../core/text/shorten";
import type { SampleReading } from "../../core/votes/sampleGroup";
import type { TraceStore } from "../store/traceStore";
import type { PanelActions } from "./panelActions";
import { fillWebview } from "./panelHtml";
import { PanelSession, type PanelSource } from "./panelSession";

const SAMPLES_TYPE = "thoughtlens.samples";
/** Samples that are read before the page is told of them, where many are there already. */
const AT_ONCE = 25;

/** What a panel shows; the webview keeps it, so that it is found again after a reload. */
export interface SamplesContent {
  readonly question: string;
  readonly strategy: string;
  readonly model: string;
  readonly runs: readonly string[];
  /** The live vote that stopped what it did not need. */
  readonly vote?: string | undefined;
}

interface OpenSamples {
  readonly panel: vscode.WebviewPanel;
  readonly session: PanelSession;
  readonly shown: PanelSamples;
  /** What compares answers is loaded with the first sample. */
  readonly reading: Promise<SampleReading>;
  readonly runs: ReadonlySet<string>;
}

export class SamplesPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly serializer = vscode.window.registerWebviewPanelSerializer(SAMPLES_TYPE, this);
  private readonly open = new Map<string, OpenSamples>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly store: TraceStore,
    private readonly actions: PanelActions,
  ) {}

  /** Shows samples that are only being drawn; `ended` tells of each. */
  show(content: SamplesContent): void {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.fill(vscode.window.createWebviewPanel(SAMPLES_TYPE, titleOf(content), column), content, true);
  }

  /** A sample is over: it is read, and shown where its panel is open. */
  async ended(run: string): Promise<void> {
    for (const each of this.open.values()) if (each.runs.has(run)) await this.take(each, [run]);
  }

  /** No more of them come. */
  over(runs: readonly string[]): void {
    for (const [key, { session, shown }] of this.open) {
      if (key !== keyOf(runs)) continue;
      shown.live = false;
      session.moreSamples([], false);
    }
  }

  /** After a reload of the window: `state` is what the webview kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const content = contentOf(state);
    if (!content || this.open.has(keyOf(content.runs))) return panel.dispose();
    await this.store.load();
    const opened = this.fill(panel, content, false);
    for (let from = 0; from < content.runs.length; from += AT_ONCE)
      await this.take(opened, content.runs.slice(from, from + AT_ONCE));
  }

  dispose(): void {
    this.serializer.dispose();
    for (const { panel } of [...this.open.values()]) panel.dispose();
  }

  private fill(panel: vscode.WebviewPanel, content: SamplesContent, live: boolean): OpenSamples {
    const { question, strategy, model, runs, vote } = content;
    const shown: PanelSamples = {
      ...{ question, model, strategy: strategyTitle(strategy), asked: runs.length, live, vote },
      samples: [],
    };
    panel.title = titleOf(content);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.svg");
    const source: PanelSource = {
      title: titleOf(content),
      restore: { samples: content },
      load: () => Promise.resolve([]),
      // Whole traces are shown where two are compared.
      onDidAppend: () => new vscode.Disposable(() => undefined),
      samples: () => shown,
    };
    const session = new PanelSession(panel.webview, source, this.actions);
    const opened: OpenSamples = { panel, session, shown, reading: newReading(), runs: new Set(runs) };
    this.open.set(keyOf(runs), opened);
    panel.onDidDispose(() => {
      session.dispose();
      this.open.delete(keyOf(runs));
    });
    fillWebview(panel.webview, this.extensionUri);
    return opened;
  }

  private async take({ shown, session, reading }: OpenSamples, runs: readonly string[]): Promise<void> {
    const samples: PanelSamples["samples"] = [];
    const reader = await reading;
    for (const run of runs) {
      // One that was refused left no trace, and one that was deleted since has none any more.
      if (!this.store.run(run)) continue;
      samples.push(reader.read(await this.store.trace(run), shown.samples.length + samples.length + 1));
    }
    shown.samples.push(...samples);
    session.moreSamples(samples, shown.live);
  }
}

async function newReading(): Promise<SampleReading> {
  const { SampleReading } = await import("../../core/votes/sampleGroup");
  return new SampleReading();
}

const keyOf = ([first = ""]: readonly string[]): string => first;
const titleOf = ({ question, runs }: SamplesContent): string =>
  vscode.l10n.t("{0} Samples: {1}", runs.length, shorten(question, 40));

function contentOf(state: unknown): SamplesContent | undefined {
  const kept = (state as { restore?: { samples?: Partial<Record<keyof SamplesContent, unknown>> } } | undefined)
    ?.restore?.samples;
  const { question, strategy, model, runs, vote } = kept ?? {};
  if (typeof question !== "string" || typeof strategy !== "string" || typeof model !== "string") return undefined;
  const ids = Array.isArray(runs) ? runs.filter((run): run is string => typeof run === "string") : [];
  const name = typeof vote === "string" ? vote : undefined;
  return ids.length > 0 ? { question, strategy, model, runs: ids, vote: name } : undefined;
}
