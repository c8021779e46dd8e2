/** What lists show of a recorded run, read from the first and last lines of its file without the tokens between. */
import { open, type FileHandle } from "node:fs/promises";
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

export type RunState = "running" | "finished" | "cancelled" | "failed" | "interrupted";

export function stateOf(run: RecordedRun): RunState {
  if (run.live) return "running";
  if (run.exit?.why === "cancelled") return "cancelled";
  if (run.exit?.why === "error") return "failed";
  return run.end ? "finished" : "interrupted";
}

const CHUNK_BYTES = 64 * 1024;
/** A first line holds the whole prompt; one longer than this is no header of ours. */
const LONGEST_HEADER_BYTES = 8 * 1024 * 1024;
const TAIL_BYTES = 256 * 1024;

/** @returns undefined where the file does not begin with the header of a trace */
export async function readRecordedRun(file: string): Promise<RecordedRun | undefined> {
  const handle = await open(file, "r");
  try {
    const { parseTraceLine } = await import("../../core/trace/traceFile");
    const eventOf = (line: string): TraceEvent | undefined => {
      const parsed = parseTraceLine(line);
      return parsed.kind === "event" ? parsed.event : undefined;
    };
    const header = eventOf(await firstLine(handle));
    if (header?.t !== "run") return undefined;
    let exit: RecordedRun["exit"];
    let end: RecordedRun["end"];
    for (const line of await lastLines(handle)) {
      // Token lines are the long ones: they need not be parsed to be passed over.
      if (!/^\{"t":"(exit|end)"/.test(line)) continue;
      const event = eventOf(line);
      if (event?.t === "exit") exit ??= event;
      if (event?.t === "end") end = event;
    }
    return { id: header.id, file, header, exit, end, live: false };
  } finally {
    await handle.close();
  }
}

async function firstLine(handle: FileHandle): Promise<string> {
  const parts: Buffer[] = [];
  for (let at = 0; at < LONGEST_HEADER_BYTES; at += CHUNK_BYTES) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at);
    const read = buffer.subarray(0, bytesRead);
    const newline = read.indexOf("\n");
    parts.push(newline < 0 ? read : read.subarray(0, newline));
    if (newline >= 0 || bytesRead < CHUNK_BYTES) break;
  }
  return Buffer.concat(parts).toString("utf8");
}

async function lastLines(handle: FileHandle): Promise<string[]> {
  const { size } = await handle.stat();
  const from = Math.max(0, size - TAIL_BYTES);
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
  return buffer.subarray(0, bytesRead).toString("utf8").split("\n");
}
