/** Reasoning that other tools recorded, or that somebody pasted, becomes traces in the store, shown in a panel. */
import path from "node:path";
import * as vscode from "vscode";
import type { ImportResult } from "../../core/formats/importTraces";
import type { DroppedFile } from "../../core/protocol/panelApi";
import type { RunsSubset } from "../../core/protocol/runsApi";
import { ActionableError } from "../../core/protocol/rpc";
import { shorten } from "../../core/text/shorten";
import type { RunHeader, TraceEvent } from "../../core/trace/trace";
import type { FieldMapping, UnknownRows } from "../../core/formats/rows/mapping";
import type { ForeignSource } from "../../disk/foreignFile";
import { identified } from "../../disk/identified";
import { mappingWords, type FieldMappings } from "../host/fieldMappings";
import { readInThread, unreadable } from "./importThread";
import type { TracePanels } from "../panels/tracePanel";
import type { TraceStore } from "../store/traceStore";
import { inWords, l10n } from "../../core/text/l10n";
import { pickSeveral } from "../host/listPick";

/** A file by its place, or by its content where it was dropped from outside. */
export type ImportFile = vscode.Uri | { readonly name: string; readonly bytes: Uint8Array };

/** What was dropped on a page, as files to import. */
export function importFiles(files: readonly DroppedFile[]): ImportFile[] {
  return files.map((file) => ("uri" in file ? vscode.Uri.parse(file.uri) : file));
}

/** More than these side by side are no comparison. */
const MOST_SHOWN = 6;
/** Traces between two words of progress. */
const TOLD_EVERY = 20;
const EXTENSIONS = ["jsonl", "ndjson", "json", "eval", "tracy", "traj", "csv", "sse", "log", "har", "md", "txt"];
const UNREADABLE =
  "Choose a trace, a session of an agent, answers of a model, a log of evaluations, or a text with <think> tags.";
/** Reads a file, by a mapping where there is one. @returns undefined where the person cancelled */
type Read = (mapping?: FieldMapping) => Promise<ImportResult | undefined>;

export interface ImportParts {
  readonly store: TraceStore;
  readonly panels: TracePanels;
  readonly mappings: FieldMappings;
  /** The bundle of the thread that reads files. */
  readonly script: string;
  /** Shows traces that are no comparison. */
  showMany(subset: RunsSubset): void;
}

export class TraceImport {
  /** What no format knew at last. */
  private unnamed?: { read: Read; name: string; unknown: UnknownRows };

  constructor(private readonly parts: ImportParts) {}

  /** Asks for files; none where the person stopped. */
  async choose(): Promise<vscode.Uri[]> {
    const chosen = await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Import Traces"),
      openLabel: vscode.l10n.t("Import"),
      canSelectMany: true,
      filters: { [vscode.l10n.t("Traces and logs")]: EXTENSIONS, [vscode.l10n.t("All files")]: ["*"] },
    });
    return chosen ?? [];
  }

  /** Imports files and shows what was in them side by side. @returns the ids of the runs */
  async files(files: readonly ImportFile[]): Promise<string[]> {
    const runs = await this.adopt(files);
    const title = files.map(nameOf).join(", ");
    this.show(runs, shorten(title, 60));
    return runs;
  }

  /** Imports files without showing them. @returns the ids of the runs */
  async adopt(files: readonly ImportFile[]): Promise<string[]> {
    const runs: string[] = [];
    for (const file of files) {
      const name = nameOf(file);
      const source = await sourceOf(file, name);
      const result = await this.read((mapping) => readInThread(this.parts.script, { source, mapping }), name);
      if (!result) break;
      runs.push(...(await this.keep(result, name)));
    }
    return runs;
  }

  /** Shows the reasoning in the selection, or in the whole document where nothing is selected. */
  async selection(editor: vscode.TextEditor): Promise<string[]> {
    const { document, selection } = editor;
    const text = document.getText(selection.isEmpty ? undefined : selection);
    const { importTraces } = await import("../../core/formats/importTraces");
    const name = vscode.l10n.t("Selection of {0}", path.posix.basename(document.uri.path));
    const result = await this.read(async (mapping) => importTraces({ name: "", text }, { mapping }), name);
    const runs = result ? await this.keep(result, name) : [];
    this.show(runs, name);
    return runs;
  }

  /**
   * Reads a file; JSON that no format knows is read by the fields that a person named for files of its shape.
   * @throws ActionableError `import-unknown` where none were, with a button that asks for them
   */
  private async read(read: Read, name: string): Promise<ImportResult | undefined> {
    const result = await read();
    const unknown = result?.unknown;
    if (!unknown || unknown.fields.length === 0) return result;
    const known = this.parts.mappings.remembered("traces", unknown.shape);
    const again = known && (await read(known));
    if (again && again.traces.length > 0) {
      this.tellOf(known, unknown, name);
      return again;
    }
    this.unnamed = { read, name, unknown };
    throw new ActionableError(
      "import-unknown",
      l10n.later`${name}: ${result.problems[0]!}`,
      "Say which of its fields hold what.",
    );
  }

  /** Asks what the fields of the file that was not known hold, and imports it. @returns the ids of the runs */
  async nameFields(): Promise<string[]> {
    if (!this.unnamed) return [];
    const { read, name, unknown } = this.unnamed;
    const mapping = await this.parts.mappings.ask("traces", unknown, name);
    const result = mapping && (await read(mapping));
    const runs = result ? await this.keep(result, name) : [];
    this.show(runs, shorten(name, 60));
    return runs;
  }

  /** Says by which fields a file was read, and forgets them where they were wrong. */
  private tellOf(mapping: FieldMapping, unknown: UnknownRows, name: string): void {
    const forget = vscode.l10n.t("Forget");
    const sentence = vscode.l10n.t(
      "{0} was read by the fields that you named before: {1}.",
      name,
      mappingWords(mapping),
    );
    void vscode.window.showInformationMessage(sentence, forget).then(async (choice) => {
      if (choice === forget) await this.parts.mappings.forget("traces", unknown.shape);
    });
  }

  /** A few traces side by side; more as a table. */
  private show(runs: readonly string[], title: string): void {
    if (runs.length === 0) return;
    const { panels, showMany } = this.parts;
    if (runs.length <= MOST_SHOWN) panels.show({ title, runs, slot: `import ${title}` });
    else showMany({ title, runs });
  }

  /** @param all traces of the file, in which each has its place */
  private async adoptAll(
    chosen: readonly TraceEvent[][],
    all: readonly TraceEvent[][],
    name: string,
  ): Promise<string[]> {
    const imported = new Date().toISOString();
    const places = new Map(all.map((events, index) => [events, index + 1]));
    const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Importing {0}", name) };
    return vscode.window.withProgress(options, async (progress) => {
      const runs: string[] = [];
      for (const events of chosen) {
        const place = all.length > 1 ? { row: places.get(events)! } : {};
        runs.push(
          await this.parts.store.adopt(identified(events).map((event) => stamped(event, { ...place, imported }))),
        );
        if (chosen.length > TOLD_EVERY && runs.length % TOLD_EVERY === 0)
          progress.report({ message: vscode.l10n.t("{0} of {1} traces", runs.length, chosen.length) });
      }
      return runs;
    });
  }

  private async keep({ traces, problems }: ImportResult, name: string): Promise<string[]> {
    if (traces.length === 0) {
      throw new ActionableError("import-nothing", problems[0] ?? l10n.later`Nothing was found in ${name}.`, UNREADABLE);
    }
    const chosen = traces.length === 1 ? traces : await choose(traces, name);
    const runs = await this.adoptAll(chosen, traces, name);
    if (problems.length > 0) void vscode.window.showWarningMessage(`${name}: ${problems.map(inWords).join(" ")}`);
    return runs;
  }
}

/** When a trace was imported is no part of what names it: it is added when the name is known. */
function stamped(event: TraceEvent, stamp: { row?: number; imported: string }): TraceEvent {
  return event.t === "run" && event.source ? { ...event, source: { ...event.source, ...stamp } } : event;
}

function nameOf(file: ImportFile): string {
  return path.posix.basename(file instanceof vscode.Uri ? file.path : file.name.replaceAll("\\", "/"));
}

/** A thread reads the disk by itself; files that are elsewhere are fetched for it. */
async function sourceOf(file: ImportFile, name: string): Promise<ForeignSource> {
  if (!(file instanceof vscode.Uri)) return { name, bytes: file.bytes };
  if (file.scheme === "file") return { name, path: file.fsPath };
  try {
    return { name, bytes: await vscode.workspace.fs.readFile(file) };
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function choose(traces: readonly TraceEvent[][], name: string): Promise<TraceEvent[][]> {
  const rows = traces.map((events, index) => {
    const header = headerOf(events);
    const question = header?.messages.findLast(({ role }) => role === "user")?.content ?? "";
    const label = shorten(header?.prompt.title || question, 80) || vscode.l10n.t("Trace {0}", index + 1);
    return { label, description: shorten(header?.model.id ?? "", 40), events, picked: true };
  });
  const picked = await pickSeveral(rows, {
    title: vscode.l10n.t("Import from {0}", name),
    placeHolder: vscode.l10n.t("{0} traces; which of them?", traces.length),
  });
  return picked?.map(({ events }) => events) ?? [];
}

function headerOf(events: readonly TraceEvent[]): RunHeader | undefined {
  return events.find((event) => event.t === "run");
}
