/** What every importer and exporter of traces is. Files are data: sizes are capped, nothing in them runs or is followed. */
import type { Trace } from "../trace/fold";
import type { TraceEvent } from "../trace/trace";

/** A file or a pasted text. */
export interface ForeignFile {
  /** Base name; empty for pasted text. */
  name: string;
  /** The text; empty where the file is not UTF-8. */
  text: string;
  /** The bytes, where the file is no text. */
  bytes?: Uint8Array;
}

/** What a file held: the events of each trace, and sentences about what was left out. */
export interface Imported {
  traces: TraceEvent[][];
  problems: string[];
}

export interface TraceFormat {
  id: string;
  /** As people call it. */
  title: string;
  /** Whether the file looks like this format, by name or by its beginning. Cheap; may be wrong. */
  detect(file: ForeignFile): boolean;
  /** May throw on files that are not what they seem: `importTraces` catches. */
  read(file: ForeignFile): Imported;
  /** One text for all traces, with what the format can hold of them. */
  write?(traces: readonly Trace[]): string;
  /** Extension of what `write` gives, with its dot. */
  extension?: string;
}

/** Traces of one file that are read; more would fill memory. */
export const MOST_TRACES = 5000;
/** Characters of one piece of foreign text that are kept. */
export const LONGEST_TEXT = 4_000_000;
