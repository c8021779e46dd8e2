/** What a bench comes to: its table, and the votes over several samples of each question. */
import { benchTable, type BenchRow } from "../core/measure/benchTable";
import { floorRemarks } from "../core/measure/plainAnswer";
import { costOf, formatMoney, priceOf, type PriceTable } from "../core/measure/prices";
import { processedWords, UNKNOWN } from "../core/measure/work";
import { voteTable, withMeanings, type VoteTable } from "../core/votes/voteTable";
import { formatPoints } from "../core/text/quantities";
import type { BenchLog } from "../disk/benchLog";
import type { Arguments } from "./arguments";
import { publicName } from "./namedModels";
import { percent, table } from "./table";
import { print, printJson } from "./terminal";
import { votesText } from "./votes";

export function report(
  { json, model, seed, concurrency, workers }: Arguments,
  data: string,
  log: BenchLog,
  prices: PriceTable,
): void {
  const { header, results, failures } = log;
  // Several at once come in any order: sums in floating point are to be the same all the same.
  const ordered = results.toSorted((a, b) => a.question - b.question);
  const table = benchTable(ordered, header.strategies, publicName(model), seed, failures);
  const rows = table.map((row): PricedRow => {
    const price = priceOf(prices, row.model);
    const { billed } = row;
    return billed && price ? { ...row, cost: { amount: costOf(billed, price), currency: price.currency } } : row;
  });
  const n = new Set(results.map((run) => run.question)).size;
  const votes = votesOf(log, publicName(model));
  if (json) {
    const said = votes.length > 0 ? { votes: Object.fromEntries(votes) } : {};
    printJson({ data, n, rows, ...said, failures: failures.map(({ t: _, ...failure }) => failure) });
    return;
  }
  const each = header.samples === undefined ? "" : `, ${header.samples} samples of each`;
  const shared =
    concurrency === 1 && workers === undefined ? "" : ", several at once, so that ms are those of shared time";
  const texts = votes.map(([strategy, figures]) => `\n${strategy}, votes over samples: ${votesText(figures)}`);
  print([`${data}, ${n} questions${each}${shared}\n${benchText(rows)}`, ...floorRemarks(rows), ...texts].join("\n"));
}

/**
 * What votes over the samples of each strategy come to; none where there is one of each question.
 * @param model named where a run does not say its own
 */
function votesOf({ header, results }: BenchLog, model: string): [strategy: string, figures: VoteTable][] {
  if (header.samples === undefined) return [];
  return header.strategies.flatMap((strategy): [string, VoteTable][] => {
    const byQuestion = new Map<number, typeof results>();
    for (const result of results) {
      if (result.strategy !== strategy) continue;
      byQuestion.set(result.question, [...(byQuestion.get(result.question) ?? []), result]);
    }
    const questions = [...byQuestion].map(([question, samples]) => ({
      title: `${question + 1}`,
      model: samples[0]?.model ?? model,
      samples: withMeanings(
        samples
          .toSorted((a, b) => (a.sample ?? 1) - (b.sample ?? 1))
          .map(({ answer, correct, figures, sureness }) => ({
            ...{ answer, correct, sureness },
            thinking: figures.tokens.thinking,
            tokens: figures.tokens.total,
            ms: figures.ms.total,
          })),
      ),
    }));
    const figures = voteTable(questions);
    return figures.questions > 0 ? [[strategy, figures]] : [];
  });
}

/** A row with its mean cost a question, by the person's own prices. */
type PricedRow = BenchRow & { cost?: { amount: number; currency: string } };

/** Bench rows as a table for a terminal. */
export function benchText(rows: readonly PricedRow[]): string {
  const anyCost = rows.some(({ cost }) => cost !== undefined);
  const anyUnknown = rows.some(({ unknown }) => unknown > 0);
  const marked = [...new Set(rows.flatMap(({ marks }) => Object.keys(marks)))];
  const anyFailed = rows.some(({ failed }) => failed > 0);
  const head = [
    ...[
      "strategy",
      "model",
      "accuracy",
      "95 % interval",
      ...(anyUnknown ? ["unknown"] : []),
      ...(anyFailed ? ["failed"] : []),
      ...marked,
    ],
    ...["thinking", "trial", "summary", "gist", "latent", "answer", "total", "generated", "processed"],
    ...["peak", "dependency", "ms"],
    ...(anyCost ? ["cost"] : []),
    ...["vs baseline", "p"],
  ];
  return table(
    head,
    rows.map(({ strategy, model, accuracy, ci, unknown, failed, marks, tokens, work, context, ms, cost, versus }) => [
      strategy,
      model,
      percent(accuracy),
      `${(ci[0] * 100).toFixed(1)}–${(ci[1] * 100).toFixed(1)}`,
      ...(anyUnknown ? [String(unknown)] : []),
      ...(anyFailed ? [String(failed)] : []),
      ...marked.map((name) => String(marks[name] ?? 0)),
      ...[tokens.thinking, tokens.trial, tokens.summary, tokens.gist, tokens.latent, tokens.answer, tokens.total].map(
        (each) => each.toFixed(1),
      ),
      work ? work.generated.toFixed(1) : UNKNOWN,
      processedWords(work, (each) => each.toFixed(1)),
      context.peak.toFixed(0),
      context.dependency.toFixed(0),
      ms.total.toFixed(0),
      ...(anyCost ? [cost ? formatMoney(cost.amount, cost.currency) : "–"] : []),
      versus ? formatPoints(versus.difference, versus.ci) : "baseline",
      versus ? versus.p.toPrecision(2) : "",
    ]),
  );
}
