/** What every trace view may ask of the editor, whichever traces it shows. */
import path from "node:path";
import * as vscode from "vscode";
import type { DroppedFile, PanelCommand } from "../../core/protocol/panelApi";
import type { EngineProcess } from "../host/engineProcess";
import { projectionBy } from "../runs/latentProjection";
import type { PanelActions } from "./panelSession";
import type { ImportFile } from "../files/traceImport";

const COMMANDS: Record<PanelCommand, string> = {
  trace: "thoughtlens.trace",
  compare: "thoughtlens.compare",
  cancel: "thoughtlens.cancel",
  "restart-engine": "thoughtlens.restartEngine",
  "pause-control": "thoughtlens.pauseControl",
  "open-prompt": "thoughtlens.revealPrompt",
  "pick-model": "thoughtlens.chooseModel",
  "resume-bench": "thoughtlens.resumeBench",
  "add-traces": "thoughtlens.importTraces",
};

const EXTENSION_ID = "thoughtlens.thoughtlens";

export function panelActions(log: vscode.LogOutputChannel, engine: EngineProcess): PanelActions {
  return {
    command: (command, run) => {
      if (!Object.hasOwn(COMMANDS, command)) return;
      void vscode.commands.executeCommand(COMMANDS[command], run === undefined ? undefined : { run });
    },
    select: (run, at) => void vscode.commands.executeCommand("thoughtlens.revealStep", { run, at, from: "panel" }),
    save: (name, format, content) => void save(name, format, content),
    drop: (files) => void vscode.commands.executeCommand("thoughtlens.importTraces", importFiles(files)),
    copy: (text) => void vscode.env.clipboard.writeText(text),
    link: (run, at) => {
      const query = new URLSearchParams({ run, at: String(at) }).toString();
      void vscode.env.clipboard.writeText(`${vscode.env.uriScheme}://${EXTENSION_ID}/trace?${query}`);
      void vscode.window.setStatusBarMessage("$(link) Link copied", 3000);
    },
    project: projectionBy(engine),
    failed: (message) => log.error(`The trace view failed: ${message}`),
  };
}

/** What was dropped on a page, as files to import. */
export function importFiles(files: readonly DroppedFile[]): ImportFile[] {
  return files.map((file) => ("uri" in file ? vscode.Uri.parse(file.uri) : file));
}

const FORMAT_NAMES = { svg: "SVG picture", png: "PNG picture", csv: "Table", html: "Page" } as const;

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
  try {
    await vscode.workspace.fs.writeFile(target, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The picture could not be saved: ${reason} Choose another place.`);
  }
}
