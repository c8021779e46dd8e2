/** What every trace view may ask of the editor, whichever traces it shows. */
import path from "node:path";
import * as vscode from "vscode";
import { sentenceOf, toErrorShape } from "../../core/protocol/rpc";
import { writeChosen } from "../host/writeChosen";
import type { BranchKind } from "../../core/measure/branchPlaces";
import type { DroppedFile, PanelCommand } from "../../core/protocol/panelApi";
import type { EngineProcess } from "../host/engineProcess";
import { projectionBy } from "./latentProjection";
import type { RunAgain } from "./lostRuns";
import type { Project } from "./panelProjections";

/** What added traces are shown beside: a panel's slot, or the traces of a file. */
export type Beside = { readonly slot: string } | { readonly file: vscode.Uri };

/** What views ask for that is made of the views themselves; the composition root ties it together. */
export interface PanelRequests {
  command(command: PanelCommand, run: string | undefined): void;
  select(run: string, at: number): void;
  branch(kind: BranchKind, place: { readonly run: string; readonly at: number }): void;
  /** @param files asked for where none are given */
  addTraces(files: readonly DroppedFile[] | undefined, beside: Beside | undefined): void;
  resumeBench(id: string): void;
  /** Sets a threshold for live runs of a strategy. */
  useSetting(strategy: string, threshold: number): void;
  /** Shows runs side by side. */
  compareRuns(runs: readonly string[]): void;
  /** Runs of a panel that came to no end are to run again, beside those that did. */
  runAgain(lost: RunAgain): void;
}

export interface PanelActions extends PanelRequests {
  save(name: string, format: "svg" | "png" | "csv" | "html", content: string): void;
  copy(text: string): void;
  link(run: string, at: number): void;
  /** Lays thoughts of a run out on its model. */
  readonly project: Project;
  failed(message: string): void;
}

const EXTENSION_ID = "thoughtlens.thoughtlens";

/** @param isKept whether a run is among those of the workspace, which links lead to */
export function panelActions(
  log: vscode.LogOutputChannel,
  engine: EngineProcess,
  requests: PanelRequests,
  isKept: (run: string) => boolean,
): PanelActions {
  return {
    ...requests,
    save: (name, format, content) => void save(name, format, content),
    copy: (text) => {
      void vscode.env.clipboard.writeText(text);
      void vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("Copied")}`, 3000);
    },
    link: (run, at) => void copyLink(run, at, isKept(run)),
    project: projectionBy(engine),
    failed: (message) => log.error(`The trace view failed: ${message}`),
  };
}

async function copyLink(run: string, at: number, isKept: boolean): Promise<void> {
  const query = new URLSearchParams({ run, at: String(at) }).toString();
  await vscode.env.clipboard.writeText(`${vscode.env.uriScheme}://${EXTENSION_ID}/trace?${query}`);
  const where = vscode.l10n.t("A link to position {0} of this trace is in the clipboard.", at);
  // A file that is only looked at has no place in the list of runs.
  const note = vscode.l10n.t("It leads there once the trace is imported: links find the runs of this workspace only.");
  void vscode.window.showInformationMessage(isKept ? where : `${where} ${note}`);
}

const FORMAT_NAMES = {
  svg: vscode.l10n.t("SVG picture"),
  png: vscode.l10n.t("PNG picture"),
  csv: vscode.l10n.t("Table"),
  html: vscode.l10n.t("Page"),
} as const;

/** Asks where, then writes; `content` is text, or base64 (as such or as a data address) for a PNG. */
async function save(name: string, format: keyof typeof FORMAT_NAMES, content: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  // The name comes from the page, and through it from a trace: only its last part counts.
  const file = path.posix.basename(name.replaceAll("\\", "/")).replace(/[^\w .()-]/g, "-") || `trace.${format}`;
  const target = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
    filters: { [FORMAT_NAMES[format]]: [format] },
  });
  if (!target) return;
  const bytes =
    format === "png"
      ? Buffer.from(content.replace(/^data:image\/png;base64,/, ""), "base64")
      : Buffer.from(content, "utf8");
  await writeChosen(target, bytes).catch(
    (error: unknown) => void vscode.window.showErrorMessage(sentenceOf(toErrorShape(error))),
  );
}
