/** Reasoning that other tools recorded, or that somebody pasted, becomes traces in the store, shown in a panel. */
import { createHash } from "node:crypto";
import path from "node:path";
import * as vscode from "vscode";
import type { ImportResult } from "../core/formats/importTraces";
import { ActionableError } from "../core/rpc";
import type { RunHeader, TraceEvent } from "../core/trace";
import { shorten } from "./promptResults";
import type { TracePanels } from "./tracePanel";
import type { TraceStore } from "./traceStore";

/** More than these side by side are no comparison. */
const MOST_SHOWN = 6;
const EXTENSIONS = ["jsonl", "json", "eval", "tracy", "md", "txt"];
const UNREADABLE = "Choose a trace, a chat completion, an Inspect or OpenTelemetry log, or a text with <think> tags.";

export class TraceImport {
  constructor(
    private readonly store: TraceStore,
    private readonly panels: TracePanels,
  ) {}

  /** Imports files, asking for them where none are given. @returns the ids of the runs */
  async files(given?: readonly vscode.Uri[]): Promise<string[]> {
    const files =
      given ??
      (await vscode.window.showOpenDialog({
        title: "Import Traces",
        openLabel: "Import",
        canSelectMany: true,
        filters: { "Traces and logs": EXTENSIONS, "All files": ["*"] },
      })) ??
      [];
    const imported: string[] = [];
    for (const file of files) {
      const bytes = await vscode.workspace.fs.readFile(file);
      const name = path.posix.basename(file.path);
      const result = await read(name, bytes);
      imported.push(...(await this.keep(result, name)));
    }
    return imported;
  }

  /** Shows the reasoning in the selection, or in the whole document where nothing is selected. */
  async selection(editor: vscode.TextEditor): Promise<string[]> {
    const { document, selection } = editor;
    const text = document.getText(selection.isEmpty ? undefined : selection);
    const { importTraces } = await import("../core/formats/importTraces");
    return this.keep(importTraces({ name: "", text }), `Selection of ${path.posix.basename(document.uri.path)}`);
  }

  private async keep({ traces, problems }: ImportResult, name: string): Promise<string[]> {
    if (traces.length === 0) {
      throw new ActionableError("import-nothing", problems[0] ?? `Nothing was found in ${name}.`, UNREADABLE);
    }
    const chosen = traces.length === 1 ? traces : await choose(traces, name);
    const runs: string[] = [];
    for (const events of chosen) runs.push(await this.store.adopt(identified(events)));
    if (runs.length > 0) this.panels.show({ title: name, runs: runs.slice(0, MOST_SHOWN), slot: `import ${name}` });
    if (problems.length > 0) void vscode.window.showWarningMessage(`${name}: ${problems.join(" ")}`);
    return runs;
  }
}

async function read(name: string, bytes: Uint8Array): Promise<ImportResult> {
  const { importTraces } = await import("../core/formats/importTraces");
  try {
    return importTraces({ name, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) });
  } catch {
    return importTraces({ name, text: "", bytes });
  }
}

async function choose(traces: readonly TraceEvent[][], name: string): Promise<TraceEvent[][]> {
  const rows = traces.map((events, index) => {
    const header = headerOf(events);
    const question = header?.messages.findLast(({ role }) => role === "user")?.content ?? "";
    const label = shorten(header?.prompt.title || question, 80) || `Trace ${index + 1}`;
    return { label, description: shorten(header?.model.id ?? "", 40), events, picked: index < MOST_SHOWN };
  });
  const picked = await vscode.window.showQuickPick(rows, {
    title: `Import from ${name}`,
    placeHolder: `${traces.length} traces; which of them?`,
    canPickMany: true,
  });
  return picked?.map(({ events }) => events) ?? [];
}

function headerOf(events: readonly TraceEvent[]): RunHeader | undefined {
  return events.find((event) => event.t === "run");
}

/** Ids of other tools may come twice or clash with ours: the content names an imported run, and only once. */
function identified(events: readonly TraceEvent[]): TraceEvent[] {
  const id = createHash("sha256").update(JSON.stringify(events)).digest("hex").slice(0, 32);
  return events.map((event) => (event.t === "run" ? { ...event, id } : event));
}
