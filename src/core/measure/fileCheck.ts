/**
 * Looks through a file of ours, a trace or the results of a bench, and says what is wrong with it and how it reads once
 * the lines that nobody can read are taken out.
 */
import { readBenchFile, type BenchReading } from "./benchFile";
import { parseTraceLine, readTrace, type TraceReading } from "../trace/traceFile";
import { splitRuns } from "../trace/traceRuns";

export interface FileCheck {
  readonly kind: "trace" | "results";
  /** What is in it, as in `1 run, 312 events`. */
  readonly content: string;
  /** Sentences about what is wrong and can be mended. */
  readonly faults: string[];
  /** Sentences about what cannot be mended, or need not be. */
  readonly remarks: string[];
  /** The whole text without the faults; undefined where there are none. */
  readonly mended: string | undefined;
}

/** Lines of one kind of file: what each is, and whether it may stand twice. */
interface Lines {
  isReadable(line: string): boolean;
  mayRepeat(line: string): boolean;
}

/** @returns undefined where the text begins as no file of ours, so that nothing can be said of it */
export function checkFile(text: string): FileCheck | undefined {
  const results = readBenchFile(text);
  if (results) return { kind: "results", ...mended(text, RESULT_LINES), ...contentOfResults(results) };
  const trace = readTrace(text);
  if (!trace.events.some(({ t }) => t === "run")) return undefined;
  return { kind: "trace", ...mended(text, TRACE_LINES), ...contentOfTrace(trace) };
}

const RESULT_LINES: Lines = { isReadable: isObject, mayRepeat: () => false };

const TRACE_LINES: Lines = {
  isReadable: (line) => parseTraceLine(line).kind !== "invalid",
  // How many rows are cached may be said again, and so may a note.
  mayRepeat: (line) => /^\{"t":"(context|note)"/.test(line),
};

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

function mended(text: string, { isReadable, mayRepeat }: Lines): Pick<FileCheck, "faults" | "mended"> {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const last = lines.at(-1)!;
  const seen = new Set<string>();
  const kept: string[] = [];
  let [cut, broken, doubled] = [false, 0, 0];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (!isReadable(line)) {
      if (index === lines.length - 1) cut = true;
      else broken += 1;
    } else if (seen.has(line) && !mayRepeat(line)) doubled += 1;
    else {
      seen.add(line);
      kept.push(line);
    }
  }
  const faults = [
    ...(cut ? ["Its last line was cut off."] : []),
    ...(last !== "" && !cut ? ["Its last line had no end."] : []),
    ...(broken > 0 ? [`${counted(broken, "line", "lines")} could not be read.`] : []),
    ...(doubled > 0 ? [`${counted(doubled, "line", "lines")} stood there twice.`] : []),
  ];
  return { faults, mended: faults.length > 0 ? kept.map((line) => `${line}\n`).join("") : undefined };
}

function contentOfResults({ header, results, failures }: BenchReading): Pick<FileCheck, "content" | "remarks"> {
  const all = header.questions * header.strategies.length;
  const missing = all - results.length;
  return {
    content: `${results.length} of ${all} results`,
    remarks: [
      ...(failures.length > 0 ? [`${counted(failures.length, "run", "runs")} failed.`] : []),
      ...(missing > 0 ? [`${counted(missing, "result is", "results are")} missing: the bench can be resumed.`] : []),
    ],
  };
}

function contentOfTrace({ events }: TraceReading): Pick<FileCheck, "content" | "remarks"> {
  const runs = splitRuns(events);
  const open = runs.filter((run) => !run.some(({ t }) => t === "end")).length;
  return {
    content: `${counted(runs.length, "run", "runs")}, ${counted(events.length, "event", "events")}`,
    remarks: open > 0 ? [`${counted(open, "run", "runs")} did not end: the trace shows how far it came.`] : [],
  };
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
