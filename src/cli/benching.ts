/** `bench`: a dataset under several strategies, with intervals and paired tests. */
import { benchTable, type BenchRow, type BenchRun } from "../core/measure/benchTable";
import { thresholdPoints } from "../core/exits/replay";
import { runDataset } from "../engine/runs/datasetRun";
import type { Arguments } from "./arguments";
import { BenchResults, readResults, resumed } from "./benchResults";
import { datasetOf } from "./datasetOf";
import { Session } from "./session";
import { demandKnown } from "./strategyChoice";
import { percent, table } from "./table";
import { complain, print, printJson } from "./terminal";

/** What `bench` runs unless told otherwise; the first is the baseline. */
const DEFAULT_BENCH = ["chain-of-thought", "no-thinking", "chain-of-draft", "deer"];

/** Runs the dataset, or what of it is missing in a file of results. @returns the exit code */
export async function bench(given: Arguments): Promise<number> {
  const reading = given.resume === undefined ? undefined : await readResults(given.resume);
  const args = reading ? resumed(given, reading) : given;
  const { name: data, questions } = await datasetOf(args, "bench");
  const strategies = args.strategies ?? DEFAULT_BENCH;
  demandKnown(strategies, args.options);
  const results = await BenchResults.open(args, strategies, questions, reading);
  const session = new Session(args);
  const contenders = strategies.map((strategy) => ({
    name: strategy,
    strategy,
    model: session.model,
    options: args.options,
  }));
  const dataset = runDataset(
    ({ messages, strategy, gold, options }) => {
      const done = Math.floor(results.all.length / strategies.length) + 1;
      const request = { messages, strategy, ...(gold === undefined ? {} : { gold }), ...(options ? { options } : {}) };
      return session.run(request, `${done}/${questions.length} ${strategy}`).then(({ events }) => events);
    },
    questions,
    contenders,
    { seed: args.seed, cancelled: () => session.cancelled, known: (index, name) => results.has(index, name) },
  );
  for await (const { trace, question, strategy, answer, correct, figures } of dataset) {
    const { id, sha256 } = trace.header?.model ?? {};
    const replays = thresholdPoints(trace);
    await results.add({
      ...{ question, strategy, model: id, answer, correct, figures, sha256 },
      ...(replays.length > 0 ? { replays } : {}),
    });
  }
  session.clearStatus();
  report(args, data, benchTable(results.all, strategies, args.model, args.seed), results.all);
  if (!session.cancelled) return 0;
  const file = args.resume ?? args.results;
  if (file !== undefined) complain(`Stopped. Go on with it by thoughtlens bench --resume ${file}`);
  return 130;
}

function report({ json }: Arguments, data: string, rows: readonly BenchRow[], runs: readonly BenchRun[]): void {
  const n = new Set(runs.map((run) => run.question)).size;
  if (json) printJson({ data, n, rows });
  else print(`${data}, ${n} questions\n${benchText(rows)}`);
}

/** Bench rows as a table for a terminal. */
function benchText(rows: readonly BenchRow[]): string {
  const head =
    "strategy,model,accuracy,95 % interval,thinking,trial,summary,gist,latent,answer,total,peak,dependency,ms,vs baseline,p";
  return table(
    head.split(","),
    rows.map(({ strategy, model, accuracy, ci, tokens, context, ms, versus }) => [
      strategy,
      model,
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
