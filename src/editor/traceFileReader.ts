/** Reads a `*.thoughts.jsonl` file, wherever it lies, as far as it goes. */
import { createReadStream } from "node:fs";
import * as vscode from "vscode";
import type { TraceReading } from "../core/traceFile";

const CHUNK_BYTES = 1024 * 1024;

/** @throws when the file cannot be opened */
export async function readTraceFile(uri: vscode.Uri): Promise<TraceReading> {
  // The reader brings the schemas along, which nobody needs before a trace is opened.
  const { readTrace, TraceReader } = await import("../core/traceFile");
  if (uri.scheme !== "file") {
    return readTrace(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8"));
  }
  const reader = new TraceReader();
  const stream = createReadStream(uri.fsPath, { encoding: "utf8", highWaterMark: CHUNK_BYTES });
  for await (const piece of stream) if (!reader.push(piece as string)) break;
  return reader.finish();
}
