/** A file with traces of any tool, read as a whole; of a huge trace of ours, its beginning. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { importTraces, tooLarge, type ImportOptions, type ImportResult } from "../core/formats/importTraces";
import { LARGEST_FILE } from "../core/formats/limits";
import { importedRun, ours } from "../core/formats/texts/ours";
import { readTraceStream } from "../core/trace/traceFile";
import { splitRuns } from "../core/trace/traceRuns";
import { sentenceFrom } from "../core/text/l10n";

/** Where a file is, or what is in it where it lies nowhere on this disk. */
export interface ForeignSource {
  /** Base name. */
  readonly name: string;
  readonly path?: string;
  readonly bytes?: Uint8Array;
}

/** @throws when the file cannot be opened */
export async function readForeignFile(
  { name, path, bytes }: ForeignSource,
  options: ImportOptions = {},
): Promise<ImportResult> {
  if (path === undefined) return importTraces({ name, text: "", bytes: bytes ?? new Uint8Array() }, options);
  const { size } = await stat(path);
  if (size <= LARGEST_FILE) return importTraces({ name, text: "", bytes: await readFile(path) }, options);
  if (!name.endsWith(ours.extension!)) return { format: undefined, traces: [], problems: [tooLarge(size)] };
  const { events, problems } = await readTraceStream(createReadStream(path));
  return {
    format: ours.title,
    traces: splitRuns(events).map((run) => importedRun(run, name)),
    problems: problems.map(sentenceFrom),
  };
}
