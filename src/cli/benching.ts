/** `bench`: a dataset under several strategies, with intervals and paired tests. */
import { benchTable, type BenchRow, type BenchRun } from "../core/benchTable";
import { runDataset } from "../engine/datasetRun";
import type { Arguments } from "./arguments";
import { datasetOf } from "./datasetOf";
import { Session } from "./session";
import { percent, table } from "./table";

/** What `bench` runs unless told otherwise; the first is the baseline. */
const DEFAULT_BENCH = ["chain-of-thought", "no-thinking", "chain-of-draft", "deer"];

/** Runs the dataset. @returns the exit code */
export async function bench(args: Arguments): Promise<number> {
  const { name: data, questions } = await datasetOf(args, "bench");
  const strategies = args.strategies ?? DEFAULT_BENCH;
  const session = new Session(args);
  const contenders = strategies.map((strategy) => ({
    name: strategy,
    strategy,
    model: session.model,
    options: args.options,
  }));
  const runs: BenchRun[] = [];
  let model = args.model;
  const dataset = runDataset(
    ({ messages, strategy, gold, options }) => {
      const done = Math.floor(runs.length / strategies.length) + 1;
      const given = { messages, strategy, ...(gold === undefined ? {} : { gold }), ...(options ? { options } : {}) };
      return session.run(given, `${done}/${questions.length} ${strategy}`).then(({ events }) => events);
    },
    questions,
    contenders,
    { seed: args.seed, cancelled: () => session.cancelled },
  );
  for await (const { trace, question, strategy, answer, correct, figures } of dataset) {
    model = trace.header?.model.id ?? model;
    runs.push({ question, strategy, answer, correct, figures });
  }
  session.clearStatus();
  const rows = benchTable(runs, strategies, model, args.seed);
  const n = new Set(runs.map((run) => run.question)).size;
  if (args.json) {
    process.stdout.write(`${JSON.stringify({ data: data, n, rows }, null, 2)}\n`);
  } else process.stdout.write(`${data}, ${n} questions, ${model}\n${benchText(rows)}\n`);
  return session.cancelled ? 130 : 0;
}

/** Bench rows as a table for a terminal. */
function benchText(rows: readonly BenchRow[]): string {
  const head =
    "strategy,accuracy,95 % interval,thinking,trial,summary,gist,latent,answer,total,peak,dependency,ms,vs baseline,p";
  return table(
    head.split(","),
    rows.map(({ strategy, accuracy, ci, tokens, context, ms, versus }) => [
      strategy,
      percent(accuracy),
      `${(ci[0] * 100).toFixed(1)}–${(ci[1] * 100).toFixed(1)}`,
      ...[tokens.thinking, tokens.trial, tokens.summary, tokens.gist, tokens.latent, tokens.answer, tokens.total].map(
        (each) => each.toFixed(1),
      ),
      context.peak.toFixed(0),
      context.dependency.toFixed(0),
      ms.total.toFixed(0),
      versus
        ? `${versus.difference >= 0 ? "+" : "−"}${Math.abs(versus.difference * 100).toFixed(1)} points`
        : "baseline",
      versus ? versus.p.toPrecision(2) : "",
    ]),
  );
}
