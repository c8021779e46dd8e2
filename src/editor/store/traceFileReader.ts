/** Reads a `*.thoughts.jsonl` file, wherever it lies, as far as it goes. */
import { createReadStream } from "node:fs";
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import type { TraceReading } from "../../core/trace/traceFile";

const CHUNK_BYTES = 1024 * 1024;
/** Files that are not on disk come whole or not at all. */
const LARGEST_REMOTE = 128 * 1024 * 1024;

/**
 * @param signal ends the reading early; what was read so far is returned
 * @throws when the file cannot be opened; ActionableError `file-too-large` for a huge file that is not on disk
 */
export async function readTraceFile(uri: vscode.Uri, signal?: AbortSignal): Promise<TraceReading> {
  // The reader brings the schemas along, which nobody needs before a trace is opened.
  const { readTrace, TraceReader } = await import("../../core/trace/traceFile");
  if (uri.scheme !== "file") {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > LARGEST_REMOTE)
      throw new ActionableError("file-too-large", "The file is too large to be read from here.", "Copy it to disk.");
    return readTrace(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8"));
  }
  const reader = new TraceReader();
  const stream = createReadStream(uri.fsPath, { encoding: "utf8", highWaterMark: CHUNK_BYTES });
  // Leaving the loop closes the file, so the rest of a huge one is never read.
  for await (const piece of stream) if (signal?.aborted || !reader.push(piece as string)) break;
  return reader.finish();
}
