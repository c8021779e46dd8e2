/** `bench`: a dataset under several strategies, with intervals and paired tests. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { benchTable, type BenchRow, type BenchRun } from "../core/benchTable";
import { measure } from "../core/metrics";
import { readDataset } from "../core/prompt/dataset";
import { ActionableError } from "../core/rpc";
import type { Arguments } from "./arguments";
import { DEFAULT_COMPARISON } from "./comparing";
import { Session } from "./session";
import { percent, table } from "./table";

/** Runs the dataset. @returns the exit code */
export async function bench(args: Arguments): Promise<number> {
  if (args.data === undefined)
    throw new ActionableError("usage", "No dataset was named.", "Run thoughtlens bench --data FILE.");
  let text: string;
  try {
    text = await readFile(args.data, "utf8");
  } catch {
    throw new ActionableError("file-missing", `The dataset ${args.data} cannot be read.`, "Check its name.");
  }
  const questions = readDataset(path.basename(args.data), text).rows.slice(0, args.limit);
  const strategies = args.strategies ?? ["chain-of-thought", "no-thinking", ...DEFAULT_COMPARISON.slice(1)];
  const session = new Session(args);
  const runs: BenchRun[] = [];
  let model = args.model;
  for (const [index, question] of questions.entries()) {
    for (const strategy of strategies) {
      if (session.cancelled) break;
      const { trace } = await session.run(
        {
          strategy,
          messages: [{ role: "user", content: question.question }],
          gold: question.answer,
          options: args.options,
        },
        `${index + 1}/${questions.length} ${strategy}`,
      );
      model = trace.header?.model.id ?? model;
      const figures = measure(trace);
      if (!session.cancelled) {
        runs.push({ question: index, strategy, answer: figures.answer, correct: figures.correct ?? false, figures });
      }
    }
  }
  session.clearStatus();
  const rows = benchTable(runs, strategies, model, args.seed);
  const n = new Set(runs.map((run) => run.question)).size;
  if (args.json) process.stdout.write(`${JSON.stringify({ data: path.basename(args.data), n, rows }, null, 2)}\n`);
  else process.stdout.write(`${path.basename(args.data)}, ${n} questions, ${model}\n${rowTable(rows)}\n`);
  return session.cancelled ? 130 : 0;
}

function rowTable(rows: readonly BenchRow[]): string {
  return table(
    [
      "strategy",
      "accuracy",
      "95 % interval",
      "thinking",
      "trial",
      "summary",
      "gist",
      "latent",
      "answer",
      "total",
      "peak",
      "dependency",
      "ms",
      "vs baseline",
      "p",
    ],
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
