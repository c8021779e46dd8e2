/** Strategies over a dataset: accuracy against what they cost, with their intervals and tests. */
import { benchTable, type BenchRow } from "../../src/core/measure/benchTable";
import { costWords, priceOf, type PriceTable } from "../../src/core/measure/prices";
import { processedWords, UNKNOWN } from "../../src/core/measure/work";
import { floorRemarks } from "../../src/core/measure/plainAnswer";
import type { PanelBench } from "../../src/core/protocol/panelApi";
import { benchScatter, nameOf, type Cost } from "../charts/benchScatter";
import { formatCount, formatFineShare, formatMs, formatPointsInterval, formatShort } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import type { FigureSpec, Table } from "./figure";
import { l10n } from "../../src/core/text/l10n";

function tableOf(rows: readonly BenchRow[], prices: PriceTable): Table {
  const costs = rows.map(({ billed, model }) => costWords(billed, priceOf(prices, model)));
  const isPriced = costs.some((cost) => cost !== undefined);
  return {
    head: [
      "strategy",
      "right",
      "95 % interval",
      "against the baseline",
      "p",
      "tokens",
      "generated",
      "processed",
      "time",
      ...(isPriced ? ["cost"] : []),
      "peak",
      "dependency",
    ],
    rows: rows.map((row, index) => [
      nameOf(row),
      row.unknown === 0
        ? formatFineShare(row.accuracy)
        : l10n.t("{0}, {1} not known", formatFineShare(row.accuracy), row.unknown),
      l10n.t("{0} to {1}", formatFineShare(row.ci[0]), formatFineShare(row.ci[1])),
      row.versus
        ? `${l10n.t(
            "{0}{1} points",
            row.versus.difference >= 0 ? "+" : "−",
            Math.abs(row.versus.difference * 100).toFixed(1),
          )} ${formatPointsInterval(row.versus.ci)}`
        : "baseline",
      row.versus ? row.versus.p.toPrecision(2) : "",
      formatCount(row.tokens.total),
      row.work ? formatCount(row.work.generated) : UNKNOWN,
      processedWords(row.work, formatCount),
      formatMs(row.ms.total),
      ...(isPriced ? [costs[index] ?? "–"] : []),
      formatCount(row.context.peak),
      formatShort(row.context.dependency),
    ]),
  };
}

export function costFigure({ data, model, runs, strategies, prices = {} }: PanelBench, cost: Cost): FigureSpec {
  const rows = benchTable(runs, strategies, model);
  return {
    key: "bench",
    version: `${runs.length} ${cost}`,
    title:
      cost === "ms"
        ? l10n.t("{0}: accuracy against time", oneLine(data, 60))
        : l10n.t("{0}: accuracy against tokens", oneLine(data, 60)),
    caption: [
      l10n.t(
        "Bars are 95 % intervals. The dashed line is the front: no strategy on it is beaten in both. Everything a strategy makes the model do is counted, trial answers and summaries included.",
      ),
      ...floorRemarks(rows),
    ].join(" "),
    draw: (theme, width) => benchScatter(rows, cost, width, theme),
    table: () => tableOf(rows, prices),
  };
}
