/** `run` and `compare`: the prompts of a file under one or several strategies. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { measure, type Figures } from "../core/measure/metrics";
import { costOf, formatMoney, priceOf, type PriceTable } from "../core/measure/prices";
import type { Billed } from "../core/trace/trace";
import { ActionableError } from "../core/protocol/rpc";
import { shorten } from "../core/text/shorten";
import { withInstructionText } from "../disk/instructionFile";
import type { Arguments } from "./arguments";
import { pricesOf } from "./pricesOf";
import { promptsOf } from "./promptsOf";
import { Session, type FinishedRun } from "./session";
import { demandKnown } from "./strategyChoice";
import { mark, table } from "./table";
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
  billed: Billed | null;
  /** By the person's own prices. */
  cost: { amount: number; currency: string } | null;
  /** The file, where the trace was kept. */
  trace: string | null;
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
      const runs: ReportedRun[] = [];
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
        runs.push(report(finished, prices));
      }
      session.clearStatus();
      objects.push({ prompt: prompt.title, runs });
      if (!args.json) print(`${shorten(prompt.title, 100)}\n${runTable(runs)}\n`);
    }
  }
  if (args.json) printJson(objects.length === 1 ? objects[0] : objects);
  return session.refused || objects.some(({ runs }) => runs.every((run) => run.correct === false)) ? 1 : 0;
}

function runTable(runs: readonly ReportedRun[]): string {
  const isPriced = runs.some(({ cost }) => cost !== null);
  const head = [
    "strategy",
    "answer",
    "right",
    "exit",
    "thinking",
    "trial",
    "other",
    "answer tok",
    "total",
    "peak",
    "ms",
  ];
  return table(
    [...head, ...(isPriced ? ["cost"] : [])],
    runs.map(({ strategy, answer, correct, exit, tokens, context, ms, cost }) => [
      strategy,
      answer ?? "–",
      mark(correct ?? undefined),
      exit ?? "–",
      String(tokens.thinking),
      String(tokens.trial),
      String(tokens.summary + tokens.gist + tokens.latent),
      String(tokens.answer),
      String(tokens.total),
      String(context.peak),
      ms.total.toFixed(0),
      ...(isPriced ? [cost ? formatMoney(cost.amount, cost.currency) : "–"] : []),
    ]),
  );
}
