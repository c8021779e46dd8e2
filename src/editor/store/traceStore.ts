/**
 * The traces of a workspace: one `*.thoughts.jsonl` file a run, in the workspace's storage or a folder of the user's.
 * The files are the truth; the list is read from them once and follows what this window and others do to them.
 */
import path from "node:path";
import * as vscode from "vscode";
import type { RunRequest } from "../../core/protocol/engineApi";
import { fold, type Trace } from "../../core/trace/fold";
import { ActionableError } from "../../core/protocol/rpc";
import type { RunHeader, TraceEvent } from "../../core/trace/trace";
import { watchFolder } from "./folderWatch";
import { LiveRun } from "./liveRun";
import type { RecordedRun } from "./recordedRun";
import { RunList } from "./runList";
import { readTraceFolder, readTraceRun, TRACE_SUFFIX } from "./traceFolder";
import { TraceIndex } from "./traceIndex";
import { readTraceFile } from "./traceFileReader";
import type { CreateFile } from "../../disk/keptLines";
import { LineFile } from "../../disk/lineFile";
import { appendToTrace, TraceWriter } from "../../disk/traceWriter";
import { setAside, type SetAside } from "../../disk/wholeFile";
import { l10n } from "../../core/text/l10n";

/** Runs that were taken away, until it is certain that nobody wants them back. */
export interface DeletedRuns {
  readonly count: number;
  /** Brings them back. */
  undo(): Promise<void>;
  /** Deletes their files from the disk. */
  forget(): Promise<void>;
}

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

  private readonly list = new RunList();
  private readonly inMemory = new Map<string, LiveRun>();
  /** The strategies of runs that wait for their turn, by id. */
  private readonly planned = new Map<string, string>();
  private loading: Promise<void> | undefined;
  private watching: vscode.Disposable | undefined;

  /**
   * @param folder where traces are
   * @param indexes where what is known of them is remembered
   * @param create makes the file of a run; replaceable, so that a full disk can be tried
   */
  constructor(
    private readonly folder: () => string,
    private readonly indexes: string,
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
    for (const run of [...this.list.runs]) if (!run.live && run.file) this.list.delete(run.id);
    this.loading = undefined;
    return this.load();
  }

  /** Newest first. */
  get runs(): readonly RecordedRun[] {
    return this.list.runs;
  }

  /** Runs of one prompt, newest first. */
  runsOf(key: string): readonly RecordedRun[] {
    return this.list.ofPrompt(key);
  }

  /** The runs of each prompt that has any, newest first. */
  get runsByPrompt(): ReadonlyMap<string, readonly RecordedRun[]> {
    return this.list.prompts;
  }

  run(id: string): RecordedRun | undefined {
    return this.list.get(id);
  }

  /** Whether a run was begun here that has not sent its first event. */
  isWaiting(id: string): boolean {
    return this.planned.has(id) || (this.inMemory.has(id) && !this.list.get(id));
  }

  /** Runs of a comparison that wait for their turn, each with its strategy. */
  plan(runs: readonly (readonly [id: string, strategy: string])[]): void {
    for (const [id, strategy] of runs) this.planned.set(id, strategy);
  }

  /** The strategy of a run that was begun here and has not said it by itself yet. */
  askedOf(id: string): string | undefined {
    return this.planned.get(id) ?? this.inMemory.get(id)?.request.strategy;
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
        if (live.header) this.list.set(live.summary);
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
    if (live.header) this.list.set(live.summary);
    this.changed.fire();
    if (live.summary.file) await this.remember(live.summary.file);
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
    if (this.list.get(header.id)) return header.id;
    const writer = this.openWriter(header);
    writer.append(events);
    await writer.close();
    // Whoever listens to refusals has told it already.
    if (writer.problem) throw new ActionableError("cancelled", writer.problem.message);
    this.list.set({
      id: header.id,
      file: writer.file,
      header,
      exit: events.find((event) => event.t === "exit"),
      end: events.findLast((event) => event.t === "end"),
      live: false,
    });
    this.changed.fire();
    await this.remember(writer.file);
    return header.id;
  }

  /**
   * Adds to the trace of a run that is over what was worked out from it later. A run that is gone meanwhile stays gone.
   * @throws where the file cannot be written
   */
  async extend(id: string, event: TraceEvent): Promise<void> {
    const run = this.list.get(id);
    if (!run || run.live) return;
    // A trace that the disk refused has no file.
    if (run.file) {
      await appendToTrace(run.file, event);
      await this.remember(run.file);
    } else this.inMemory.get(id)?.events.push(event);
    this.appended.fire({ run: id, events: [event], live: false });
  }

  /** The events of a run so far, in the order they were written; lines that are no events are passed over. */
  async events(id: string): Promise<TraceEvent[]> {
    const live = this.inMemory.get(id);
    if (live) return [...live.events];
    const file = this.list.get(id)?.file;
    if (!file) return [];
    return (await readTraceFile(vscode.Uri.file(file))).events;
  }

  async trace(id: string): Promise<Trace> {
    return fold(await this.events(id));
  }

  /**
   * Takes runs away; a run that goes on stays. Their files are set aside until it is certain that nobody wants them back.
   * @throws where a file cannot be moved; what was taken before it is gone all the same
   */
  async delete(ids: readonly string[]): Promise<DeletedRuns> {
    const taken: { run: RecordedRun; aside: SetAside | undefined; memory: LiveRun | undefined }[] = [];
    try {
      for (const id of ids) {
        const run = this.list.get(id);
        if (!run || run.live) continue;
        const aside = run.file === undefined ? undefined : await setAside(run.file);
        taken.push({ run, aside, memory: this.inMemory.get(id) });
        this.list.delete(id);
        this.inMemory.delete(id);
      }
    } finally {
      this.changed.fire();
    }
    return {
      count: taken.length,
      undo: async () => {
        for (const { run, aside, memory } of taken) {
          if (aside && !(await aside.putBack())) continue;
          this.list.set(run);
          if (memory) this.inMemory.set(run.id, memory);
        }
        this.changed.fire();
      },
      forget: async () => {
        for (const { aside } of taken) await aside?.remove();
      },
    };
  }

  dispose(): void {
    this.watching?.dispose();
    this.changed.dispose();
    this.appended.dispose();
    this.refused.dispose();
    this.restored.dispose();
  }

  private openWriter({ started, strategy, id }: RunHeader): TraceWriter {
    const file = path.join(this.folder(), fileName(started, strategy, id));
    return new TraceWriter(file, {
      create: this.create,
      elsewhere: l10n.later`name another folder in the setting thoughtlens.traceFolder`,
      onRefused: (error) => this.refused.fire(error),
      onRestored: (restored) => this.restored.fire(restored),
    });
  }

  private async readFolder(): Promise<void> {
    const folder = this.folder();
    this.watching?.dispose();
    this.watching = watchFolder(folder, TRACE_SUFFIX, (names) => void this.follow(folder, names));
    this.list.setAll(await readTraceFolder(folder, this.index(folder)));
    this.changed.fire();
  }

  private index(folder: string): TraceIndex {
    return new TraceIndex(this.indexes, folder);
  }

  /** A file of ours is whole: the next window need not open it to know what is in it. */
  private async remember(file: string): Promise<void> {
    const folder = path.dirname(file);
    await readTraceRun(folder, path.basename(file), this.index(folder));
  }

  /** What other windows, the command line and people did in the folder. */
  private async follow(folder: string, names: readonly string[]): Promise<void> {
    if (folder !== this.folder()) return;
    const byFile = new Map(this.list.runs.map((run) => [run.file, run]));
    for (const name of names) {
      const before = byFile.get(path.join(folder, name));
      // What this window writes it knows already.
      if (before && this.inMemory.has(before.id)) continue;
      const now = await readTraceRun(folder, name, this.index(folder));
      if (before && before.id !== now?.id) this.list.delete(before.id);
      const known = now && this.list.get(now.id);
      if (now && (!known || known.file === now.file)) this.list.set(now);
    }
    this.changed.fire();
  }
}

/** As in `2026-05-04T10-11-12-345Z-deer-1f0c2d3e.thoughts.jsonl`: sorted by time, unique by the run's id. */
function fileName(started: string, strategy: string, id: string): string {
  const safe = (text: string, length: number) => text.replace(/[^A-Za-z0-9-]/g, "-").slice(0, length);
  return `${safe(started, 30)}-${safe(strategy, 40)}-${safe(id, 36)}${TRACE_SUFFIX}`;
}
