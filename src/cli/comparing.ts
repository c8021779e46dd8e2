/** `run` and `compare`: the prompts of a file under one or several strategies. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { compareRuns, comparedTrace } from "../core/measure/comparison";
import { comparisonCells } from "../core/measure/comparisonText";
import { measure, type Figures } from "../core/measure/metrics";
import { costOf, priceOf, type PriceTable } from "../core/measure/prices";
import type { Billed, Work } from "../core/trace/trace";
import { ActionableError } from "../core/protocol/rpc";
import { shorten } from "../core/text/shorten";
import { withInstructionText } from "../disk/instructionFile";
import type { Arguments } from "./arguments";
import { pricesOf } from "./pricesOf";
import { promptsOf } from "./promptsOf";
import { Session, type FinishedRun } from "./session";
import { runWords, wordsText } from "./runWords";
import { demandKnown } from "./strategyChoice";
import { table } from "./table";
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
    cost: billed && price ? { amount: costOf(billed, price), currency: price.currency } : null,
    trace: file ?? null,
  };
}

/** Traces every prompt of every file under `strategies`. @returns the exit code: 1 where an expected answer was missed by all */
export async function compare(args: Arguments, named: readonly string[]): Promise<number> {
  if (args.files.length === 0)
    throw new ActionableError("usage", "No prompt file was named.", "Run thoughtlens --help.");
  demandKnown(named, args.options);
  const prices = await pricesOf(args.prices);
  const session = new Session(args);
  const strategies = await session.contenders(named);
  await session.demandOutput();
  const objects: { prompt: string; runs: ReportedRun[] }[] = [];
  for (const file of args.files) {
    for (const prompt of await promptsOf(file, args)) {
      const { seed = args.seed, ...parameters } = prompt.parameters;
      const place = { folder: path.dirname(file), isBound: true };
      const options = { ...(await withInstructionText(parameters, place)), ...args.options };
      const runs: FinishedRun[] = [];
      const group = randomUUID();
      for (const strategy of strategies) {
        if (session.cancelled) return 130;
        const finished = await session.run(
          {
            strategy,
            group,
            messages: prompt.messages,
            options,
            seed: args.hasSeed ? args.seed : seed,
            prompt: { range: prompt.range, title: prompt.title },
            ...(prompt.expected === undefined ? {} : { gold: prompt.expected }),
          },
          `${prompt.title}: ${strategy}`,
        );
        runs.push(finished);
      }
      session.clearStatus();
      const withWords = args.command === "run" && args.thinking;
      const wordsOf = ({ trace }: FinishedRun) => (withWords ? runWords(trace) : {});
      objects.push({ prompt: prompt.title, runs: runs.map((run) => ({ ...report(run, prices), ...wordsOf(run) })) });
      if (args.json) continue;
      const words = withWords ? runs.map(({ trace }) => `\n${wordsText(trace)}\n\n`).join("") : "";
      print(`${shorten(prompt.title, 100)}\n${words}${runTable(runs, prices)}\n`);
    }
  }
  if (args.json) printJson(objects.length === 1 ? objects[0] : objects);
  return session.refused || objects.some(({ runs }) => runs.every((run) => run.correct === false)) ? 1 : 0;
}

/** The same rows as atop the comparison in the editor. */
function runTable(runs: readonly FinishedRun[], prices: PriceTable): string {
  const compared = runs.map(({ trace }, index) => comparedTrace({ id: String(index), trace, live: false }));
  const { head, rows } = comparisonCells(compareRuns(compared, { prices }));
  return table(head, rows);
}
