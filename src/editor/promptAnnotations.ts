/**
 * At the end of a prompt's first line: what its last run came to, with the figures of every strategy in a hover and a
 * mark in the overview ruler. It stands behind the text and moves nothing.
 */
import * as vscode from "vscode";
import { strategyTitle } from "../core/strategyTitle";
import type { PromptDocuments, TracedPrompt } from "./promptDocuments";
import { annotation, resultOf, seconds, tokensByKind, totalTokens, verdict, type PromptResult } from "./promptResults";
import { settings } from "./settings";
import type { TraceStore } from "./traceStore";

const SETTLE_MS = 150;

export class PromptAnnotations implements vscode.Disposable {
  private readonly style = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 2em" },
    overviewRulerColor: new vscode.ThemeColor("charts.blue"),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly disposables: vscode.Disposable[];
  private settling: NodeJS.Timeout | undefined;

  constructor(
    private readonly prompts: PromptDocuments,
    private readonly store: TraceStore,
  ) {
    const soon = () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => void this.drawAll(), SETTLE_MS);
    };
    this.disposables = [
      this.style,
      vscode.window.onDidChangeVisibleTextEditors(soon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (vscode.window.visibleTextEditors.some((editor) => editor.document === document)) soon();
      }),
      store.onDidChange(soon),
      settings.onChange(["annotations"], soon),
    ];
    soon();
  }

  dispose(): void {
    clearTimeout(this.settling);
    for (const each of this.disposables) each.dispose();
  }

  private async drawAll(): Promise<void> {
    for (const editor of vscode.window.visibleTextEditors) await this.draw(editor);
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    if (!this.prompts.isTraceable(document)) return;
    if (!settings.showsAnnotations()) {
      editor.setDecorations(this.style, []);
      return;
    }
    await this.store.load();
    const { version } = document;
    const prompts = await this.prompts.of(document);
    if (document.version !== version) return;
    editor.setDecorations(
      this.style,
      prompts.flatMap((prompt) => {
        const result = resultOf(this.store.runsOf(prompt.key));
        return result ? [decoration(document, prompt, result)] : [];
      }),
    );
  }
}

function decoration(
  document: vscode.TextDocument,
  prompt: TracedPrompt,
  result: PromptResult,
): vscode.DecorationOptions {
  const end = document.lineAt(prompt.line).range.end;
  const changed = result.latest.header.prompt.sha256 !== prompt.reference.sha256 ? " · prompt changed since" : "";
  return {
    range: new vscode.Range(end, end),
    renderOptions: { after: { contentText: annotation(result) + changed } },
    hoverMessage: hover(result),
  };
}

/** A table with one row a strategy. Everything from a trace is appended as text, never as Markdown. */
function hover({ byStrategy, latest }: PromptResult): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["thoughtlens.openComparison"] };
  text.appendMarkdown("| strategy | answer | tokens | time |\n|---|---|---|---|\n");
  for (const run of byStrategy) {
    const time = run.end?.ms?.total ? seconds(run.end.ms.total) : "–";
    const cells = [
      strategyTitle(run.header.strategy),
      verdict(run),
      `${totalTokens(run)} (${tokensByKind(run)})`,
      time,
    ];
    text.appendMarkdown(`| ${cells.map(cell).join(" | ")} |\n`);
  }
  text.appendMarkdown("\nModel: ").appendText(latest.header.model.id);
  const argument = encodeURIComponent(JSON.stringify([{ run: latest.id }]));
  text.appendMarkdown(`\n\n[Open side by side](command:thoughtlens.openComparison?${argument})`);
  return text;
}

/** A cell holds no mark-up: what Markdown would read as such is escaped. */
function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>&~$:]/g, "\\$&");
}
