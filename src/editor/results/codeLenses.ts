/** Above each prompt: trace it, compare strategies on it, and which run answers it best. */
import * as vscode from "vscode";
import type { PromptDocuments } from "../prompts/promptDocuments";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import { resultOf, resultReason, resultTitle } from "./promptResults";
import type { PromptRuns } from "../runs/promptRuns";
import { settings } from "../host/settings";
import type { TraceStore } from "../store/traceStore";
import { DrawnLenses } from "./drawnLenses";

const TRACE = vscode.l10n.t("Trace");
const RUN_TIP = vscode.l10n.t("Run this prompt and see its trace");

export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly disposables: vscode.Disposable[];
  private readonly drawn = new DrawnLenses();

  constructor(
    private readonly prompts: PromptDocuments,
    private readonly store: TraceStore,
    private readonly runs: PromptRuns,
  ) {
    let running: string | undefined;
    this.disposables = [
      vscode.languages.registerCodeLensProvider(prompts.selector, this),
      store.onDidChange(() => {
        if (this.drawn.differ((prompt) => this.wordsOf(prompt))) this.changed.fire();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.drawn.delete(uri.toString())),
      runs.onDidChange((progress) => {
        // Tokens change many times a second; what stands above the prompt changes with the run.
        if (progress?.run === running) return;
        running = progress?.run;
        this.changed.fire();
      }),
      settings.onChange(["codeLens"], () => this.changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
      this.changed,
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!settings.showsCodeLenses()) return [];
    const kind = this.prompts.kindOf(document);
    if (kind === "text" && !settings.showsCodeLensesInMarkdown()) return [];
    // Nothing of a workspace that is not trusted is read unasked: one lens stands for all prompts of the file.
    if (!vscode.workspace.isTrusted)
      return kind === "data"
        ? []
        : [this.lens(0, `$(play) ${TRACE}`, "trace", RUN_TIP, { uri: document.uri, line: 0 })];
    const prompts = await this.prompts.of(document);
    this.drawn.set(document.uri.toString(), new Map(prompts.map(({ key }) => [key, this.wordsOf(key)])));
    void this.store.load();
    return prompts.flatMap((prompt) => this.lensesOf(prompt));
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  /** All that a lens tells of the runs of a prompt. */
  private wordsOf(prompt: string): string {
    const result = resultOf(this.store.runsOf(prompt));
    return result ? `${resultTitle(result)}\n${resultReason(result)}` : "";
  }

  private lensesOf(prompt: TracedPrompt): vscode.CodeLens[] {
    const target = { uri: prompt.uri, line: prompt.line, prompt: prompt.key };
    const lens = (title: string, command: string, tooltip: string, argument: object = target) =>
      this.lens(prompt.line, title, command, tooltip, argument);
    const running = this.runs.progress?.prompt.key === prompt.key;
    const result = resultOf(this.store.runsOf(prompt.key));
    return [
      running
        ? lens(
            `$(stop-circle) ${vscode.l10n.t("Cancel")}`,
            "cancel",
            vscode.l10n.t("End the run here; its trace is kept"),
          )
        : lens(`$(play) ${TRACE}`, "trace", RUN_TIP),
      lens(
        vscode.l10n.t("Compare"),
        "compare",
        vscode.l10n.t("Run this prompt under several strategies, side by side"),
      ),
      ...(prompt.needsTask
        ? [
            lens(
              vscode.l10n.t("Bench on Tasks"),
              "benchTasks",
              vscode.l10n.t("Follow these instructions on every task kept beside them"),
            ),
          ]
        : []),
      ...(result
        ? [
            lens(
              resultTitle(result),
              "openComparison",
              `${resultReason(result)} ${vscode.l10n.t("Open the last runs of this prompt side by side")}`,
            ),
          ]
        : []),
    ];
  }

  private lens(line: number, title: string, command: string, tooltip: string, argument: object): vscode.CodeLens {
    const range = new vscode.Range(line, 0, line, 0);
    return new vscode.CodeLens(range, { title, tooltip, command: `thoughtlens.${command}`, arguments: [argument] });
  }
}
