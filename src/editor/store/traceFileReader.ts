/** Reads a `*.thoughts.jsonl` file, wherever it lies, as far as it goes. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import type { TraceReading } from "../../core/trace/traceFile";
import { readTraceOnDisk } from "./traceOnDisk";

/** Files that are not on disk come whole or not at all. */
const LARGEST_REMOTE = 128 * 1024 * 1024;

/**
 * @param signal ends the reading early; what was read so far is returned
 * @throws when the file cannot be opened; ActionableError `file-too-large` for a huge file that is not on disk
 */
export async function readTraceFile(uri: vscode.Uri, signal?: AbortSignal): Promise<TraceReading> {
  if (uri.scheme === "file") return readTraceOnDisk(uri.fsPath, signal);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > LARGEST_REMOTE)
    throw new ActionableError("file-too-large", "The file is too large to be read from here.", "Copy it to disk.");
  const { readTrace } = await import("../../core/trace/traceFile");
  return readTrace(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8"));
}
