/** Traces as files of other tools: what each format can hold of them. */
import * as vscode from "vscode";
import { writeChosen } from "../host/writeChosen";
import type { Trace } from "../../core/trace/fold";
import { strategyTitle } from "../../core/catalogue";
import { settings } from "../host/settings";
import { pickOne } from "../host/listPick";

interface FormatRow extends vscode.QuickPickItem {
  readonly extension: string;
  write(traces: readonly Trace[]): string;
}

/** What is to be exported. */
interface Exported {
  traces(): Promise<readonly Trace[]>;
  /** Has the view that shows them save its own page, with its pictures. @returns false where there is none */
  savePage(): boolean;
}

/** Asks for a format and a place, and writes the traces there. */
export async function exportTraces({ traces: load, savePage }: Exported): Promise<void> {
  const row = await pickOne(formats(), {
    title: vscode.l10n.t("Export As"),
    matchOnDescription: true,
  });
  if (!row || (row.extension === PAGE && savePage())) return;
  const traces = await load();
  const name = traces.map(({ header }) => header?.strategy ?? "trace").join("-vs-");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${name.replace(/[^\w.-]/g, "-").slice(0, 80)}${row.extension}`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export as {0}", row.label),
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
  });
  if (target) await writeChosen(target, row.write(traces));
}

const PAGE = ".html";

async function formats(): Promise<FormatRow[]> {
  const [{ IMPORTERS }, { csvOf }, { htmlOf }] = await Promise.all([
    import("../../core/formats/importTraces"),
    import("../../core/formats/exports/csvExport"),
    import("../../core/formats/exports/htmlExport"),
  ]);
  const titleOf = (traces: readonly Trace[]) =>
    traces.map(({ header }) => strategyTitle(header?.strategy ?? "trace")).join(` ${vscode.l10n.t("and")} `);
  const page: FormatRow = {
    label: vscode.l10n.t("Web page"),
    extension: PAGE,
    write: (traces) => htmlOf(traces, titleOf(traces)),
  };
  const table: FormatRow = {
    label: vscode.l10n.t("Table of figures"),
    extension: ".csv",
    write: (traces) => csvOf(traces, settings.prices()),
  };
  const foreign = IMPORTERS.flatMap(({ title, extension, write }): FormatRow[] =>
    write && extension ? [{ label: title, extension, write }] : [],
  );
  return [page, table, ...foreign].map((row) => ({ ...row, description: row.extension }));
}
