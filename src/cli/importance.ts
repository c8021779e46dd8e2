/** `importance`: which step of a recorded thought decided the answer, by sampling it again from before and behind each step. */
import { importanceText, isMeasured, unmeasuredSentence } from "../core/whatIf/importanceText";
import { IMPORTANCE_SAMPLES, importanceCost, measureImportance } from "../core/whatIf/importanceLoop";
import { measuredSteps } from "../core/whatIf/spokenSteps";
import { runEvents } from "../core/whatIf/whatIfEngine";
import { spanText } from "../core/measure/metrics";
import { ActionableError } from "../core/protocol/rpc";
import { formatMs } from "../core/text/quantities";
import { shorten } from "../core/text/shorten";
import { fold, type Trace } from "../core/trace/fold";
import type { TraceEvent } from "../core/trace/trace";
import type { Arguments } from "./arguments";
import { AskedTrace } from "./askedTrace";
import { paceOf } from "./paced";
import { Session } from "./session";
import { table } from "./table";
import { complain, print, printJson } from "./terminal";
import { tracesOf } from "./tracesOf";
import { isCancelled, whatIfEngine } from "./whatIf";

const HELP = "Run thoughtlens importance FILE, with the trace of a run that thinks step by step.";

/** Measures the trace of a file and prints its steps, the most important first. @returns the exit code */
export async function importance(args: Arguments): Promise<number> {
  const [file, ...more] = args.files;
  if (file === undefined) throw new ActionableError("usage", "No trace was named.", HELP);
  if (more.length > 0) throw new ActionableError("usage", "One trace is measured at a time.", HELP);
  const samples = args.samples ?? IMPORTANCE_SAMPLES.usual;
  if (samples < 2 || samples > IMPORTANCE_SAMPLES.most)
    throw new ActionableError("usage", `--samples takes 2 to ${IMPORTANCE_SAMPLES.most}, not ${samples}.`, HELP);
  const [given, ...others] = await tracesOf(file);
  if (others.length > 0)
    throw new ActionableError(
      "usage",
      `The file ${file} holds ${others.length + 1} traces, and one is measured at a time.`,
      "Run thoughtlens import FILE --out DIR, and name one of the files there.",
    );
  const id = idOf(given!);
  // A trace of another tool gets its id when it is read.
  const isOwn = runEvents(given!).some((event) => event.t === "run" && event.source === undefined);
  const asked = await AskedTrace.open(
    args.out,
    () => Promise.resolve(given!),
    (events) => !isOwn || idOf(events) === id,
  );
  const session = new Session({ ...args, out: undefined });
  try {
    const only = stepsAsked(args.at, measuredSteps(fold(asked.events)));
    const cost = importanceCost(fold(asked.events), samples, only);
    if (cost.steps > 0)
      complain(
        `${cost.steps} ${cost.steps === 1 ? "step" : "steps"}, ${cost.runs} samples, about ${cost.tokens} tokens${cost.ms === undefined ? "" : ` and ${formatMs(cost.ms)} at the trace's pace`}. Ctrl-C stops${args.out === undefined ? "" : "; the same command goes on"}.`,
      );
    const pace = await paceOf(session);
    let label = "Sampling";
    const measured = measureImportance(
      asked.events.slice(),
      whatIfEngine(session, () => label),
      { samples, seed: args.seed, options: args.options, pace, ...(only ? { only } : {}) },
      (fraction) => (label = `Sampling ${Math.round(fraction * 100)} %`),
    );
    for await (const event of measured) await asked.add(event);
  } catch (error) {
    if (!isCancelled(error)) throw error;
  } finally {
    session.clearStatus();
    session.close();
    await asked.close();
  }
  report(fold(asked.events), args, file);
  return session.cancelled ? 130 : 0;
}

/** Where the steps begin that `--at` numbers. */
function stepsAsked(text: string | undefined, steps: readonly { from: number }[]): number[] | undefined {
  return text?.split(",").map((each) => {
    const step = /^\s*\d{1,6}\s*$/.test(each) ? steps[Number(each) - 1] : undefined;
    if (step) return step.from;
    throw new ActionableError("usage", `--at takes steps from 1 to ${steps.length}, not “${shorten(each, 20)}”.`, HELP);
  });
}

const idOf = (events: readonly TraceEvent[]): string | undefined => events.find((event) => event.t === "run")?.id;

const CAUTION =
  "Samples are the model's own words; a text edited by hand is not, and what follows it can mislead (2510.27484).";

function report(trace: Trace, { json }: Arguments, file: string): void {
  const steps = measuredSteps(trace);
  const rows = trace.importances
    .map((each) => ({ ...each, step: steps.findIndex(({ from }) => from === each.from) + 1 }))
    .sort((a, b) => Number(isMeasured(b)) - Number(isMeasured(a)) || b.value - a.value);
  if (json) {
    printJson({
      file,
      answer: trace.end?.answer ?? null,
      steps: rows.map(({ t: _, ...row }) => ({
        ...row,
        ...(isMeasured(row) ? {} : { value: null, interval: null }),
        text: spanText(trace, row),
      })),
    });
    return;
  }
  const answers = (counts: (typeof rows)[number]["before"]): string =>
    counts.map(([answer, count]) => `${answer ?? "none"} ×${count}`).join(", ") || "–";
  print(
    table(
      ["step", "importance", "95 % interval", "differ", "answers without it", "answers with it", "by", "text"],
      rows.map((row) => [
        String(row.step),
        importanceText(row).value,
        importanceText(row).interval,
        `${row.different}/${row.samples}`,
        answers(row.before),
        answers(row.after),
        row.by,
        shorten(spanText(trace, row).trim(), 60),
      ]),
    ),
  );
  const unmeasured = unmeasuredSentence(rows);
  if (unmeasured) complain(`${unmeasured} Give more --samples, or a higher --option temperature=1.`);
  complain(CAUTION);
}
