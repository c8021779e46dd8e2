/** Reads a `*.thoughts.jsonl` file of this machine piece by piece, as far as it goes and is shown. */
import { createReadStream } from "node:fs";
import type { TraceReading } from "../../core/trace/traceFile";

const CHUNK_BYTES = 1024 * 1024;

/**
 * @param signal ends the reading early; what was read so far is returned
 * @throws when the file cannot be opened
 */
export async function readTraceOnDisk(file: string, signal?: AbortSignal): Promise<TraceReading> {
  // The reader brings the schemas along, which nobody needs before a trace is opened.
  const { TraceReader } = await import("../../core/trace/traceFile");
  const reader = new TraceReader();
  const stream = createReadStream(file, { encoding: "utf8", highWaterMark: CHUNK_BYTES });
  // Leaving the loop closes the file, so the rest of a huge one is never read.
  for await (const piece of stream) if (signal?.aborted || !reader.push(piece as string)) break;
  return reader.finish();
}
