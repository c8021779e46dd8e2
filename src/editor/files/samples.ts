/** The samples that come with the extension: a folder of prompts to copy, and recorded traces to look at. */
import * as vscode from "vscode";
import stories from "../../../media/stories/stories.json";
import { ActionableError } from "../../core/protocol/rpc";
import { strategyTitle } from "../../core/catalogue";
import { EDITOR_TYPE } from "../panels/traceEditor";
import { pickOne } from "../host/listPick";

export class Samples {
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly storageUri: vscode.Uri,
  ) {}

  /** Opens a copy of the sample folder: the extension's own folder may be read-only and is replaced by updates. */
  async openFolder(): Promise<void> {
    const source = vscode.Uri.joinPath(this.extensionUri, "media", "samples");
    const copy = vscode.Uri.joinPath(this.storageUri, "samples");
    await vscode.workspace.fs.createDirectory(copy);
    for (const [name] of await vscode.workspace.fs.readDirectory(source)) {
      try {
        await vscode.workspace.fs.copy(vscode.Uri.joinPath(source, name), vscode.Uri.joinPath(copy, name), {
          overwrite: false,
        });
      } catch (error) {
        // What a person has changed stays as it is.
        if (!(error instanceof vscode.FileSystemError && error.code === "FileExists")) throw error;
      }
    }
    const inNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
    await vscode.commands.executeCommand("vscode.openFolder", copy, { forceNewWindow: inNewWindow });
  }

  /** Opens the recorded trace of a strategy; which one, the person says where none is given. */
  async openTrace(strategy?: string): Promise<void> {
    const folder = vscode.Uri.joinPath(this.extensionUri, "media", "traces");
    const entries = await vscode.workspace.fs.readDirectory(folder).then(
      (all) => all,
      () => [],
    );
    const names = entries.map(([name]) => name).filter((name) => name.endsWith(".thoughts.jsonl"));
    if (names.length === 0) {
      throw new ActionableError(
        "no-samples",
        "No sample traces are installed.",
        "Open the samples and trace a prompt.",
      );
    }
    const rows = names.map((name) => {
      const id = name.replace(/\.thoughts\.jsonl$/, "");
      return { id, name, label: strategyTitle(id) };
    });
    const given = rows.find(({ id }) => id === strategy);
    const row = given ?? (await pickOne(rows, { title: vscode.l10n.t("Open a Sample Trace") }));
    if (row) await show(vscode.Uri.joinPath(folder, row.name));
  }

  /** Opens the traces of a guided story side by side; which one, the person says where none is given. */
  async openStory(story?: string): Promise<void> {
    const rows = stories.map(({ id, title, detail }) => ({
      id,
      label: vscode.l10n.t(title),
      detail: vscode.l10n.t(detail),
    }));
    const given = rows.find(({ id }) => id === story);
    const row = given ?? (await pickOne(rows, { title: vscode.l10n.t("Open a Guided Story") }));
    if (row) await show(vscode.Uri.joinPath(this.extensionUri, "media", "stories", `${row.id}.thoughts.jsonl`));
  }
}

const show = (file: vscode.Uri): Thenable<unknown> =>
  vscode.commands.executeCommand("vscode.openWith", file, EDITOR_TYPE);
