/** Problems of prompt files where they stand: front matter that cannot be read, templates that do not close. */
import * as vscode from "vscode";
import type { PromptDocuments } from "./promptDocuments";

const SETTLE_MS = 300;

export class PromptDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("thoughtlens");
  private readonly disposables: vscode.Disposable[];
  private readonly settling = new Map<string, NodeJS.Timeout>();

  constructor(private readonly prompts: PromptDocuments) {
    this.disposables = [
      this.collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.lookSoon(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.lookSoon(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.lookAtAll()),
    ];
    this.lookAtAll();
  }

  dispose(): void {
    for (const timer of this.settling.values()) clearTimeout(timer);
    for (const each of this.disposables) each.dispose();
  }

  private lookAtAll(): void {
    for (const document of vscode.workspace.textDocuments) this.lookSoon(document);
  }

  private lookSoon(document: vscode.TextDocument): void {
    if (this.prompts.kindOf(document) !== "prompt" || !vscode.workspace.isTrusted) return;
    const key = document.uri.toString();
    clearTimeout(this.settling.get(key));
    this.settling.set(
      key,
      setTimeout(() => {
        this.settling.delete(key);
        void this.look(document);
      }, SETTLE_MS),
    );
  }

  private async look(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const problems = await this.prompts.problemsOf(document);
    if (!document.isClosed && document.version === version) this.collection.set(document.uri, problems);
  }

  private forget(uri: vscode.Uri): void {
    clearTimeout(this.settling.get(uri.toString()));
    this.settling.delete(uri.toString());
    this.collection.delete(uri);
  }
}
