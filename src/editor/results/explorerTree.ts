/** The side panel: prompt → run → step. Steps are read from a trace when its run is opened. */
import * as vscode from "vscode";
import type { Span, Trace } from "../../core/trace/fold";
import { isStep, STEP_KINDS } from "../../core/trace/kinds";
import { countWords, markWords } from "../../core/trace/markWords";
import { escapeMarkdown } from "../../core/text/markdownEscape";
import { formatMs } from "../../core/text/quantities";
import { shorten } from "../../core/text/shorten";
import { strategyTitle } from "../../core/catalogue";
import { branchWords } from "../../core/measure/branchPlaces";
import { marksOf } from "../../core/measure/marks";
import { plainText } from "../../core/measure/plainText";
import { questionOf } from "../../core/measure/question";
import { runTerms } from "../../core/prompt/runTerms";
import { stateOf, totalTokens, verdict, type RunState } from "../../core/measure/runSummary";
import { compareRuns, comparedTrace } from "../../core/measure/comparison";
import { comparisonMarkdown } from "../../core/measure/comparisonText";
import { settings } from "../host/settings";
import { comparisonOf, resultOf } from "./promptResults";
import type { PromptRuns } from "../runs/promptRuns";
import { newestFirst } from "../store/runList";
import { listKey, type RecordedRun } from "../store/recordedRun";
import type { ImportFile } from "../files/traceImport";
import type { TraceStore } from "../store/traceStore";

const EXPLORER_VIEW = "thoughtlens.explorer";

export type ExplorerNode =
  | { readonly kind: "prompt"; readonly key: string; readonly latest: RecordedRun; readonly runs: number }
  | { readonly kind: "run"; readonly run: string }
  | {
      readonly kind: "step";
      readonly run: string;
      readonly at: number;
      readonly span: Span;
      readonly text: string;
      /** What it is marked for. */
      readonly marks: readonly string[];
    };

const ICONS: Record<RunState, [icon: string, color?: string]> = {
  running: ["sync~spin"],
  finished: ["circle-outline"],
  cancelled: ["circle-slash"],
  failed: ["error", "problemsErrorIcon.foreground"],
  interrupted: ["debug-disconnect", "problemsWarningIcon.foreground"],
};
const STATES: Record<RunState, string> = {
  running: vscode.l10n.t("running"),
  finished: vscode.l10n.t("finished"),
  cancelled: vscode.l10n.t("cancelled"),
  failed: vscode.l10n.t("failed"),
  interrupted: vscode.l10n.t("interrupted"),
};
const SHOWN_KINDS: readonly Span["kind"][] = [...STEP_KINDS, "summary", "latent", "trial", "answer"];
const STEP_ICONS: Partial<Record<Span["kind"], string>> = {
  summary: "fold",
  latent: "symbol-array",
  trial: "question",
  answer: "comment",
};
const MOST_STEPS = 500;
const STEP_LABEL = 80;
const REFRESH_MS = 200;

export class ExplorerTree implements vscode.TreeDataProvider<ExplorerNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<ExplorerNode>;
  private readonly disposables: vscode.Disposable[];
  private settling: NodeJS.Timeout | undefined;

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
        this.view.message = progress
          ? `${strategyTitle(progress.strategy)}: ${progress.message ?? vscode.l10n.t("{0} tokens", progress.tokens)}`
          : "";
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
        return runItem(this.store.run(node.run), (run) => this.store.run(run) !== undefined);
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

function promptItem({ key, latest, runs }: Extract<ExplorerNode, { kind: "prompt" }>): vscode.TreeItem {
  const { uri, title } = latest.header.prompt;
  const file = uri === undefined ? undefined : vscode.Uri.parse(uri);
  const name =
    file?.path.slice(file.path.lastIndexOf("/") + 1) ?? (isImported(latest) ? vscode.l10n.t("imported") : undefined);
  const question = questionOf(latest.header);
  // The questions of a dataset are one prompt here, and so are those of an imported file: the file names them.
  const label = isImported(latest) ? importedFrom(latest) : isBenched(latest) ? name : title || question || name;
  const item = new vscode.TreeItem(shorten(label || vscode.l10n.t("Prompt"), STEP_LABEL));
  item.id = `prompt ${key}`;
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  item.collapsibleState = isBenched(latest) || isImported(latest) ? Collapsed : Expanded;
  item.contextValue = "prompt";
  item.iconPath = new vscode.ThemeIcon("comment-discussion");
  const count = runs === 1 ? vscode.l10n.t("1 run") : vscode.l10n.t("{0} runs", runs);
  item.description = name === undefined ? count : `${name} · ${count}`;
  return item;
}

/** @param isKept whether a run is in the list */
function runItem(run: RecordedRun | undefined, isKept: (run: string) => boolean): vscode.TreeItem {
  if (!run) return new vscode.TreeItem(vscode.l10n.t("Deleted"));
  const state = stateOf(run);
  const item = new vscode.TreeItem(runLabel(run));
  item.id = `run ${run.id}`;
  item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
  item.contextValue = run.live ? "run.live" : "run";
  item.iconPath = iconOf(run, state);
  const time = run.end?.ms?.total ? formatMs(run.end.ms.total) : "";
  const question = isBenched(run) ? vscode.l10n.t("question {0}", (run.header.prompt.range?.[0] ?? 0) + 1) : "";
  const turn = run.header.turn ? vscode.l10n.t("turn {0} of {1}", run.header.turn.n, run.header.turn.of) : "";
  const tokens =
    run.end?.tokens?.total === undefined
      ? vscode.l10n.t("tokens unknown")
      : vscode.l10n.t("{0} tokens", totalTokens(run));
  const { branch } = run.header;
  const orphan = branch && !isKept(branch.run) ? vscode.l10n.t("its parent was deleted") : "";
  const marked = countWords(run.end?.marks);
  const figures = [orphan, turn, question, tokens, time, shorten(marked, 60)];
  const first = state === "finished" ? verdict(run) : STATES[state];
  item.description = [first, ...(run.end ? figures : [])].filter((words) => words !== "").join(" · ");
  item.command = { title: vscode.l10n.t("Open Trace"), command: "thoughtlens.openTrace", arguments: [{ run: run.id }] };
  item.accessibilityInformation = { label: `${item.label as string}, ${item.description}` };
  return item;
}

/** A run by its strategy; one that was imported by its question, since that is what tells it from the others of its file. */
function runLabel({ header }: RecordedRun): string {
  const title = strategyTitle(header.strategy);
  if (header.branch) return capitalized(branchWords(header.branch));
  if (!header.source) return title;
  const row = header.source.row === undefined ? "" : `${header.source.row}. `;
  return `${row}${shorten(header.prompt.title || questionOf(header), STEP_LABEL) || title}`;
}

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** The question, and the last run of each strategy on it; of the questions of a dataset, which are many, the first alone. */
function promptTooltip(latest: RecordedRun, runs: readonly RecordedRun[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString().appendText(shorten(questionOf(latest.header), 600));
  const result = isBenched(latest) || isImported(latest) ? undefined : resultOf(runs);
  return result ? text.appendMarkdown(`\n\n${comparisonMarkdown(comparisonOf(result, settings.prices()))}`) : text;
}

/** The run's row of the table of a comparison, with the terms on which it was made. */
function runTooltip(run: RecordedRun, trace: Trace): vscode.MarkdownString {
  const row = compareRuns([comparedTrace({ id: run.id, trace, live: run.live })], { prices: settings.prices() });
  const head = vscode.l10n.t(
    "{0} on {1}, {2}",
    strategyTitle(run.header.strategy),
    shorten(run.header.model.id, 80),
    localTime(run.header.started),
  );
  const terms = runTerms(run.header).map(({ name, value }) => `- ${escapeMarkdown(`${name}: ${value}`)}`);
  const failure = run.exit?.message ? [escapeMarkdown(shorten(run.exit.message, 300))] : [];
  const parts = [escapeMarkdown(head), comparisonMarkdown(row), terms.join("\n"), ...failure];
  return new vscode.MarkdownString(parts.filter((part) => part !== "").join("\n\n"));
}

/** Whether it came from another tool. */
const isImported = ({ header }: RecordedRun): boolean => header.source !== undefined;

const importedFrom = ({ header }: RecordedRun): string => header.source?.file || vscode.l10n.t("Pasted text");

/** Whether it belongs to a dataset run. */
function isBenched({ header }: RecordedRun): boolean {
  return header.group?.startsWith("bench-") ?? false;
}

function iconOf(run: RecordedRun, state: RunState): vscode.ThemeIcon {
  if (state === "finished" && run.end?.correct !== undefined) {
    return run.end.correct
      ? new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed"))
      : new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed"));
  }
  const [icon, color] = ICONS[state];
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

function localTime(started: string): string {
  const time = new Date(started);
  return Number.isNaN(time.getTime()) ? vscode.l10n.t("at an unknown time") : time.toLocaleString();
}

/** Steps in the order of the axis. A latent span has no text: its length stands for it. */
function stepNodes(run: string, trace: Trace): ExplorerNode[] {
  const marks = marksOf(trace);
  const marked = ({ from, to }: Span): string[] =>
    marks.flatMap((mark) => (mark.from >= from && mark.from < to ? [markWords(mark)] : []));
  return trace.spans
    .filter((span) => SHOWN_KINDS.includes(span.kind))
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .slice(0, MOST_STEPS)
    .map((span) => {
      const text = shorten(plainText(trace, span.from, span.to), STEP_LABEL);
      return { kind: "step", run, at: span.from, span, text, marks: marked(span) };
    });
}

function stepItem({ run, at, span, text, marks }: Extract<ExplorerNode, { kind: "step" }>): vscode.TreeItem {
  const item = new vscode.TreeItem(text || vscode.l10n.t("{0} latent thoughts", span.to - span.from));
  item.id = `step ${run} ${span.kind} ${span.from} ${span.to}`;
  item.contextValue = isStep(span.kind) ? "step.thought" : "step";
  item.iconPath =
    marks.length > 0
      ? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"))
      : new vscode.ThemeIcon(STEP_ICONS[span.kind] ?? "debug-stackframe-dot");
  const words = marks.map((each) => shorten(each, 60));
  item.description = [vscode.l10n.t(span.kind), vscode.l10n.t("{0} tokens", span.to - span.from), ...words].join(" · ");
  item.command = { title: vscode.l10n.t("Go to Step"), command: "thoughtlens.revealStep", arguments: [{ run, at }] };
  return item;
}
