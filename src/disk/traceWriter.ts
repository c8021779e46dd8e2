/**
 * Writes a run's events to its file as they come. Each batch is with the operating system before the next, so a killed
 * process loses at most the batch being written. When the disk refuses, that is told once and the run goes on.
 */
import type { ActionableError } from "../core/protocol/rpc";
import type { TraceEvent } from "../core/trace/trace";
import { l10n } from "../core/text/l10n";
import { diskError, type Written } from "./diskError";
import { KeptLines, type CreateFile } from "./keptLines";
import { LineFile } from "./lineFile";

export interface TraceWriterOptions {
  /** How a person chooses another place; the end of a sentence. */
  readonly elsewhere: Written["elsewhere"];
  /** Called once, when a write fails. */
  readonly onRefused: (error: ActionableError) => void;
  /** Called when a file that was deleted meanwhile has been written anew. */
  readonly onRestored?: (file: string) => void;
  readonly create?: CreateFile;
}

/** Another run's file stands in the place of this one. */
const TAKEN = "trace-eexist";

export class TraceWriter {
  private queue: Promise<void> = Promise.resolve();
  private readonly lines: KeptLines<TraceEvent>;
  private refused: ActionableError | undefined;
  private told = false;

  constructor(
    readonly file: string,
    private readonly options: TraceWriterOptions,
  ) {
    const { create, onRestored } = options;
    this.lines = new KeptLines(file, {
      textOf: linesOf,
      ...(create ? { create } : {}),
      ...(onRestored ? { onRestored } : {}),
    });
  }

  /** Why the file lacks what came last; undefined where it has everything. */
  get problem(): ActionableError | undefined {
    return this.refused;
  }

  append(events: readonly TraceEvent[]): void {
    if (events.length === 0) return;
    const added = [...events];
    this.queue = this.queue.then(() => this.write(added));
  }

  /** Resolves when all is written, or was refused, and the file is closed. */
  close(): Promise<void> {
    this.queue = this.queue.then(async () => {
      if (this.refused) await this.write([]);
      // What cannot be brought to the disk is with the system all the same.
      await this.lines.sync().catch(() => undefined);
      await this.lines.close().catch(() => undefined);
    });
    return this.queue;
  }

  private async write(added: readonly TraceEvent[]): Promise<void> {
    if (this.refused?.code === TAKEN) return;
    try {
      await this.lines.add(added);
      this.refused = undefined;
    } catch (error) {
      const { elsewhere, onRefused } = this.options;
      this.refused = diskError(error, this.lines.file, { what: l10n.later`The trace`, code: "trace", elsewhere });
      if (this.told) return;
      this.told = true;
      onRefused(this.refused);
    }
  }
}

/** Adds an event to a trace that is over. @throws NodeJS.ErrnoException where its file is gone or cannot be written */
export async function appendToTrace(file: string, event: TraceEvent): Promise<void> {
  const lines = await LineFile.open(file);
  try {
    await lines.append(await linesOf([event]));
  } finally {
    await lines.close();
  }
}

/** The serializer brings the schemas along, which nobody needs before a trace is written. */
async function linesOf(events: readonly TraceEvent[]): Promise<string> {
  const { serializeEvent } = await import("../core/trace/traceFile");
  return events.map((event) => `${serializeEvent(event)}\n`).join("");
}
