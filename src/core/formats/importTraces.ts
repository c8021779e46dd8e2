/** Any file or pasted text that holds reasoning becomes traces. */
import type { TraceEvent } from "../trace/trace";
import type { ForeignFile, TraceFormat } from "./format";
import { inspectEval } from "./inspectEval";
import { inspectJson } from "./inspectJson";
import { openAi } from "./openAi";
import { otel } from "./otel";
import { ours } from "./ours";
import { research } from "./research";
import { thinkText } from "./thinkText";
import { tracy } from "./tracy";

/** In the order in which they are tried: the ones that say what they are come first. */
export const IMPORTERS: readonly TraceFormat[] = [
  inspectEval,
  ours,
  otel,
  inspectJson,
  tracy,
  openAi,
  research,
  thinkText,
];

export interface ImportResult {
  /** Title of the format; undefined where none fits. */
  format: string | undefined;
  /** The events of each trace. */
  traces: TraceEvent[][];
  /** Sentences about what could not be read. */
  problems: string[];
}

const ARCHIVE = "PK\u0003\u0004";

/** Characters or bytes of a file; larger ones are refused, as they would not fit into memory several times. */
export const LARGEST_FILE = 400_000_000;

/**
 * Reads a file by the first format that it looks like and that finds something in it. Never throws.
 * Pasted text (a file without a name) is always read: without tags it is reasoning up to the line of its answer.
 */
export function importTraces(file: ForeignFile): ImportResult {
  if (file.text.length > LARGEST_FILE || (file.bytes?.length ?? 0) > LARGEST_FILE) {
    return { format: undefined, traces: [], problems: ["The file is too large to be imported."] };
  }
  const source = decoded(file);
  const problems: string[] = [];
  for (const format of IMPORTERS) {
    try {
      if (!format.detect(source)) continue;
      const read = format.read(source);
      if (read.traces.length > 0) return { format: format.title, ...read };
      problems.push(...read.problems);
    } catch (error) {
      problems.push(`The file looks like ${format.title} but cannot be read: ${reasonOf(error)}.`);
    }
  }
  if (file.name === "" && source.text.trim() !== "") return { format: thinkText.title, ...thinkText.read(source) };
  if (problems.length === 0) problems.push("The file is of no format of traces that is known here.");
  return { format: undefined, traces: [], problems };
}

/** An archive may be valid UTF-8 by chance, and a text that was cut may be none. */
function decoded({ name, text, bytes }: ForeignFile): ForeignFile {
  if (text.startsWith(ARCHIVE)) return { name, text: "", bytes: bytes ?? new TextEncoder().encode(text) };
  const isArchive = bytes !== undefined && inspectEval.detect({ name, text, bytes });
  const whole = text === "" && bytes && !isArchive ? new TextDecoder().decode(bytes) : text;
  return { name, text: whole.replace(/^\uFEFF/, ""), ...(bytes ? { bytes } : {}) };
}

const reasonOf = (error: unknown) =>
  error instanceof RangeError ? "it is nested too deeply" : (error as Error).message.split("\n")[0]!.replace(/\.$/, "");
