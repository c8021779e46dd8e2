/** The cells of a comparison in words, and the whole of it as a table of Markdown or of plain text. */
import { exitWords } from "../trace/exitWords";
import { COUNTED_KINDS } from "../trace/kinds";
import { escapeMarkdown } from "../text/markdownEscape";
import { formatCount, formatDifference, formatMs } from "../text/quantities";
import { inWords, l10n, type Sentence } from "../text/l10n";
import { shorten } from "../text/shorten";
import {
  COMPARISON_COLUMNS,
  type AnswerVerdict,
  type ColumnName,
  type Comparison,
  type ComparisonRow,
} from "./comparison";
import type { Term } from "./glossary";
import { formatMoney } from "./prices";
import { processedWords, UNKNOWN } from "./work";

/** A sign beside each verdict, so that it is told by more than its colour. */
export const VERDICT_SIGNS: Record<AnswerVerdict, string> = { right: "✓", wrong: "✗", unknown: "?" };

const NOTHING = UNKNOWN;
const LONGEST = 60;

/** As in `57 thinking, 12 answer, 6 trial`; "" where nothing was counted. */
export const partsText = (tokens: ComparisonRow["tokens"]): string =>
  COUNTED_KINDS.flatMap((kind) => (tokens[kind] ? [`${formatCount(tokens[kind])} ${l10n.t(kind)}`] : [])).join(", ");

/** `−76 % generated, −60 % processed, −58 % time`, or tokens where nobody counted: they differ, so all are said. */
function savingText({ isBaseline, saving }: ComparisonRow): string {
  if (isBaseline) return l10n.t("baseline");
  const isCounted = saving?.generated !== undefined && saving.processed !== undefined;
  const counts = isCounted ? (["generated", "processed"] as const) : (["tokens"] as const);
  const parts = [
    counts.flatMap((name) =>
      saving?.[name] === undefined ? [] : [`${formatDifference(saving[name])} ${l10n.t(name)}`],
    ),
    saving?.ms === undefined ? [] : [`${formatDifference(saving.ms)} ${l10n.t("time")}`],
  ].flat();
  return parts.length > 0 ? parts.join(", ") : NOTHING;
}

const STATES: Record<ComparisonRow["state"], Sentence> = {
  waiting: l10n.later`waiting`,
  running: l10n.later`running`,
  finished: l10n.later`none`,
  cancelled: l10n.later`cancelled`,
  failed: l10n.later`failed`,
  incomplete: l10n.later`incomplete`,
};

/** What stands in a cell, on one line and safe to show; a dash where there is nothing to say. */
export function cellText(row: ComparisonRow, column: ColumnName): string {
  switch (column) {
    case "strategy":
      return row.name;
    case "model":
      return row.model === undefined ? NOTHING : shorten(row.model, LONGEST);
    case "answer":
      return row.answer === undefined ? inWords(STATES[row.state]) : shorten(row.answer, LONGEST);
    case "verdict":
      return row.verdict === undefined ? NOTHING : `${VERDICT_SIGNS[row.verdict]} ${l10n.t(row.verdict)}`;
    case "tokens":
      return row.processed === undefined ? NOTHING : formatCount(row.processed);
    case "generated":
      return row.work ? formatCount(row.work.generated) : UNKNOWN;
    case "processed":
      return processedWords(row.work, formatCount);
    case "time":
      return row.ms === undefined ? NOTHING : formatMs(row.ms);
    case "saving":
      return savingText(row);
    case "cost":
      return row.cost ? formatMoney(row.cost.amount, row.cost.currency) : NOTHING;
    case "exit":
      return row.exit === undefined
        ? NOTHING
        : row.exitAt
          ? l10n.t("{0} at {1}", exitWords(row.exit), formatCount(row.exitAt))
          : exitWords(row.exit);
    case "peak":
      return row.peak === undefined ? NOTHING : formatCount(row.peak);
    case "parts":
      return partsText(row.tokens) || NOTHING;
  }
}

/** Titles of the columns, and one line of cells a row. */
export function comparisonCells({ rows, columns }: Comparison): { head: string[]; rows: string[][] } {
  return {
    head: columns.map((column) => l10n.t(COMPARISON_COLUMNS[column].title)),
    rows: rows.map((row) => columns.map((column) => cellText(row, column))),
  };
}

/** Columns of figures, which stand to the right. */
const FIGURES: readonly ColumnName[] = ["tokens", "generated", "processed", "time", "cost", "peak"];

/**
 * A table of Markdown in which nothing of a trace is read as Markdown.
 * @param nameOf what stands at the head of a column, as Markdown; its title where it is left out
 */
export function comparisonMarkdown(
  comparison: Comparison,
  nameOf: (title: Term) => string = (title) => l10n.t(title),
): string {
  const { rows } = comparisonCells(comparison);
  const head = comparison.columns.map((column) => nameOf(COMPARISON_COLUMNS[column].title));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = comparison.columns.map((column) => (FIGURES.includes(column) ? "---:" : "---"));
  return `${[line(head), line(rule), ...rows.map((cells) => line(cells.map(escapeMarkdown)))].join("\n")}\n`;
}
