/**
 * Appends a run's events to its file. Each batch is handed to the operating system before the next, so a killed host
 * loses at most the line being written. When the disk refuses, the writer stops once and says why; the run goes on.
 */
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";
import type { TraceEvent } from "../../core/trace/trace";

/** What the writer needs of a file handle. */
export interface AppendableFile {
  appendFile(data: string): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** Creates a file that must not exist yet, and the folders above it. */
export type CreateFile = (file: string) => Promise<AppendableFile>;

export const createOnDisk: CreateFile = async (file) => {
  await mkdir(path.dirname(file), { recursive: true });
  return open(file, "ax");
};

/** Adds a line to a trace file that is there. One whose last line was cut off gets it on a line of its own. */
export async function appendToTrace(file: string, event: TraceEvent): Promise<void> {
  const { serializeEvent } = await import("../../core/trace/traceFile");
  const handle = await open(file, "r+");
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    await handle.write(`${buffer.toString() === "\n" ? "" : "\n"}${serializeEvent(event)}\n`, size);
  } finally {
    await handle.close();
  }
}

const REASONS: Record<string, { message: string; action: string }> = {
  ENOSPC: {
    message: "The trace could not be written because the disk is full.",
    action: "Free some space, or name another folder in the setting thoughtlens.traceFolder.",
  },
  EDQUOT: {
    message: "The trace could not be written because the disk quota is used up.",
    action: "Free some space, or name another folder in the setting thoughtlens.traceFolder.",
  },
};

function refusal(error: unknown, file: string): ActionableError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  const { message, action } = REASONS[code] ?? {
    message: `The trace could not be written to ${path.dirname(file)} (${code}).`,
    action: "Check the folder in the setting thoughtlens.traceFolder.",
  };
  return new ActionableError(`trace-${code.toLowerCase()}`, message, action, { cause: error });
}

export class TraceWriter {
  private queue: Promise<void>;
  private handle: AppendableFile | undefined;
  private refused: ActionableError | undefined;

  /** @param refused called once, when the first write fails; nothing is written from then on */
  constructor(
    readonly file: string,
    create: CreateFile,
    private readonly onRefused: (error: ActionableError) => void,
  ) {
    this.queue = this.guard(async () => {
      this.handle = await create(file);
    });
  }

  /** Why nothing is written any more. */
  get problem(): ActionableError | undefined {
    return this.refused;
  }

  append(events: readonly TraceEvent[]): void {
    if (events.length === 0) return;
    this.queue = this.queue.then(() =>
      this.guard(async () => {
        const { serializeEvent } = await import("../../core/trace/traceFile");
        await this.handle!.appendFile(events.map((event) => `${serializeEvent(event)}\n`).join(""));
      }),
    );
  }

  /** Resolves when all is written, or was refused, and the file is closed. */
  close(): Promise<void> {
    this.queue = this.queue
      .then(() => this.guard(() => this.handle!.datasync()))
      .then(async () => {
        // A refused write leaves nothing to save; the handle goes in any case.
        await this.handle?.close().catch(() => undefined);
        this.handle = undefined;
      });
    return this.queue;
  }

  private async guard(write: () => Promise<void>): Promise<void> {
    if (this.refused) return;
    try {
      await write();
    } catch (error) {
      this.refused = refusal(error, this.file);
      this.onRefused(this.refused);
    }
  }
}
