/** What the side panel shows for a prompt, a run and a step: label, icon, figures, and what a pointer that rests there is told. */
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
import type { RecordedRun } from "../store/recordedRun";
import { comparisonOf, resultOf } from "./promptResults";

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

export function promptItem({ key, latest, runs }: Extract<ExplorerNode, { kind: "prompt" }>): vscode.TreeItem {
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

/**
 * @param isKept whether a run is in the list
 * @param tellsQuestion whether other runs of its prompt were asked something else
 */
export function runItem(
  run: RecordedRun | undefined,
  isKept: (run: string) => boolean,
  tellsQuestion: boolean,
): vscode.TreeItem {
  if (!run) return new vscode.TreeItem(vscode.l10n.t("Deleted"));
  const state = stateOf(run);
  const item = new vscode.TreeItem(runLabel(run));
  item.id = `run ${run.id}`;
  item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
  item.contextValue = run.live ? "run.live" : "run";
  item.iconPath = iconOf(run, state);
  const time = run.end?.ms?.total ? formatMs(run.end.ms.total) : "";
  const isAsked = tellsQuestion && !run.header.source;
  const question = isBenched(run)
    ? vscode.l10n.t("question {0}", (run.header.prompt.range?.[0] ?? 0) + 1)
    : isAsked
      ? shorten(questionOf(run.header), 60)
      : "";
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
export function promptTooltip(latest: RecordedRun, runs: readonly RecordedRun[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString().appendText(shorten(questionOf(latest.header), 600));
  const result = isBenched(latest) || isImported(latest) ? undefined : resultOf(runs);
  return result ? text.appendMarkdown(`\n\n${comparisonMarkdown(comparisonOf(result, settings.prices()))}`) : text;
}

/** The run's row of the table of a comparison, with the terms on which it was made. */
export function runTooltip(run: RecordedRun, trace: Trace): vscode.MarkdownString {
  const row = compareRuns([comparedTrace({ id: run.id, trace, live: run.live })], { prices: settings.prices() });
  const head = vscode.l10n.t(
    "{0} on {1}, {2}",
    strategyTitle(run.header.strategy),
    shorten(run.header.model.id, 80),
    localTime(run.header.started),
  );
  const asked = escapeMarkdown(shorten(questionOf(run.header), 300));
  const terms = runTerms(run.header).map(({ name, value }) => `- ${escapeMarkdown(`${name}: ${value}`)}`);
  const failure = run.exit?.message ? [escapeMarkdown(shorten(run.exit.message, 300))] : [];
  const parts = [escapeMarkdown(head), asked, comparisonMarkdown(row), terms.join("\n"), ...failure];
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
export function stepNodes(run: string, trace: Trace): ExplorerNode[] {
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

export function stepItem({ run, at, span, text, marks }: Extract<ExplorerNode, { kind: "step" }>): vscode.TreeItem {
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
