/**
 * Runs set against each other: the rows of the table atop a comparison, in the hover of a prompt, in the tree, as Markdown
 * and on a terminal. They are computed here; every surface only draws them.
 */
import { BASELINE } from "../catalogue";
import type { Trace } from "../trace/fold";
import type { ExitReason } from "../trace/kinds";
import type { Billed, RunHeader, Work } from "../trace/trace";
import type { Term } from "./glossary";
import { measure, recordsCache, type Figures } from "./metrics";
import { costOf, priceOf, type PriceTable } from "./prices";
import { processedTokens, type CountedTokens, type RunSummary } from "./runSummary";
import { byQuestion, sameQuestion } from "./question";
import { runTitles } from "./runTitles";
import { processedAlone } from "./work";

/** What a table needs to know of a run, from its whole trace or from its first and last lines. */
export interface ComparedRun {
  readonly id: string;
  readonly header: RunHeader | undefined;
  readonly live: boolean;
  /** Asked for, where there is no header yet. */
  readonly asked?: string | undefined;
  /** Whether it came to its end and was neither cancelled nor stopped by an error. */
  readonly finished: boolean;
  readonly answer: string | undefined;
  readonly correct: boolean | undefined;
  readonly exit: ExitReason | undefined;
  /** Position on the axis at which thinking ended. */
  readonly exitAt: number | undefined;
  readonly tokens: CountedTokens;
  /** From the prompt to the answer, in milliseconds; undefined where nothing was timed. */
  readonly ms: number | undefined;
  /** Most cache rows that were live at once; undefined where the run did not record them. */
  readonly peak: number | undefined;
  readonly billed: Billed | undefined;
  /** What models computed; undefined where nobody counted. */
  readonly work: Work | undefined;
}

export type AnswerVerdict = "right" | "wrong" | "unknown";

/** How much less (negative) or more than the baseline, as shares of it: −0.76 is 76 % less. */
interface Saving {
  readonly tokens: number | undefined;
  /** Where the work of both is known. */
  readonly generated: number | undefined;
  /** As `generated`; what earlier runs had left in the cache counts as processed. */
  readonly processed: number | undefined;
  readonly ms: number | undefined;
}

export interface ComparisonRow {
  readonly run: string;
  readonly strategy: string | undefined;
  readonly name: string;
  readonly model: string | undefined;
  /** Undefined where there is none, or none yet. */
  readonly answer: string | undefined;
  /** Undefined where no answer was expected. */
  readonly verdict: AnswerVerdict | undefined;
  readonly state: "waiting" | "running" | "finished" | "cancelled" | "failed" | "incomplete";
  readonly isBaseline: boolean;
  /** Undefined before anything was processed. */
  readonly processed: number | undefined;
  readonly tokens: CountedTokens;
  readonly ms: number | undefined;
  /** Undefined where nobody counted, which is not 0. */
  readonly work: Work | undefined;
  /** Undefined for the baseline, for what is unfinished, and for runs that were asked something else. */
  readonly saving: Saving | undefined;
  readonly exit: ExitReason | undefined;
  readonly exitAt: number | undefined;
  readonly peak: number | undefined;
  /** By the person's own prices. */
  readonly cost: { readonly amount: number; readonly currency: string } | undefined;
}

export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  /** Those that say something, in their order. */
  readonly columns: readonly ColumnName[];
}

/**
 * The columns in their order. Where a surface is too narrow those with the lowest `stays` fall away first; what has none
 * stays always.
 */
export const COMPARISON_COLUMNS = {
  strategy: { title: "strategy" },
  model: { title: "model", stays: 6 },
  answer: { title: "answer" },
  verdict: { title: "verdict" },
  tokens: { title: "tokens" },
  generated: { title: "generated", stays: 3 },
  processed: { title: "processed", stays: 4 },
  time: { title: "time", stays: 8 },
  saving: { title: "saving" },
  cost: { title: "cost", stays: 7 },
  exit: { title: "exit", stays: 5 },
  peak: { title: "peak", stays: 2 },
  parts: { title: "made of", stays: 1 },
} as const satisfies Record<string, { title: Term; stays?: number }>;
export type ColumnName = keyof typeof COMPARISON_COLUMNS;
export const COLUMN_NAMES = Object.keys(COMPARISON_COLUMNS) as ColumnName[];

const isOver = (exit: ExitReason | undefined): boolean => exit !== "cancelled" && exit !== "error";

/** @param figures of the trace, where they are known already */
export function comparedTrace(
  run: { readonly id: string; readonly trace: Trace; readonly live: boolean; readonly asked?: string | undefined },
  figures: Figures = measure(run.trace),
): ComparedRun {
  const { trace, live } = run;
  return {
    id: run.id,
    header: trace.header,
    live,
    asked: run.asked,
    finished: !live && trace.end !== undefined && isOver(trace.exit?.why),
    answer: figures.answer,
    correct: figures.correct,
    exit: figures.exit,
    exitAt: trace.exit?.at,
    tokens: figures.tokens,
    ms: figures.ms.total || undefined,
    // A figure that was made up of the text is none.
    peak: (recordsCache(trace) && figures.context.peak) || undefined,
    billed: figures.billed,
    work: figures.work,
  };
}

/** A run of which only the first and last lines were read. */
export function comparedSummary(id: string, { header, exit, end }: RunSummary, live: boolean): ComparedRun {
  return {
    id,
    header,
    live,
    finished: !live && end !== undefined && isOver(exit?.why),
    answer: end?.answer,
    correct: end?.correct,
    exit: exit?.why,
    exitAt: exit?.at,
    tokens: end?.tokens ?? {},
    ms: end?.ms?.total || undefined,
    peak: end?.peak || undefined,
    billed: end?.billed,
    work: end?.work,
  };
}

/** What savings are counted against: the run that was pinned, else the first of the baseline's strategy, else the first. */
function baselineOf(runs: readonly ComparedRun[], pinned: string | undefined): ComparedRun | undefined {
  return runs.find(({ id }) => id === pinned) ?? runs.find(({ header }) => header?.strategy === BASELINE) ?? runs[0];
}

function stateOf({ live, header, finished, exit }: ComparedRun): ComparisonRow["state"] {
  if (live) return header ? "running" : "waiting";
  if (finished) return "finished";
  if (exit === "cancelled") return "cancelled";
  return exit === "error" || !header ? "failed" : "incomplete";
}

function verdictOf({ answer, correct, header, live }: ComparedRun): AnswerVerdict | undefined {
  if (live) return undefined;
  if (correct !== undefined) return correct ? "right" : "wrong";
  return answer !== undefined && header?.gold !== undefined ? "unknown" : undefined;
}

const share = (value: number | undefined, base: number | undefined): number | undefined =>
  value === undefined || base === undefined || base <= 0 ? undefined : value / base - 1;

function savingOf(run: ComparedRun, base: ComparedRun | undefined): Saving | undefined {
  if (!base || run === base || !run.finished || !base.finished || !sameQuestion(run.header, base.header))
    return undefined;
  return {
    tokens: share(processedTokens(run.tokens), processedTokens(base.tokens)),
    generated: share(run.work?.generated, base.work?.generated),
    processed: share(run.work && processedAlone(run.work), base.work && processedAlone(base.work)),
    ms: share(run.ms, base.ms),
  };
}

/** @param options `pinned`: the run that savings are counted against; `prices`: the person's own */
export function compareRuns(
  runs: readonly ComparedRun[],
  options: { readonly pinned?: string | undefined; readonly prices?: PriceTable } = {},
): Comparison {
  // Each question has a baseline of its own: figures of two questions say nothing about each other.
  const groups = byQuestion(runs.map(({ header }) => header));
  const bases = new Map<ComparedRun, ComparedRun>();
  for (const group of groups) {
    const asked = group.map((place) => runs[place]!);
    const base = baselineOf(asked, options.pinned)!;
    for (const run of asked) if (asked.length > 1 || groups.length === 1) bases.set(run, base);
  }
  const names = runTitles(runs);
  const rows = runs.map((run, index): ComparisonRow => {
    const price = priceOf(options.prices ?? {}, run.header?.model.id);
    return {
      run: run.id,
      strategy: run.header?.strategy ?? run.asked,
      name: names[index]!,
      model: run.header?.model.id,
      answer: run.live ? undefined : run.answer,
      verdict: verdictOf(run),
      state: stateOf(run),
      isBaseline: run === bases.get(run),
      processed: processedTokens(run.tokens) || undefined,
      tokens: run.tokens,
      ms: run.ms,
      work: run.work,
      saving: savingOf(run, bases.get(run)),
      exit: run.exit,
      exitAt: run.exitAt,
      peak: run.peak,
      cost: run.billed && price && { amount: costOf(run.billed, price), currency: price.currency },
    };
  });
  return { rows, columns: COLUMN_NAMES.filter((column) => says(rows, column)) };
}

function says(rows: readonly ComparisonRow[], column: ColumnName): boolean {
  if (column === "model") return new Set(rows.flatMap(({ model }) => model ?? [])).size > 1;
  if (column === "saving") return rows.some(({ isBaseline }) => isBaseline) && rows.length > 1;
  if (column === "strategy" || column === "answer" || column === "tokens") return true;
  return rows.some((row) => sortValue(row, column) !== undefined);
}

/** What a column is sorted by; undefined for a cell that says nothing. */
function sortValue(row: ComparisonRow, column: ColumnName): string | number | undefined {
  switch (column) {
    case "strategy":
      return row.name;
    case "model":
    case "answer":
    case "verdict":
    case "exit":
    case "peak":
      return row[column];
    case "tokens":
      return row.processed;
    case "generated":
    case "processed":
      return row.work?.[column];
    case "time":
      return row.ms;
    case "saving":
      return row.isBaseline ? 0 : row.saving?.tokens;
    case "cost":
      return row.cost?.amount;
    case "parts":
      return row.processed;
  }
}

const byText = new Intl.Collator("en", { numeric: true });
const VERDICTS: readonly unknown[] = ["right", "unknown", "wrong"] satisfies AnswerVerdict[];

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const places = [VERDICTS.indexOf(a), VERDICTS.indexOf(b)] as const;
  return places[0] >= 0 && places[1] >= 0 ? places[0] - places[1] : byText.compare(String(a), String(b));
}

/** Rows in the order of a column; those whose cell says nothing come last either way, and equal ones keep their order. */
export function sortRows(
  rows: readonly ComparisonRow[],
  { column, descending }: { readonly column: ColumnName; readonly descending: boolean },
): ComparisonRow[] {
  return [...rows].sort((left, right) => {
    const [a, b] = [sortValue(left, column), sortValue(right, column)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return compareValues(a, b) * (descending ? -1 : 1);
  });
}
