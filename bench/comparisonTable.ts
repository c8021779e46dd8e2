/** A comparison of strategies over a dataset as a Markdown table, with intervals, tests and tokens by kind. */
import type { BenchRow } from "../src/core/measure/benchTable";
import { holm } from "../src/core/measure/statistics";
import { processedAlone, UNKNOWN } from "../src/core/measure/work";
import { formatPoints } from "../src/core/text/quantities";
import { percent, pText } from "./bars/figures";
import { markdownTable } from "./markdownTable";

const HEAD = [
  "strategy",
  "model",
  "right (95 % interval)",
  "against the first [95 % interval] (p by Holm)",
  "thinking",
  "trials",
  "summaries",
  "answer",
  "all tokens (95 % interval)",
  "generated",
  "processed",
  "prompts",
  "peak context",
  "seconds",
  "answer marked",
];

/**
 * @param marked share of a strategy's runs that marked their answer
 * @param timed whether each run had the machine to itself: else its seconds are not told
 */
export function comparisonTable(rows: readonly BenchRow[], marked: (strategy: string) => number, timed = true): string {
  const adjusted = holm(rows.flatMap(({ versus }) => versus?.p ?? []));
  const cells = rows.map(({ strategy, model, accuracy, ci, tokens, tokensCi, context, work, ms, versus }) => [
    strategy,
    model,
    `${percent(accuracy)} (${(ci[0] * 100).toFixed(1)}–${(ci[1] * 100).toFixed(1)})`,
    versus ? `${formatPoints(versus.difference, versus.ci)} (${pText(adjusted.shift()!)})` : "",
    ...[tokens.thinking, tokens.trial, tokens.summary, tokens.answer].map((each) => each.toFixed(1)),
    `${tokens.total.toFixed(1)} (${tokensCi[0].toFixed(1)}–${tokensCi[1].toFixed(1)})`,
    work ? work.generated.toFixed(1) : UNKNOWN,
    work ? processedAlone(work).toFixed(1) : UNKNOWN,
    tokens.prompt.toFixed(0),
    context.peak.toFixed(0),
    timed ? (ms.total / 1000).toFixed(1) : UNKNOWN,
    percent(marked(strategy)),
  ]);
  return markdownTable(
    HEAD,
    cells,
    HEAD.map((_, column) => column).filter((column) => column >= 4),
  );
}
