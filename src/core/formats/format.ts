/** What every importer and exporter of traces is. Files are data: sizes are capped, nothing in them runs or is followed. */
import type { Trace } from "../trace/fold";
import type { TraceEvent } from "../trace/trace";
import type { ForeignRun } from "./reading/foreignRun";
import type { Source } from "./source";
import type { Sentence } from "../text/l10n";

export interface TraceFormat {
  id: string;
  /** As people call it. */
  title: string;
  /** Whether it takes any file with fields or marks of common names: tried only where no format that names itself fits. */
  isGeneric?: boolean;
  /** Whether the file looks like this format, by its name or its first values. Cheap; may be wrong. */
  detect(source: Source): boolean;
  /**
   * The runs of a file, one by one, so that whoever reads them may stop. What could not be read goes to `problems`, a
   * sentence each. May throw on files that are not what they seem: `importTraces` catches.
   */
  read(source: Source, problems: Sentence[]): Iterable<ForeignRun | TraceEvent[]>;
  /** One text for all traces, with what the format can hold of them. */
  write?(traces: readonly Trace[]): string;
  /** Extension of what `write` gives, with its dot. */
  extension?: string;
}
