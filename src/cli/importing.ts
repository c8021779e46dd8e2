/** `import`: what is in files of other tools, and those files as traces of ours. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { ImportResult } from "../core/formats/importTraces";
import { measure } from "../core/measure/metrics";
import { ActionableError } from "../core/protocol/rpc";
import { shorten } from "../core/text/shorten";
import { fold, type Trace } from "../core/trace/fold";
import type { TraceEvent, Verdict } from "../core/trace/trace";
import { serializeEvent } from "../core/trace/traceFile";
import { readForeignFile } from "../disk/foreignFile";
import { identified } from "../disk/identified";
import { diskError } from "../disk/diskError";
import { replaceFile } from "../disk/wholeFile";
import type { Arguments } from "./arguments";
import { mark, table } from "./table";
import { complain, print, printJson } from "./terminal";
import { inEnglish } from "../core/text/l10n";

const HELP = "Run thoughtlens import FILE….";

/** A run as `--json` tells it. */
interface ImportedRun {
  file: string;
  id: string;
  title: string | null;
  model: string;
  question: string | null;
  answer: string | null;
  gold: string | null;
  /** Our own grading; null where it cannot be told. */
  correct: boolean | null;
  /** What the log says itself. */
  verdicts: Verdict[];
  exit: string | null;
  tokens: ReturnType<typeof measure>["tokens"];
  steps: number;
  calls: number;
  /** Places at which the provider did not show its reasoning. */
  withheld: number;
  turn: { n: number; of: number } | null;
  group: string | null;
  /** The file in which the trace was kept. */
  trace: string | null;
}

interface ImportedFile {
  file: string;
  /** As people call it; null where nothing was read. */
  format: string | null;
  runs: number;
  problems: string[];
  /** Fields of JSON that no format knows. */
  fields?: string[];
}

/** Reads every file; what could not be read is told on stderr. @returns the exit code: 1 where a file held nothing */
export async function importFiles(args: Arguments): Promise<number> {
  if (args.files.length === 0) throw new ActionableError("usage", "No file was named.", HELP);
  if (args.out !== undefined) await mkdir(args.out, { recursive: true }).catch(cannotWrite(args.out));
  const files: ImportedFile[] = [];
  const runs: ImportedRun[] = [];
  for (const file of args.files) {
    const result = await read(file, args);
    for (const problem of result.problems) complain(`${file}: ${inEnglish(problem)}`);
    const traces = result.traces.slice(0, args.limit);
    const found: ImportedRun[] = [];
    for (const [index, events] of traces.entries()) found.push(await keep(events, file, index, args.out));
    files.push({
      file,
      format: result.format ?? null,
      runs: found.length,
      problems: result.problems.map(inEnglish),
      ...(result.unknown ? { fields: result.unknown.fields.map((field) => field.path) } : {}),
    });
    runs.push(...found);
    if (!args.json && found.length > 0) print(`${file}: ${result.format}\n${runTable(found)}\n`);
  }
  if (args.json) printJson({ files, runs });
  return files.every((file) => file.runs > 0) ? 0 : 1;
}

async function read(file: string, { map }: Arguments): Promise<ImportResult> {
  try {
    return await readForeignFile({ name: path.basename(file), path: file }, { mapping: map });
  } catch (error) {
    throw new ActionableError("file-missing", `The file ${file} cannot be read.`, "Check its name.", { cause: error });
  }
}

const cannotWrite = (place: string) => (error: unknown) => {
  throw diskError(error, place, { what: "The trace", code: "file", elsewhere: "name another folder by --out" });
};

/** Writes the trace where `--out` says: `session-003-1f0c2d3e.thoughts.jsonl` is the third trace of `session.jsonl`. */
async function keep(
  events: readonly TraceEvent[],
  file: string,
  index: number,
  out: string | undefined,
): Promise<ImportedRun> {
  const named = identified(events);
  const trace = fold(named);
  if (out === undefined) return runOf(trace, file, null);
  const stem = path
    .basename(file)
    .replace(/\.[^.]*$/, "")
    .replace(/[^\w.-]/g, "-")
    .slice(0, 60);
  const place = String(index + 1).padStart(3, "0");
  const kept = path.join(out, `${stem}-${place}-${trace.header?.id.slice(0, 8)}.thoughts.jsonl`);
  await replaceFile(kept, named.map((event) => `${serializeEvent(event)}\n`).join("")).catch(cannotWrite(kept));
  return runOf(trace, file, kept);
}

function runOf(trace: Trace, file: string, kept: string | null): ImportedRun {
  const { header, end, calls, withheld } = trace;
  const { answer, correct, exit, steps, tokens } = measure(trace);
  return {
    file,
    id: header?.id ?? "",
    title: header?.prompt.title ?? null,
    model: header?.model.id ?? "",
    question: header?.messages.findLast(({ role }) => role === "user")?.content ?? null,
    answer: answer ?? null,
    gold: header?.gold ?? null,
    correct: correct ?? null,
    verdicts: end?.verdicts ?? [],
    exit: exit ?? null,
    tokens,
    steps,
    calls: calls.length,
    withheld: withheld.length,
    turn: header?.turn ?? null,
    group: header?.group ?? null,
    trace: kept,
  };
}

function runTable(runs: readonly ImportedRun[]): string {
  return table(
    ["what was asked", "model", "thinking", "steps", "calls", "answer", "right", "log", "exit"],
    runs.map(({ question, title, model, tokens, steps, calls, withheld, answer, correct, verdicts, exit }) => [
      shorten(question ?? title ?? "", 40),
      shorten(model, 24),
      withheld > 0 && tokens.thinking === 0 ? "withheld" : String(tokens.thinking),
      String(steps),
      String(calls),
      shorten(answer ?? "–", 24),
      mark(correct ?? undefined),
      verdicts.length === 0 ? "–" : verdicts.map((verdict) => mark(verdict.correct)).join(""),
      exit ?? "–",
    ]),
  );
}
