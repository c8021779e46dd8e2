/** The table of all runs: which rows are shown, in which order, under which question, and what they come to. */
import { median } from "./statistics";
import type { RowVerdict, RunRow } from "./runRow";

export const SORT_KEYS = ["question", "model", "strategy", "answer", "verdict", "tokens", "after", "started"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface RunsOrder {
  readonly by: SortKey;
  readonly descending: boolean;
}

/** What is read from whole traces, and only when somebody looks: undefined where it is not known yet, or at all. */
export interface ReadLater {
  tokens(run: string): number | undefined;
  /** Share of thinking after the answer first stood, 0 to 1. */
  after(run: string): number | undefined;
}

/** Rows in which every word of `text` occurs, in whatever case: in question, model, strategy, answer, verdict or file. */
export function filterRuns(rows: readonly RunRow[], text: string): readonly RunRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const all = wordsOf(row);
    return words.every((word) => all.includes(word));
  });
}

const haystacks = new WeakMap<RunRow, string>();

function wordsOf(row: RunRow): string {
  let words = haystacks.get(row);
  if (words === undefined) {
    const { question, model, title, answer, verdict, state, file, turn } = row;
    const said = verdict === "none" ? "" : verdict;
    words = [question, model, title, answer, said, state, file, turn].join("\n").toLowerCase();
    haystacks.set(row, words);
  }
  return words;
}

const VERDICT_ORDER: Record<RowVerdict, number> = { right: 0, wrong: 1, unknown: 2, none: 3 };
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** What a row is sorted by; undefined where it is not known. */
function sortValue(row: RunRow, by: SortKey, later: ReadLater): string | number | undefined {
  switch (by) {
    case "question":
      return row.question || undefined;
    case "model":
      return row.model;
    case "strategy":
      return row.title;
    case "answer":
      return row.answer;
    case "verdict":
      return row.verdict === "none" ? undefined : VERDICT_ORDER[row.verdict];
    case "tokens":
      return row.tokens ?? later.tokens(row.run);
    case "after":
      return later.after(row.run);
    case "started":
      return row.started || undefined;
  }
}

/**
 * Rows in order; those without the value come last either way. Rows that are equal in it stand newest first, and in the
 * order of their file.
 */
export function sortRuns(rows: readonly RunRow[], { by, descending }: RunsOrder, later: ReadLater): RunRow[] {
  const keyed = rows.map((row) => ({ row, value: sortValue(row, by, later) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.value === undefined || b.value === undefined) {
      if (a.value !== b.value) return a.value === undefined ? 1 : -1;
    } else {
      const order = compare(a.value, b.value, by);
      if (order !== 0) return sign * order;
    }
    return newestFirst(a.row, b.row);
  });
  return keyed.map(({ row }) => row);
}

function compare(a: string | number, b: string | number, by: SortKey): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a), String(b)];
  // Times in ISO 8601 are in the order of their letters; a collator would take ten times as long.
  if (by === "started") return left < right ? -1 : left > right ? 1 : 0;
  return collator.compare(left, right);
}

function newestFirst(a: RunRow, b: RunRow): number {
  if (a.started !== b.started) return a.started < b.started ? 1 : -1;
  if (a.nth !== b.nth) return (a.nth ?? 0) - (b.nth ?? 0);
  return a.run < b.run ? -1 : a.run > b.run ? 1 : 0;
}

/** What many runs come to. */
export interface RunsTotal {
  readonly runs: number;
  readonly right: number;
  readonly wrong: number;
  /** Runs of which nothing says whether they are right. */
  readonly unknown: number;
  /** Over the runs whose tokens are known, undefined where none are. */
  readonly medianTokens: number | undefined;
  /** Runs whose tokens are not known. */
  readonly uncounted: number;
}

export function totalOf(rows: readonly RunRow[], later: Pick<ReadLater, "tokens">): RunsTotal {
  const count = (verdict: RowVerdict) => rows.reduce((sum, row) => sum + (row.verdict === verdict ? 1 : 0), 0);
  const [right, wrong] = [count("right"), count("wrong")];
  const tokens = rows.flatMap((row) => row.tokens ?? later.tokens(row.run) ?? []);
  return {
    runs: rows.length,
    right,
    wrong,
    unknown: rows.length - right - wrong,
    medianTokens: tokens.length > 0 ? median(tokens) : undefined,
    uncounted: rows.length - tokens.length,
  };
}

export interface RunsGroup {
  /** As `asked` of its rows. */
  readonly asked: string;
  readonly question: string;
  readonly rows: readonly RunRow[];
}

/** Rows by question; questions stand in the order of their first rows, those that are not known together. */
export function groupRuns(rows: readonly RunRow[]): RunsGroup[] {
  const groups = new Map<string, RunRow[]>();
  for (const row of rows) {
    const group = groups.get(row.asked);
    if (group) group.push(row);
    else groups.set(row.asked, [row]);
  }
  return [...groups].map(([asked, of]) => ({ asked, question: of[0]!.question, rows: of }));
}

/** How many questions runs are of: each whose question is not known counts for itself. */
export function questionsOf(rows: readonly RunRow[]): number {
  return new Set(rows.map(({ asked, run }) => asked || `unknown ${run}`)).size;
}
