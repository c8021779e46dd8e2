/**
 * The traces of a workspace: one `*.thoughts.jsonl` file a run, in the workspace's storage or a folder of the user's.
 * The files are the truth; the list is read from them once and kept current by the runs of this window.
 */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { RunRequest } from "../../core/protocol/engineApi";
import { fold, type Trace } from "../../core/trace/fold";
import { ActionableError } from "../../core/protocol/rpc";
import type { RunHeader, TraceEvent } from "../../core/trace/trace";
import { LiveRun } from "./liveRun";
import { promptKey, readRecordedRun, type RecordedRun } from "./recordedRun";
import { readTraceFile } from "./traceFileReader";
import type { CreateFile } from "../../disk/keptLines";
import { LineFile } from "../../disk/lineFile";
import { appendToTrace, TraceWriter } from "../../disk/traceWriter";

const SUFFIX = ".thoughts.jsonl";

export interface AppendedEvents {
  readonly run: string;
  readonly events: readonly TraceEvent[];
  readonly live: boolean;
}

export class TraceStore implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly appended = new vscode.EventEmitter<AppendedEvents>();
  private readonly restored = new vscode.EventEmitter<string>();
  private readonly refused = new vscode.EventEmitter<ActionableError>();
  /** Runs were added, changed or deleted. */
  readonly onDidChange = this.changed.event;
  readonly onDidAppend = this.appended.event;
  /** A trace could not be written; once a run. */
  readonly onDidRefuse = this.refused.event;
  /** The file of a live run was deleted and has been written anew. */
  readonly onDidRestore = this.restored.event;

  private readonly byId = new Map<string, RecordedRun>();
  private readonly inMemory = new Map<string, LiveRun>();
  private readonly planned = new Set<string>();
  private loading: Promise<void> | undefined;

  /** @param create makes the file of a run; replaceable, so that a full disk can be tried */
  constructor(
    private readonly folder: () => string,
    public create: CreateFile = LineFile.create,
  ) {}

  /** Reads what is in the folder; later calls give the same promise. */
  load(): Promise<void> {
    this.loading ??= this.readFolder();
    return this.loading;
  }

  /** Forgets the list and reads it again, as when the folder was changed. */
  reload(): Promise<void> {
    // What the disk refused is nowhere else.
    for (const [id, run] of this.byId) if (!run.live && run.file) this.byId.delete(id);
    this.loading = undefined;
    return this.load();
  }

  /** Newest first. */
  get runs(): readonly RecordedRun[] {
    return [...this.byId.values()].sort((a, b) => b.header.started.localeCompare(a.header.started));
  }

  /** Runs of one prompt, newest first. */
  runsOf(key: string): RecordedRun[] {
    return this.runs.filter((run) => promptKey(run.header.prompt) === key);
  }

  run(id: string): RecordedRun | undefined {
    return this.byId.get(id);
  }

  /** Whether a run was begun here that has not sent its first event. */
  isWaiting(id: string): boolean {
    return this.planned.has(id) || (this.inMemory.has(id) && !this.byId.has(id));
  }

  /** Runs of a comparison that wait for their turn. */
  plan(ids: readonly string[]): void {
    for (const id of ids) this.planned.add(id);
  }

  /** A planned run will not begin any more. */
  abandon(id: string): void {
    if (!this.planned.delete(id)) return;
    this.appended.fire({ run: id, events: [], live: false });
  }

  /** A run is about to start. Its file appears with its first event. */
  begin(request: RunRequest): LiveRun {
    const live = new LiveRun(request, {
      openWriter: (header) => this.openWriter(header),
      onAppend: (events) => {
        if (live.header) this.byId.set(request.id, live.summary);
        this.appended.fire({ run: request.id, events, live: !live.closed });
        // Lists show no tokens, so they need not hear of them.
        if (live.closed || events.some((event) => event.t !== "tokens")) this.changed.fire();
      },
    });
    this.planned.delete(request.id);
    this.inMemory.set(request.id, live);
    return live;
  }

  /** The last event of a live run has been given. Resolves when its file is closed. */
  async settle(live: LiveRun): Promise<void> {
    await live.settled();
    // A trace that the disk refused has no other copy.
    if (!live.header || live.summary.file) this.inMemory.delete(live.request.id);
    if (live.header) this.byId.set(live.request.id, live.summary);
    this.changed.fire();
  }

  /**
   * Keeps a trace that was recorded elsewhere. One that is here already stays as it is.
   * @param events with their header
   * @returns the id of its run
   */
  async adopt(events: readonly TraceEvent[]): Promise<string> {
    const header = events.find((event) => event.t === "run");
    if (!header) throw new Error("a trace needs a header");
    await this.load();
    if (this.byId.has(header.id)) return header.id;
    const writer = this.openWriter(header);
    writer.append(events);
    await writer.close();
    // Whoever listens to refusals has told it already.
    if (writer.problem) throw new ActionableError("cancelled", writer.problem.message);
    this.byId.set(header.id, {
      id: header.id,
      file: writer.file,
      header,
      exit: events.find((event) => event.t === "exit"),
      end: events.findLast((event) => event.t === "end"),
      live: false,
    });
    this.changed.fire();
    return header.id;
  }

  /**
   * Adds to the trace of a run that is over what was worked out from it later. A run that is gone meanwhile stays gone.
   * @throws where the file cannot be written
   */
  async extend(id: string, event: TraceEvent): Promise<void> {
    const run = this.byId.get(id);
    if (!run || run.live) return;
    // A trace that the disk refused has no file.
    if (run.file) await appendToTrace(run.file, event);
    else this.inMemory.get(id)?.events.push(event);
    this.appended.fire({ run: id, events: [event], live: false });
  }

  /** The events of a run so far, in the order they were written; lines that are no events are passed over. */
  async events(id: string): Promise<TraceEvent[]> {
    const live = this.inMemory.get(id);
    if (live) return [...live.events];
    const file = this.byId.get(id)?.file;
    if (!file) return [];
    return (await readTraceFile(vscode.Uri.file(file))).events;
  }

  async trace(id: string): Promise<Trace> {
    return fold(await this.events(id));
  }

  /** Deletes runs and their files; a run that goes on stays. */
  async delete(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const run = this.byId.get(id);
      if (!run || run.live) continue;
      if (run.file) await rm(run.file, { force: true });
      this.byId.delete(id);
      this.inMemory.delete(id);
    }
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
    this.appended.dispose();
    this.refused.dispose();
    this.restored.dispose();
  }

  private openWriter({ started, strategy, id }: RunHeader): TraceWriter {
    const file = path.join(this.folder(), fileName(started, strategy, id));
    return new TraceWriter(file, {
      create: this.create,
      elsewhere: "name another folder in the setting thoughtlens.traceFolder",
      onRefused: (error) => this.refused.fire(error),
      onRestored: (restored) => this.restored.fire(restored),
    });
  }

  private async readFolder(): Promise<void> {
    const folder = this.folder();
    // A folder that is not there yet holds no traces.
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(SUFFIX))) {
      const run = await readRecordedRun(path.join(folder, name)).catch(() => undefined);
      if (run && !this.byId.has(run.id)) this.byId.set(run.id, run);
    }
    this.changed.fire();
  }
}

/** As in `2026-05-04T10-11-12-345Z-deer-1f0c2d3e.thoughts.jsonl`: sorted by time, unique by the run's id. */
function fileName(started: string, strategy: string, id: string): string {
  const safe = (text: string, length: number) => text.replace(/[^A-Za-z0-9-]/g, "-").slice(0, length);
  return `${safe(started, 30)}-${safe(strategy, 40)}-${safe(id, 36)}${SUFFIX}`;
}
