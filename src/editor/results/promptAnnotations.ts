/**
 * At the end of a prompt's first line: what the run came to that its CodeLens names, with the figures of every strategy
 * in a hover, a mark in the gutter and one in the overview ruler. It stands behind the text and moves nothing.
 */
import * as vscode from "vscode";
import type { PromptDocuments } from "../prompts/promptDocuments";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import { annotation, resultOf, VERDICTS, verdictOf, type PromptResult, type Verdict } from "./promptResults";
import { resultHover } from "./resultHover";
import { settings } from "../host/settings";
import type { TraceStore } from "../store/traceStore";

const SETTLE_MS = 150;

export class PromptAnnotations implements vscode.Disposable {
  private readonly styles: Record<Verdict, vscode.TextEditorDecorationType>;
  private readonly disposables: vscode.Disposable[];
  private settling: NodeJS.Timeout | undefined;

  constructor(
    extensionUri: vscode.Uri,
    private readonly prompts: PromptDocuments,
    private readonly store: TraceStore,
  ) {
    this.styles = {
      right: styleOf("testing.iconPassed", vscode.Uri.joinPath(extensionUri, "media", "gutter", "right.svg")),
      wrong: styleOf("testing.iconFailed", vscode.Uri.joinPath(extensionUri, "media", "gutter", "wrong.svg")),
      open: styleOf("charts.blue", vscode.Uri.joinPath(extensionUri, "media", "gutter", "open.svg")),
    };
    const soon = () => {
      this.settling ??= setTimeout(() => {
        this.settling = undefined;
        void this.drawAll();
      }, SETTLE_MS);
    };
    this.disposables = [
      ...Object.values(this.styles),
      vscode.window.onDidChangeVisibleTextEditors(soon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (vscode.window.visibleTextEditors.some((editor) => editor.document === document)) soon();
      }),
      store.onDidChange(soon),
      settings.onChange(["annotations"], soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
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
    if (this.prompts.kindOf(document) === undefined) return;
    const found: Record<Verdict, vscode.DecorationOptions[]> = { right: [], wrong: [], open: [] };
    if (settings.showsAnnotations() && vscode.workspace.isTrusted) {
      await this.store.load();
      const { version } = document;
      const prompts = await this.prompts.of(document);
      if (document.version !== version) return;
      for (const prompt of prompts) {
        const result = resultOf(this.store.runsOf(prompt.key));
        if (result) found[verdictOf(result)].push(decoration(document, prompt, result));
      }
    }
    for (const verdict of VERDICTS) editor.setDecorations(this.styles[verdict], found[verdict]);
  }
}

function styleOf(color: string, gutterIconPath: vscode.Uri): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 2em" },
    gutterIconPath,
    gutterIconSize: "70%",
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

function decoration(
  document: vscode.TextDocument,
  prompt: TracedPrompt,
  result: PromptResult,
): vscode.DecorationOptions {
  const end = document.lineAt(prompt.line).range.end;
  const changed =
    result.told.header.prompt.sha256 !== prompt.reference.sha256 ? ` · ${vscode.l10n.t("prompt changed since")}` : "";
  return {
    range: new vscode.Range(end, end),
    renderOptions: { after: { contentText: annotation(result) + changed } },
    hoverMessage: resultHover(result),
  };
}
