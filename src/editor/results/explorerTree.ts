/** The side panel: prompt → run → step. Steps are read from a trace when its run is opened. */
import * as vscode from "vscode";
import type { ImportFile } from "../files/traceImport";
import { progressDetail, progressTitle } from "../runs/progressText";
import type { PromptRuns } from "../runs/promptRuns";
import { listKey, type RecordedRun } from "../store/recordedRun";
import { newestFirst } from "../store/runList";
import type { TraceStore } from "../store/traceStore";
import {
  promptItem,
  promptTooltip,
  runItem,
  runTooltip,
  stepItem,
  stepNodes,
  type ExplorerNode,
} from "./explorerItems";
import { asksSeveral } from "./promptResults";

const EXPLORER_VIEW = "thoughtlens.explorer";

const REFRESH_MS = 200;

export class ExplorerTree implements vscode.TreeDataProvider<ExplorerNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<ExplorerNode>;
  private readonly disposables: vscode.Disposable[];
  private settling: NodeJS.Timeout | undefined;
  /** Whether runs of a prompt were asked several things, by its key; found once for all of them. */
  private readonly asking = new Map<string, boolean>();

  constructor(
    private readonly store: TraceStore,
    runs: PromptRuns,
    importFiles: (files: readonly ImportFile[]) => unknown,
  ) {
    this.view = vscode.window.createTreeView(EXPLORER_VIEW, {
      treeDataProvider: this,
      showCollapseAll: true,
      dragAndDropController: dropController(importFiles),
    });
    this.disposables = [
      this.view,
      this.changed,
      store.onDidChange(() => this.refreshSoon()),
      runs.onDidChange((progress) => {
        // An empty text takes the line away.
        this.view.message = progress ? `${progressTitle(progress)}: ${progressDetail(progress)}` : "";
      }),
    ];
  }

  async getChildren(node?: ExplorerNode): Promise<ExplorerNode[]> {
    if (!node) {
      await this.store.load();
      return this.promptNodes();
    }
    switch (node.kind) {
      case "prompt":
        return this.store
          .runsOf(node.key)
          .filter((run) => this.parentOf(run) === undefined)
          .map((run) => ({ kind: "run", run: run.id }));
      case "run":
        return [...this.branchesOf(node.run), ...stepNodes(node.run, await this.store.trace(node.run))];
      case "step":
        return [];
    }
  }

  getTreeItem(node: ExplorerNode): vscode.TreeItem {
    switch (node.kind) {
      case "prompt":
        return promptItem(node);
      case "run":
        return this.runItem(this.store.run(node.run));
      case "step":
        return stepItem(node);
    }
  }

  /** What a pointer that rests on an entry is told is made when it is asked for: a trace is read for it. */
  async resolveTreeItem(item: vscode.TreeItem, node: ExplorerNode): Promise<vscode.TreeItem> {
    const run = node.kind === "run" ? this.store.run(node.run) : undefined;
    if (node.kind === "prompt") item.tooltip = promptTooltip(node.latest, this.store.runsOf(node.key));
    else if (run) item.tooltip = runTooltip(run, await this.store.trace(run.id));
    return item;
  }

  getParent(node: ExplorerNode): ExplorerNode | undefined {
    if (node.kind === "step") return { kind: "run", run: node.run };
    const run = node.kind === "run" ? this.store.run(node.run) : undefined;
    const parent = run && this.parentOf(run);
    if (parent !== undefined) return { kind: "run", run: parent };
    const key = run && listKey(run.header);
    return this.promptNodes().find((prompt) => prompt.kind === "prompt" && prompt.key === key);
  }

  /** Opens the tree at a run, or at the step of it that holds position `at`, where the view is visible. */
  async reveal(run: string, at?: number): Promise<void> {
    if (!this.view.visible || !this.store.run(run)) return;
    const steps = at === undefined ? [] : stepNodes(run, await this.store.trace(run));
    const step = steps.findLast((node) => node.kind === "step" && node.span.from <= at! && at! < node.span.to);
    try {
      await this.view.reveal(step ?? { kind: "run", run }, { select: true, focus: false });
    } catch {
      // The tree changed meanwhile: there is nothing to open any more.
    }
  }

  dispose(): void {
    clearTimeout(this.settling);
    for (const each of this.disposables) each.dispose();
  }

  private runItem(run: RecordedRun | undefined): vscode.TreeItem {
    const key = run && listKey(run.header);
    if (key !== undefined && !this.asking.has(key)) this.asking.set(key, asksSeveral(this.store.runsOf(key)));
    return runItem(run, (id) => this.store.run(id) !== undefined, key !== undefined && this.asking.get(key)!);
  }

  /** The run that a branch began in, where it is there and listed under the same prompt. */
  private parentOf({ header }: RecordedRun): string | undefined {
    const parent = header.branch && this.store.run(header.branch.run);
    return parent && listKey(parent.header) === listKey(header) ? parent.id : undefined;
  }

  /** The runs that began in this one, the oldest first. */
  private branchesOf(run: string): ExplorerNode[] {
    const parent = this.store.run(run);
    const beside = parent ? this.store.runsOf(listKey(parent.header)) : [];
    return beside
      .filter(({ header }) => header.branch?.run === run)
      .reverse()
      .map(({ id }) => ({ kind: "run", run: id }));
  }

  private promptNodes(): ExplorerNode[] {
    return [...this.store.runsByPrompt]
      .map(([key, runs]) => ({ kind: "prompt" as const, key, latest: runs[0]!, runs: runs.length }))
      .sort((a, b) => newestFirst(a.latest, b.latest));
  }

  private refreshSoon(): void {
    // A run tells of itself many times a second: the first of them starts the clock, the others wait for it.
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      this.asking.clear();
      void vscode.commands.executeCommand("setContext", "thoughtlens.hasRuns", this.store.runs.length > 0);
      this.changed.fire(undefined);
    }, REFRESH_MS);
  }
}

/** Files that are dropped on the tree are imported: those of the editor by their addresses, others by their content. */
function dropController(
  importFiles: (files: readonly ImportFile[]) => unknown,
): vscode.TreeDragAndDropController<ExplorerNode> {
  return {
    dragMimeTypes: [],
    dropMimeTypes: ["text/uri-list", "files"],
    async handleDrop(_target, dropped) {
      const files = await droppedFiles(dropped);
      if (files.length > 0) await importFiles(files);
    },
  };
}

async function droppedFiles(dropped: vscode.DataTransfer): Promise<ImportFile[]> {
  const list = (await dropped.get("text/uri-list")?.asString()) ?? "";
  const addresses = list.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  const files: ImportFile[] = addresses.map((address) => vscode.Uri.parse(address));
  for (const [, item] of dropped) {
    const file = item.asFile();
    // In a browser a file from outside has a content and no address.
    if (file && !file.uri) files.push({ name: file.name, bytes: await file.data() });
    else if (file?.uri && !addresses.includes(file.uri.toString())) files.push(file.uri);
  }
  return files;
}
