/** `run` and `compare`: the prompts of a file under one or several strategies. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { paced } from "../core/measure/paced";
import { compareRuns, comparedTrace } from "../core/measure/comparison";
import { comparisonCells } from "../core/measure/comparisonText";
import { marksOf } from "../core/measure/marks";
import { measure, type Figures } from "../core/measure/metrics";
import { costOf, priceOf, type PriceTable } from "../core/measure/prices";
import { markWords } from "../core/trace/markWords";
import type { Billed, Work } from "../core/trace/trace";
import type { Pace } from "../core/measure/pace";
import type { Prompt } from "../core/prompt/prompt";
import type { RunRequest } from "../core/protocol/engineApi";
import { ActionableError } from "../core/protocol/rpc";
import { shorten } from "../core/text/shorten";
import type { NamedVote } from "../core/votes/liveVoteName";
import { canBeStopped } from "../core/votes/sampleWatch";
import { withInstructionText } from "../disk/instructionFile";
import type { Arguments } from "./arguments";
import { paceOf } from "./paced";
import { pricesOf } from "./pricesOf";
import { promptsOf } from "./promptsOf";
import { sampleSummary, summaryText } from "./sampleReport";
import { drawSamples, votingAs } from "./sampling";
import { Session, type FinishedRun } from "./session";
import type { Contender } from "./sessionModels";
import { runWords, wordsText } from "./runWords";
import { demandKnown } from "./strategyChoice";
import { table } from "./table";
import { watchOf } from "./watchOf";
import { print, printJson } from "./terminal";

interface ReportedRun {
  strategy: string;
  model: string;
  answer: string | null;
  correct: boolean | null;
  exit: string | null;
  tokens: Figures["tokens"];
  ms: Figures["ms"];
  context: Figures["context"];
  /** What models computed; null where it is not known. */
  work: Work | null;
  billed: Billed | null;
  /** Marks by name; null where nothing was marked. */
  marks: Record<string, number> | null;
  /** By the person's own prices. */
  cost: { amount: number; currency: string } | null;
  /** The file, where the trace was kept. */
  trace: string | null;
  /** What the model thought and wrote, of `run`. */
  thinking?: string;
  written?: string;
}

function report({ trace, file }: FinishedRun, prices: PriceTable): ReportedRun {
  const figures = measure(trace);
  const { billed } = figures;
  const price = priceOf(prices, trace.header?.model.id);
  return {
    strategy: trace.header?.strategy ?? "",
    model: trace.header?.model.id ?? "",
    answer: figures.answer ?? null,
    correct: figures.correct ?? null,
    exit: figures.exit ?? null,
    tokens: figures.tokens,
    ms: figures.ms,
    context: figures.context,
    work: figures.work ?? null,
    billed: billed ?? null,
    marks: figures.marks ?? null,
    cost: billed && price ? { amount: costOf(billed, price), currency: price.currency } : null,
    trace: file ?? null,
  };
}

/**
 * Traces every prompt of every file under `strategies`, on every model that was named.
 * @returns the exit code: 1 where an expected answer was missed by all
 */
export async function compare(args: Arguments, named: readonly string[]): Promise<number> {
  if (args.files.length === 0)
    throw new ActionableError("usage", "No prompt file was named.", "Run thoughtlens --help.");
  demandKnown(named, args.options);
  const { samples = 1 } = args;
  const vote = votingAs(args.vote, samples);
  const prices = await pricesOf(args.prices);
  const watchList = await watchOf(args.watch);
  const session = new Session(args);
  session.watchList = watchList;
  const pace = await paceOf(session);
  const contenders = await session.contenders(named);
  await session.demandOutput();
  const objects: object[] = [];
  let isMissed = false;
  for (const file of args.files) {
    for (const prompt of await promptsOf(file, args)) {
      if (session.cancelled) return 130;
      const comparison: Comparison = { args, session, prices, pace, vote, contenders };
      const request = await requestOf(prompt, file, args);
      const { object, text, missed } =
        samples > 1 ? await sampled(comparison, prompt, request) : await oneEach(comparison, prompt, request);
      if (session.cancelled) return 130;
      session.clearStatus();
      isMissed ||= missed;
      objects.push(object);
      if (!args.json) print(`${shorten(prompt.title, 100)}\n${text}\n`);
    }
  }
  if (args.json) printJson(objects.length === 1 ? objects[0] : objects);
  session.close();
  return session.refused || isMissed ? 1 : 0;
}

interface Comparison {
  args: Arguments;
  session: Session;
  prices: PriceTable;
  pace: Pace;
  vote: NamedVote | undefined;
  contenders: readonly Contender[];
}

/** What is asked of every contender. */
type Asked = Omit<RunRequest, "id" | "model" | "strategy"> & { seed: number };

interface Reported {
  object: object;
  text: string;
  /** Whether an expected answer was missed by all. */
  missed: boolean;
}

async function requestOf(prompt: Prompt, file: string, args: Arguments): Promise<Asked> {
  const { seed = args.seed, ...parameters } = prompt.parameters;
  const place = { folder: path.dirname(file), isBound: true };
  return {
    group: randomUUID(),
    messages: prompt.messages,
    options: { ...(await withInstructionText(parameters, place)), ...args.options },
    seed: args.hasSeed ? args.seed : seed,
    prompt: { range: prompt.range, title: prompt.title },
    ...(prompt.expected === undefined ? {} : { gold: prompt.expected }),
  };
}

/** One run of every contender, side by side. */
async function oneEach({ args, session, prices, pace, contenders }: Comparison, prompt: Prompt, request: Asked) {
  const runs = (
    await paced(
      pace,
      contenders.map(
        ({ name, strategy, model }) =>
          async () =>
            session.cancelled
              ? undefined
              : model.use((reference) =>
                  session.run({ ...request, strategy, model: reference }, `${prompt.title}: ${name}`),
                ),
      ),
    )
  ).filter((run) => run !== undefined);
  const withWords = args.command === "run" && args.thinking;
  const wordsOf = ({ trace }: FinishedRun) => (withWords ? runWords(trace) : {});
  const reports = runs.map((run) => ({ ...report(run, prices), ...wordsOf(run) }));
  const words = withWords ? runs.map(({ trace }) => `\n${wordsText(trace)}\n\n`).join("") : "";
  return {
    object: { prompt: prompt.title, runs: reports },
    text: `${words}${runTable(runs, prices)}${runs.map(marksText).join("")}`,
    missed: reports.every((run) => run.correct === false),
  };
}

/** Several samples of every contender, as what they come to. */
async function sampled(
  { args, session, prices, pace, vote, contenders }: Comparison,
  prompt: Prompt,
  { seed, ...request }: Asked,
): Promise<Reported> {
  const groups: object[] = [];
  const texts: string[] = [];
  let isMissed = true;
  for (const contender of contenders) {
    const live = vote?.begin();
    if (live && !canBeStopped(contender.strategy))
      session.line(
        `Samples of ${contender.name} are written whole: it tries answers on the way, which are no thinking.`,
      );
    const runs: object[] = [];
    const drawing = { samples: args.samples ?? 1, seed, vote: live, pace, label: `${prompt.title}: ${contender.name}` };
    const samples = await drawSamples(session, contender, request, drawing, (run, sample) => {
      const { n, stopped, shared, sharedWith } = sample;
      if (n === 1) session.sayIfGreedy(run.trace);
      runs.push({ n, seed: sample.seed, ...report(run, prices), stopped, shared, sharedWith });
    });
    const summary = sampleSummary(samples, drawing.samples, live);
    groups.push({ strategy: contender.strategy, name: contender.name, ...summary, runs });
    texts.push(summaryText(contender.name, summary));
    isMissed &&= samples.every(({ correct }) => correct === false);
  }
  return { object: { prompt: prompt.title, groups }, text: texts.join("\n\n"), missed: isMissed };
}

/** What is marked in a run, a line each. */
function marksText({ trace }: FinishedRun): string {
  const marks = marksOf(trace);
  const shown = marks.slice(0, MOST_MARKS).map((mark) => `\n  at token ${mark.from}: ${shorten(markWords(mark), 120)}`);
  const more = marks.length > MOST_MARKS ? [`\n  and ${marks.length - MOST_MARKS} more`] : [];
  return marks.length === 0 ? "" : [`\nmarked in ${trace.header?.strategy}:`, ...shown, ...more].join("");
}

/** Of one run; the trace has all. */
const MOST_MARKS = 20;

/** The same rows as atop the comparison in the editor. */
function runTable(runs: readonly FinishedRun[], prices: PriceTable): string {
  const compared = runs.map(({ trace }, index) => comparedTrace({ id: String(index), trace, live: false }));
  const { head, rows } = comparisonCells(compareRuns(compared, { prices }));
  return table(head, rows);
}
