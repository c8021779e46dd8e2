/** What lists show of a recorded run, read from the first and last lines of its file without the tokens between. */
import { constants, open, type FileHandle } from "node:fs/promises";
import type { RunSummary } from "../../core/measure/runSummary";
import type { RunHeader, TraceEvent } from "../../core/trace/trace";

export interface RecordedRun extends RunSummary {
  readonly id: string;
  /** Undefined where the disk refused the trace: it lives in memory until the window closes. */
  readonly file: string | undefined;
  readonly live: boolean;
}

/** Where traces say which prompt they are of: the file and the section's title. */
export function promptKey(prompt: RunHeader["prompt"]): string {
  return `${prompt.uri ?? ""}#${prompt.title ?? ""}`;
}

/** Under what lists show a run: its prompt, or the file that it was imported from. */
export function listKey({ prompt, source }: RunHeader): string {
  return source ? `imported ${source.file ?? ""}` : promptKey(prompt);
}

/** A file up to this size is read at once. */
const SMALL_BYTES = 32 * 1024;
const HEAD_BYTES = 16 * 1024;
/** A first line holds the whole prompt; one longer than this is no header of ours. */
const LONGEST_HEADER_BYTES = 8 * 1024 * 1024;
/** How far from the end the last events are looked for: a little at first, as the last line is most often enough. */
const TAIL_BYTES = [16 * 1024, 256 * 1024];

/** What was read, and the file's bytes and time of writing in milliseconds as they were then. */
export interface RecordedReading {
  readonly run: RunSummary;
  readonly size: number;
  readonly time: number;
}

/** @returns undefined where it is no file, or does not begin with the header of a trace */
export async function readRecordedRun(file: string): Promise<RecordedReading | undefined> {
  const { parseTraceLine } = await import("../../core/trace/traceFile");
  const eventOf = (line: string): TraceEvent | undefined => {
    const parsed = parseTraceLine(line);
    return parsed.kind === "event" ? parsed.event : undefined;
  };
  // Without waiting: a pipe of that name would never open.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    const { size, mtimeMs: time } = stats;
    const whole = size <= SMALL_BYTES ? await bytesAt(handle, 0, size) : undefined;
    const header = eventOf(whole ? upToNewline(whole) : await firstLine(handle, size));
    if (header?.t !== "run") return undefined;
    let exit: RunSummary["exit"];
    let end: RunSummary["end"];
    for (const bytes of TAIL_BYTES) {
      [exit, end] = [undefined, undefined];
      for (const line of whole ? linesOf(whole) : await lastLines(handle, size, bytes)) {
        // Token lines are the long ones: they need not be parsed to be passed over.
        if (!/^\{"t":"(exit|end)"/.test(line)) continue;
        const event = eventOf(line);
        if (event?.t === "exit") exit ??= event;
        if (event?.t === "end") end = event;
      }
      if ((exit && end) || whole || bytes >= size) break;
    }
    return { run: { header, exit, end }, size, time };
  } finally {
    await handle.close();
  }
}

async function firstLine(handle: FileHandle, size: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = HEAD_BYTES;
  for (let at = 0; at < Math.min(size, LONGEST_HEADER_BYTES); at += bytes, bytes *= 4) {
    const read = await bytesAt(handle, at, Math.min(bytes, size - at));
    const newline = read.indexOf("\n");
    parts.push(newline < 0 ? read : read.subarray(0, newline));
    if (newline >= 0 || read.length === 0) break;
  }
  return Buffer.concat(parts).toString("utf8");
}

async function lastLines(handle: FileHandle, size: number, bytes: number): Promise<string[]> {
  const from = Math.max(0, size - bytes);
  return linesOf(await bytesAt(handle, from, size - from));
}

const linesOf = (bytes: Buffer): string[] => bytes.toString("utf8").split("\n");

function upToNewline(bytes: Buffer): string {
  const newline = bytes.indexOf("\n");
  return bytes.subarray(0, newline < 0 ? bytes.length : newline).toString("utf8");
}

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
