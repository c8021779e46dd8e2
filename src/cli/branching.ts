/** `branch`: a run that goes on from inside a recorded one: stopped, edited, sampled again, or behind another token. */
import { readFile } from "node:fs/promises";
import { placeOfStep, stepsOf, withStep, type BranchKind } from "../core/measure/branchPlaces";
import { measure } from "../core/measure/metrics";
import { shorten } from "../core/text/shorten";
import type { BranchRequest } from "../core/protocol/engineApi";
import { ActionableError } from "../core/protocol/rpc";
import { exitWords } from "../core/trace/exitWords";
import { fold, type Trace } from "../core/trace/fold";
import type { Arguments } from "./arguments";
import { Session, type FinishedRun } from "./session";
import { runWords, wordsText } from "./runWords";
import { mark, table } from "./table";
import { complain, print, printJson } from "./terminal";
import { tracesOf } from "./tracesOf";

const HELP = "Run thoughtlens branch FILE --at STEP --continue.";
/** Of one place: each of them is a run. */
const MOST_SAMPLES = 1000;

type Place = Pick<BranchRequest, "kind" | "at" | "text" | "token">;

/** Branches the trace of a file and prints what comes of it. @returns the exit code */
export async function branch(args: Arguments): Promise<number> {
  const [file, ...more] = args.files;
  if (file === undefined) throw new ActionableError("usage", "No trace was named.", HELP);
  if (more.length > 0) throw new ActionableError("usage", "One trace is branched at a time.", HELP);
  const { kind, samples } = kindOf(args);
  const traces = await tracesOf(file);
  if (traces.length > 1)
    throw new ActionableError(
      "usage",
      `The file ${file} holds ${traces.length} traces, and one is branched at a time.`,
      "Run thoughtlens import FILE --out DIR, and name one of the files there.",
    );
  const events = traces[0]!;
  const parent = fold(events);
  const place = await placeOf(args, parent, kind);
  const session = new Session(args);
  await session.demandOutput();
  const runs: FinishedRun[] = [];
  for (let n = 1; n <= samples && !session.cancelled; n++) {
    const label = samples > 1 ? `Sample ${n} of ${samples}` : "Going on";
    const seed = kind === "sample" ? args.seed + n : args.hasSeed ? args.seed : undefined;
    const sample = kind === "sample" ? { sample: { n, of: samples } } : {};
    const options = args.options;
    runs.push(
      await session.branch({ ...place, events, options, ...(seed === undefined ? {} : { seed }), ...sample }, label),
    );
  }
  session.clearStatus();
  for (const note of new Set(runs.flatMap(({ trace }) => trace.notes.map(({ message }) => message)))) complain(note);
  if (args.json) printJson(runs.map(report));
  else if (runs.length === 1) print(`${args.thinking ? `${wordsText(runs[0]!.trace)}\n\n` : ""}${runTable(runs)}`);
  else print(runTable(runs));
  return session.cancelled ? 130 : session.refused ? 1 : 0;
}

/** @throws ActionableError `usage` where not exactly one way to go on was named */
function kindOf({ goOn, stops, samples, token, edit }: Arguments): { kind: BranchKind; samples: number } {
  const named: [BranchKind, boolean][] = [
    ["continue", goOn],
    ["answer", stops],
    ["sample", samples !== undefined],
    ["token", token !== undefined],
  ];
  const [first, second] = named.flatMap(([kind, isNamed]) => (isNamed ? [kind] : []));
  if (first === undefined || second !== undefined)
    throw new ActionableError("usage", "Name one of --continue, --answer, --samples N and --token T.", HELP);
  if (edit !== undefined && first !== "continue")
    throw new ActionableError("usage", "An edited text is gone on from: --edit stands beside --continue.", HELP);
  if (samples !== undefined && (samples < 1 || samples > MOST_SAMPLES))
    throw new ActionableError("usage", `--samples takes 1 to ${MOST_SAMPLES}, not ${samples}.`, HELP);
  return { kind: first, samples: samples ?? 1 };
}

async function placeOf({ at, edit, token }: Arguments, parent: Trace, kind: BranchKind): Promise<Place> {
  const [, isOffset, number] = /^(token:)?(\d{1,8})$/.exec(at ?? "") ?? [];
  if (number === undefined)
    throw new ActionableError(
      "usage",
      at === undefined
        ? "No place was named."
        : `--at takes the number of a step, or token:N, not “${shorten(at, 40)}”.`,
      HELP,
    );
  const steps = stepsOf(parent);
  const step = isOffset ? undefined : steps[Number(number) - 1];
  if (!isOffset && !step) {
    const there = steps.length === 0 ? "has no steps" : `has ${steps.length} steps, and no step ${number}`;
    throw new ActionableError("branch-place", `The trace ${there}.`, "Name a token by --at token:N.");
  }
  const edited = edit === undefined ? undefined : await readEdit(edit);
  return {
    kind,
    at: step ? placeOfStep(step, kind) : Number(number),
    ...(edited === undefined ? {} : { text: step ? withStep(parent, step, edited) : edited }),
    ...(token === undefined ? {} : { token }),
  };
}

async function readEdit(file: string): Promise<string> {
  try {
    // An editor ends a file with a line break that nobody wrote.
    return (await readFile(file, "utf8")).replace(/\r\n/g, "\n").replace(/\n$/, "");
  } catch {
    throw new ActionableError("file-missing", `The file ${file} cannot be read.`, "Check its name.");
  }
}

function report({ trace, file }: FinishedRun) {
  const { answer, correct, exit, tokens, ms, work } = measure(trace);
  return {
    ...{ branch: trace.header?.branch ?? null, model: trace.header?.model.id ?? "", seed: trace.header?.seed ?? null },
    ...{ answer: answer ?? null, correct: correct ?? null, exit: exit ?? null, tokens, ms, work: work ?? null },
    ...{ trace: file ?? null, ...runWords(trace) },
  };
}

function runTable(runs: readonly FinishedRun[]): string {
  const rows = runs.map(({ trace }, index) => {
    const { answer, correct, exit, tokens, ms } = measure(trace);
    const written = trace.positions.length - (trace.fork ?? 0);
    const figures = [String(tokens.thinking), String(written), `${(ms.total / 1000).toFixed(1)} s`];
    return [String(index + 1), answer ?? "–", mark(correct), exit ? exitWords(exit) : "–", ...figures];
  });
  return table(["run", "answer", "right", "exit", "thinking tokens", "new tokens", "time"], rows);
}
