/** A file with traces of any tool, read as a whole; of a huge trace of ours, its beginning. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { importTraces, LARGEST_FILE, type ImportResult } from "../../core/formats/importTraces";
import { ours, withHeader } from "../../core/formats/ours";
import { readTraceStream } from "../../core/trace/traceFile";
import { splitRuns } from "../../core/trace/traceRuns";

/** Where a file is, or what is in it where it lies nowhere on this disk. */
export interface ForeignSource {
  /** Base name. */
  readonly name: string;
  readonly path?: string;
  readonly bytes?: Uint8Array;
}

/** @throws when the file cannot be opened */
export async function readForeignFile({ name, path, bytes }: ForeignSource): Promise<ImportResult> {
  if (path === undefined) return importBytes(name, bytes ?? new Uint8Array());
  const { size } = await stat(path);
  if (size <= LARGEST_FILE) return importBytes(name, await readFile(path));
  if (!name.endsWith(ours.extension!))
    return { format: undefined, traces: [], problems: [`${name} is too large to be imported.`] };
  const { events, problems } = await readTraceStream(createReadStream(path));
  return { format: ours.title, traces: splitRuns(events).map((run) => withHeader(run, name)), problems };
}

function importBytes(name: string, bytes: Uint8Array): ImportResult {
  let text: string | undefined;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // No text, or a text that was cut: the importers look at the bytes.
  }
  return importTraces(text === undefined ? { name, text: "", bytes } : { name, text });
}
