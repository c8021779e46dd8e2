/** Any file or pasted text that holds reasoning becomes traces. */
import type { TraceEvent } from "../trace/trace";
import type { TraceFormat } from "./format";
import { LARGEST_FILE, MOST_CHARACTERS, MOST_TRACES } from "./limits";
import { rawAnswers } from "./answers/rawAnswers";
import { arenaHard } from "./logs/arenaHard";
import { evalScope } from "./logs/evalScope";
import { inspectEval } from "./logs/inspectEval";
import { inspectJson } from "./logs/inspectJson";
import { langfuse } from "./logs/langfuse";
import { langSmith } from "./logs/langSmith";
import { liteLlm } from "./logs/liteLlm";
import { helm } from "./logs/helm";
import { lightEval } from "./logs/lightEval";
import { lmEval } from "./logs/lmEval";
import { mathArena } from "./logs/mathArena";
import { openAiEvals } from "./logs/openAiEvals";
import { openInference } from "./logs/openInference";
import { otel } from "./logs/otel";
import { promptfoo } from "./logs/promptfoo";
import { recordings } from "./logs/recordings";
import { replies } from "./logs/replies";
import { skyThought } from "./logs/skyThought";
import { tracy } from "./logs/tracy";
import { mappedRows, unknownRows, type FieldMapping, type UnknownRows } from "./rows/mapping";
import { foreignEvents, type ForeignRun } from "./reading/foreignRun";
import { embeddedJson } from "./reading/embeddedJson";
import { looksLikeJson } from "./reading/jsonDocument";
import { chatExports } from "./rows/chatExports";
import { conversations } from "./rows/conversations";
import { markedTexts } from "./rows/markedTexts";
import { research } from "./rows/research";
import { atif } from "./sessions/atif";
import { claudeCode } from "./sessions/claudeCode";
import { codex } from "./sessions/codex";
import { copilotCli } from "./sessions/copilotCli";
import { miniSwe } from "./sessions/miniSwe";
import { Source, type ForeignFile } from "./source";
import { ours } from "./texts/ours";
import { thinkText } from "./texts/thinkText";
import { l10n, type Sentence } from "../text/l10n";

/** In the order in which they are tried: the ones that say what they are come first. */
export const IMPORTERS: readonly TraceFormat[] = [
  inspectEval,
  ours,
  inspectJson,
  openInference,
  otel,
  tracy,
  atif,
  claudeCode,
  codex,
  copilotCli,
  miniSwe,
  chatExports,
  promptfoo,
  langfuse,
  langSmith,
  lmEval,
  openAiEvals,
  helm,
  lightEval,
  evalScope,
  arenaHard,
  skyThought,
  mathArena,
  liteLlm,
  recordings,
  ...rawAnswers,
  research,
  conversations,
  replies,
  markedTexts,
  thinkText,
];

export interface ImportResult {
  /** Title of the format; undefined where none fits. */
  format: string | undefined;
  /** The events of each trace. */
  traces: TraceEvent[][];
  /** What could not be read. */
  problems: Sentence[];
  /** What JSON that no format knows holds, so that a person can say what its fields are. */
  unknown?: UnknownRows | undefined;
}

export interface ImportOptions {
  /** Which fields hold what: the file is read as rows of them, and as no other format. */
  mapping?: FieldMapping | undefined;
  /** Is told now and then how many traces were read. */
  progress?: (traces: number) => void;
}

/** Traces between two words of progress. */
const PROGRESS_EVERY = 100;

/**
 * Reads a file by the first format that it looks like and that finds something in it. Never throws.
 * Pasted text (a file without a name) is always read: without marks it is reasoning up to the line of its answer. JSON is
 * never read as text: what no format knows is told, with its fields.
 */
export function importTraces(file: ForeignFile, options: ImportOptions = {}): ImportResult {
  const size = Math.max(file.text.length, file.bytes?.length ?? 0);
  if (size > LARGEST_FILE) return nothing(tooLarge(size));
  const source = new Source(file);
  if (options.mapping) return readAll(mappedRows(options.mapping), source, options);
  const inside = source.archive || source.document || source.stream ? undefined : embeddedJson(source.text);
  if (inside !== undefined) {
    const read = importTraces({ name: source.name, text: inside }, options);
    if (read.traces.length > 0) return read;
  }
  const problems: Sentence[] = [];
  for (const format of IMPORTERS) {
    // A file that names its format is nothing else, even where nothing was found in it.
    if (format.isGeneric && problems.length > 0) break;
    if (!detects(format, source, problems)) continue;
    const read = readAll(format, source, options);
    if (read.traces.length > 0) return read;
    problems.push(...read.problems);
  }
  const unknown = unknownRows(source);
  if (unknown) return { ...nothing(...problems, ...(problems.length === 0 ? [unknown.sentence] : [])), unknown };
  if (source.isPasted && source.text.trim() !== "" && !looksLikeJson(source.text) && !source.stream)
    return readAll(thinkText, source, options);
  if (problems.length === 0) problems.push(nothingKnown(source));
  return nothing(...problems);
}

const nothing = (...problems: Sentence[]): ImportResult => ({ format: undefined, traces: [], problems });

function nothingKnown(source: Source): Sentence {
  if (source.text.trim() === "" && !source.archive) return l10n.later`The file is empty.`;
  if (looksLikeJson(source.text) || source.stream)
    return l10n.later`The file looks like JSON but is too broken to be read.`;
  return l10n.later`The file is of no format of traces that is known here.`;
}

/** What is said of a file that is larger than `LARGEST_FILE`. */
export const tooLarge = (bytes: number): Sentence =>
  l10n.later`The file is too large to be imported: it has ${Math.ceil(bytes / 1e6)} MB, and at most ${LARGEST_FILE / 1e6} MB are read. Split it and import the parts.`;

function detects(format: TraceFormat, source: Source, problems: Sentence[]): boolean {
  try {
    return format.detect(source);
  } catch (error) {
    problems.push(cannotBeRead(format, error));
    return false;
  }
}

function readAll(format: TraceFormat, source: Source, { progress }: ImportOptions): ImportResult {
  const traces: TraceEvent[][] = [];
  const problems: Sentence[] = [];
  let characters = 0;
  try {
    for (const run of format.read(source, problems)) {
      if (traces.length >= MOST_TRACES || characters >= MOST_CHARACTERS) {
        problems.push(l10n.later`The file holds more than can be shown: its first ${traces.length} traces were read.`);
        break;
      }
      if (!Array.isArray(run)) characters += charactersOf(run);
      traces.push(Array.isArray(run) ? run : foreignEvents(run, { format: format.id, file: source.name }));
      if (traces.length % PROGRESS_EVERY === 0) progress?.(traces.length);
    }
  } catch (error) {
    problems.push(cannotBeRead(format, error));
  }
  if (source.document?.cut || source.stream?.cut)
    problems.push(l10n.later`The file is cut off or broken at its end: what stands before was read.`);
  return { format: format.title, traces, problems };
}

const charactersOf = ({ parts }: ForeignRun): number =>
  parts.reduce((sum, part) => ("text" in part ? sum + part.text.length : sum), 0);

function cannotBeRead({ title }: TraceFormat, error: unknown): Sentence {
  const reason =
    error instanceof RangeError
      ? l10n.later`it is nested too deeply`
      : (error as Error).message.split("\n")[0]!.slice(0, 160).replace(/\.$/, "");
  return l10n.later`The file looks like ${title} but cannot be read: ${reason}.`;
}
