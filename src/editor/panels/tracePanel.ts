/** Panels beside the prompt: one a prompt, showing one run or a comparison, live while the model runs. */
import * as vscode from "vscode";
import type { EventOf } from "../../core/trace/trace";
import { fillWebview } from "./panelHtml";
import type { PanelActions } from "./panelActions";
import { PanelSession, type Notice, type PanelSource } from "./panelSession";
import { lostNotices, lostRuns, type PromptPlace } from "./lostRuns";
import type { TraceStore } from "../store/traceStore";

const PANEL_TYPE = "thoughtlens.trace";

/** Which runs a panel shows. */
export interface PanelContent {
  readonly title: string;
  /** What tells it from another panel of that title. */
  readonly detail?: string;
  readonly runs: readonly string[];
  /** The strategies that runs were asked for, by run: what does not come to its end can be asked for again. */
  readonly asked?: Readonly<Record<string, string>>;
  /** Where their prompt stands: its file and line. */
  readonly place?: PromptPlace;
  /** The panel that may be used again: the prompt's key. */
  readonly slot: string;
}

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly session: PanelSession;
  content: PanelContent;
}

export class TracePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly open = new Map<string, OpenPanel>();
  /** The runs that a person holds now. */
  private held: readonly string[] = [];
  private readonly serializer = vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, this);

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly store: TraceStore,
    private readonly actions: PanelActions,
  ) {}

  /** Shows runs beside the active editor, or in the panel that their prompt has already. The focus stays. */
  show(given: PanelContent): void {
    const known = this.open.get(given.slot);
    const content = { ...given, title: this.titleOf(given) };
    if (known) {
      known.content = content;
      known.panel.title = content.title;
      known.session.show(this.source(content));
      known.panel.reveal(undefined, true);
      return;
    }
    const panel = vscode.window.createWebviewPanel(PANEL_TYPE, content.title, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    this.fill(panel, content);
  }

  /** Marks a position in the panel that shows `run`. @returns false where none does */
  reveal(run: string, at: number): boolean {
    for (const { content, panel, session } of this.open.values()) {
      if (!content.runs.includes(run)) continue;
      panel.reveal(undefined, true);
      session.reveal(run, at);
      return true;
    }
    return false;
  }

  /** The runs of the panel that has the focus, as commands from the palette mean them. */
  get activeRuns(): readonly string[] {
    for (const { content, panel } of this.open.values()) if (panel.active) return content.runs;
    return [];
  }

  /** Puts more runs beside those of a panel. */
  add(slot: string, runs: readonly string[]): void {
    const known = this.open.get(slot);
    if (known) this.show({ ...known.content, runs: [...new Set([...known.content.runs, ...runs])] });
  }

  /** Puts runs beside one in the panel that shows it. @returns false where none does */
  addBeside(run: string, runs: readonly string[]): boolean {
    const [slot] = [...this.open].find(([, { content }]) => content.runs.includes(run)) ?? [];
    if (slot !== undefined) this.add(slot, runs);
    return slot !== undefined;
  }

  /**
   * Has a panel save all it shows as one page, once it shows it.
   * @param slot of the panel; by default the active one
   * @returns false where there is no such panel
   */
  savePage(slot?: string): boolean {
    const session = slot === undefined ? this.active : this.open.get(slot)?.session;
    session?.savePage();
    return session !== undefined;
  }

  /** Has the active panel show its text as it was written, or rendered again; all that are in sight, where none is active. */
  toggleWritten(): void {
    const all = this.active ? [this.active] : this.inSight;
    for (const session of all) session.toggleWritten();
  }

  /** Another title than those of the other panels. */
  private titleOf({ title, detail, slot }: PanelContent): string {
    const taken = new Set(
      [...this.open.values()].flatMap(({ content }) => (content.slot === slot ? [] : content.title)),
    );
    if (!taken.has(title)) return title;
    const detailed = detail ? `${title}: ${detail}` : title;
    let unique = detailed;
    for (let count = 2; taken.has(unique); count += 1) unique = `${detailed} (${count})`;
    return unique;
  }

  private readonly known = (run: string) => ({
    recorded: this.store.run(run),
    isWaiting: this.store.isWaiting(run),
  });

  private get inSight(): PanelSession[] {
    return [...this.open.values()].flatMap(({ panel, session }) => (panel.visible ? [session] : []));
  }

  private get active(): PanelSession | undefined {
    return [...this.open.values()].find(({ panel }) => panel.active)?.session;
  }

  /** Tells the panels which runs a person holds now. */
  hold(runs: readonly string[]): void {
    const before = this.held;
    this.held = runs;
    const freed = before.filter((run) => !runs.includes(run));
    const added = runs.filter((run) => !before.includes(run));
    for (const { session } of this.open.values()) {
      for (const run of freed) session.paused(run, false);
      for (const run of added) session.paused(run, true);
    }
  }

  /** Says a sentence in the panels that show `run`. */
  notice(run: string, notice: Notice): void {
    for (const { content, session } of this.open.values()) if (content.runs.includes(run)) session.notice(notice);
  }

  /** After a reload of the window: `state` is what the webview kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const content = contentOf(state);
    if (!content || this.open.has(content.slot)) {
      panel.dispose();
      return;
    }
    await this.store.load();
    this.fill(panel, content);
  }

  dispose(): void {
    this.serializer.dispose();
    for (const { panel } of [...this.open.values()]) panel.dispose();
  }

  private fill(panel: vscode.WebviewPanel, content: PanelContent): void {
    panel.title = content.title;
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.svg");
    const session = new PanelSession(panel.webview, this.source(content), {
      ...this.actions,
      command: (command, run) => {
        const now = this.open.get(content.slot)?.content ?? content;
        if (command !== "run-again") return this.actions.command(command, run);
        this.actions.runAgain({ ...lostRuns(now, this.known), runs: now.runs, place: now.place });
      },
      project: async (modelId, order, onProgress, signal) => {
        const event = await this.actions.project(modelId, order, onProgress, signal);
        if (!signal.aborted) await this.keep(order.run, event);
        return event;
      },
    });
    this.open.set(content.slot, { panel, session, content });
    panel.onDidDispose(() => {
      session.dispose();
      this.open.delete(content.slot);
    });
    fillWebview(panel.webview, this.extensionUri);
  }

  /** Has a picture that took the model seconds outlive the page; one that the disk does not take lives as long as that. */
  private async keep(run: string, picture: EventOf<"projection">): Promise<void> {
    try {
      await this.store.extend(run, picture);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.actions.failed(vscode.l10n.t("the layout was not added to the trace: {0}", reason));
    }
  }

  private source(content: PanelContent): PanelSource {
    return {
      title: content.title,
      restore: content,
      beside: { slot: content.slot },
      load: () =>
        Promise.all(
          content.runs.map(async (run) => {
            // A run that has not begun yet has no events, and is as live as one that has.
            const live = this.store.run(run)?.live ?? this.store.isWaiting(run);
            const asked = this.store.askedOf(run);
            return { run, events: await this.store.events(run), live, ...(asked === undefined ? {} : { asked }) };
          }),
        ),
      onDidAppend: this.store.onDidAppend,
      notices: () => lostNotices(content, this.known),
      held: () => this.held,
    };
  }
}

function contentOf(state: unknown): PanelContent | undefined {
  const kept = (state as { restore?: Partial<PanelContent> } | undefined)?.restore;
  if (typeof kept?.title !== "string" || typeof kept.slot !== "string" || !Array.isArray(kept.runs)) return undefined;
  const runs = kept.runs.filter((run): run is string => typeof run === "string");
  const asked = Object.fromEntries(Object.entries(kept.asked ?? {}).filter(([, name]) => typeof name === "string"));
  const { uri, line } = kept.place ?? {};
  const place = typeof uri === "string" && typeof line === "number" ? { place: { uri, line } } : {};
  return { title: kept.title, slot: kept.slot, runs, asked, ...place };
}
