/** `bench`: a dataset under several strategies, with intervals and paired tests. */
import path from "node:path";
import { offeredIn } from "../core/catalogue";
import type { BenchHeaderFields } from "../core/measure/benchFile";
import { BENCH_LIMITS, endSentence, runBench, type BenchEnd } from "../core/measure/benchLoop";
import { benchTable, type BenchRow } from "../core/measure/benchTable";
import { processedWords, UNKNOWN } from "../core/measure/work";
import { floorRemarks } from "../core/measure/plainAnswer";
import { costOf, formatMoney, priceOf, type PriceTable } from "../core/measure/prices";
import { thresholdPoints } from "../core/exits/replay";
import type { RunRequest } from "../core/protocol/engineApi";
import { ActionableError, sentenceOf } from "../core/protocol/rpc";
import { publicAddress } from "../core/text/publicAddress";
import { BenchLog, hashOfQuestions } from "../disk/benchLog";
import { askQuestion, type Question } from "../engine/runs/datasetRun";
import type { Arguments } from "./arguments";
import { datasetOf } from "./datasetOf";
import { pricesOf } from "./pricesOf";
import { Session } from "./session";
import { demandKnown } from "./strategyChoice";
import { percent, table } from "./table";
import { complain, print, printJson } from "./terminal";

/** Runs the dataset, or what of it is missing in a file of results. @returns the exit code */
export async function bench(given: Arguments): Promise<number> {
  const found = given.resume === undefined ? undefined : await BenchLog.resume(given.resume, KEPT);
  try {
    const args = found ? resumed(given, found) : given;
    const { name, questions } = await datasetOf(args, "bench");
    const named = args.strategies ?? offeredIn("benchmark");
    demandKnown(named, args.options);
    const prices = await pricesOf(args.prices);
    if (found) demandSameQuestions(found, questions, args);
    const session = new Session(args);
    if (args.concurrency > 1) session.demandServer("answers several questions at once");
    const strategies = await session.contenders(named);
    await session.demandOutput();
    const log = found ?? (await begin(args, strategies, questions));
    try {
      return await run(args, name, questions, log, session, prices);
    } finally {
      await log.close();
    }
  } finally {
    await found?.close();
  }
}

async function run(
  args: Arguments,
  data: string,
  questions: readonly Question[],
  log: BenchLog,
  session: Session,
  prices: PriceTable,
): Promise<number> {
  const { strategies } = log.header;
  const end = await runBench(
    {
      questions: questions.length,
      strategies,
      signal: session.signal,
      concurrency: args.concurrency,
      known: (question, strategy) => log.has(question, strategy),
      run: (question, strategy) => {
        const label = `${Math.floor(log.results.length / strategies.length) + 1}/${questions.length} ${strategy}`;
        const contender = { name: strategy, strategy, model: session.model, options: args.options };
        const ask = async (request: RunRequest) => (await session.run(request, label)).events;
        return askQuestion(ask, question, questions[question]!, contender, args.seed);
      },
      onResult: async ({ trace, question, strategy, answer, correct, figures }) => {
        const { id, sha256 } = trace.header?.model ?? {};
        const replays = thresholdPoints(trace);
        const result = { question, strategy, model: id, answer, correct, figures, sha256 };
        await log.add([{ ...result, ...(replays.length > 0 ? { replays } : {}) }]);
      },
      onFailure: async (failure) => {
        const { question, strategy, message, attempts } = failure;
        const tries = attempts > 1 ? ` (tried ${attempts} times)` : "";
        session.line(`Question ${question + 1} under ${strategy} failed${tries}: ${message}`);
        await log.addFailure(failure);
      },
    },
    { ...BENCH_LIMITS, failuresInRow: args.maxFailures },
  );
  session.clearStatus();
  report(args, data, log, prices);
  const code = conclude(end, log, session);
  if (end.why === "error") await log.closeOrDiscard();
  return code;
}

const KEPT = {
  elsewhere: "name another place by --results",
  onRestored: (file: string) => complain(`${file} was deleted meanwhile: it has been written anew with all results.`),
};

/** The arguments with which a bench was begun; `--data` may name where its dataset is now. */
function resumed(args: Arguments, { header }: BenchLog): Arguments {
  const { data, questions, instructions, dtype, strategies, options, seed } = header;
  // Keys in an address are not recorded: who needs one gives the address again.
  const model = publicAddress(args.model) === header.model ? args.model : header.model;
  return { ...args, data: args.data ?? data, limit: questions, instructions, model, dtype, strategies, options, seed };
}

function demandSameQuestions({ header, file }: BenchLog, questions: readonly Question[], args: Arguments): void {
  if (hashOfQuestions(questions) === header.sha256) return;
  throw new ActionableError(
    "bench-changed",
    `The questions of ${args.data} are not those that ${file} was begun with.`,
    "Name the old dataset by --data, or begin anew with --results.",
  );
}

async function begin(args: Arguments, strategies: string[], questions: readonly Question[]): Promise<BenchLog> {
  const { dtype, options, seed, results } = args;
  const fields: BenchHeaderFields = {
    data: path.resolve(args.data!),
    ...(args.instructions === undefined ? {} : { instructions: path.resolve(args.instructions) }),
    questions: questions.length,
    sha256: hashOfQuestions(questions),
    model: publicAddress(args.model),
    strategies,
    options,
    ...(dtype === undefined ? {} : { dtype }),
    seed,
    started: new Date().toISOString(),
  };
  if (results === undefined) return BenchLog.unkept(fields);
  try {
    return await BenchLog.begin(results, fields, KEPT);
  } catch (error) {
    if ((error as ActionableError).code !== "results-eexist") throw error;
    throw new ActionableError(
      "bench-exists",
      `The file ${results} is there already.`,
      `Go on with it by --resume ${results}, or name another.`,
    );
  }
}

/** Says how it ended, and how to go on. @returns the exit code */
function conclude(end: BenchEnd, log: BenchLog, session: Session): number {
  const again = log.file === undefined ? undefined : `thoughtlens bench --resume ${log.file}`;
  const said = endSentence(end);
  if (said) complain(`thoughtlens: ${sentenceOf(said)}`);
  if (end.why === "cancelled") {
    if (again) complain(`Stopped. Go on with it by ${again}`);
    return 130;
  }
  const { failures, header } = log;
  if (failures.length > 0) {
    const counts = header.strategies.flatMap((strategy) => {
      const count = failures.filter((failure) => failure.strategy === strategy).length;
      return count > 0 ? [`${count} of ${strategy}`] : [];
    });
    complain(`Left out of the table are runs that failed: ${counts.join(", ")}.`);
  }
  if (again && (failures.length > 0 || (said && log.results.length > 0))) complain(`Try what is missing by ${again}`);
  return said || session.refused ? 1 : 0;
}

function report(
  { json, model, seed }: Arguments,
  data: string,
  { header, results, failures }: BenchLog,
  prices: PriceTable,
): void {
  // Several at once come in any order: sums in floating point are to be the same all the same.
  const ordered = results.toSorted((a, b) => a.question - b.question);
  const table = benchTable(ordered, header.strategies, publicAddress(model), seed, failures);
  const rows = table.map((row): PricedRow => {
    const price = priceOf(prices, row.model);
    const { billed } = row;
    return billed && price ? { ...row, cost: { amount: costOf(billed, price), currency: price.currency } } : row;
  });
  const n = new Set(results.map((run) => run.question)).size;
  if (json) printJson({ data, n, rows, failures: failures.map(({ t: _, ...failure }) => failure) });
  else print([`${data}, ${n} questions\n${benchText(rows)}`, ...floorRemarks(rows)].join("\n"));
}

/** A row with its mean cost a question, by the person's own prices. */
type PricedRow = BenchRow & { cost?: { amount: number; currency: string } };

/** Bench rows as a table for a terminal. */
function benchText(rows: readonly PricedRow[]): string {
  const anyCost = rows.some(({ cost }) => cost !== undefined);
  const anyUnknown = rows.some(({ unknown }) => unknown > 0);
  const anyFailed = rows.some(({ failed }) => failed > 0);
  const head = [
    ...[
      "strategy",
      "model",
      "accuracy",
      "95 % interval",
      ...(anyUnknown ? ["unknown"] : []),
      ...(anyFailed ? ["failed"] : []),
    ],
    ...["thinking", "trial", "summary", "gist", "latent", "answer", "total", "generated", "processed"],
    ...["peak", "dependency", "ms"],
    ...(anyCost ? ["cost"] : []),
    ...["vs baseline", "p"],
  ];
  return table(
    head,
    rows.map(({ strategy, model, accuracy, ci, unknown, failed, tokens, work, context, ms, cost, versus }) => [
      strategy,
      model,
      percent(accuracy),
      `${(ci[0] * 100).toFixed(1)}–${(ci[1] * 100).toFixed(1)}`,
      ...(anyUnknown ? [String(unknown)] : []),
      ...(anyFailed ? [String(failed)] : []),
      ...[tokens.thinking, tokens.trial, tokens.summary, tokens.gist, tokens.latent, tokens.answer, tokens.total].map(
        (each) => each.toFixed(1),
      ),
      work ? work.generated.toFixed(1) : UNKNOWN,
      processedWords(work, (each) => each.toFixed(1)),
      context.peak.toFixed(0),
      context.dependency.toFixed(0),
      ms.total.toFixed(0),
      ...(anyCost ? [cost ? formatMoney(cost.amount, cost.currency) : "–"] : []),
      versus
        ? `${versus.difference >= 0 ? "+" : "−"}${Math.abs(versus.difference * 100).toFixed(1)} points`
        : "baseline",
      versus ? versus.p.toPrecision(2) : "",
    ]),
  );
}
