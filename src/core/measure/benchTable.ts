/** A dataset under several strategies, as figures: accuracy with its interval, mean costs, and paired tests against the baseline. */
import type { Figures } from "./metrics";
import type { ReplayPoint } from "./replayPoint";
import { differenceInterval, mcnemar, meanInterval, pairedPermutation, wilson } from "./statistics";
import type { Billed, Phases, TokenCounts, Work } from "../trace/trace";

/** One question under one strategy. */
export interface BenchRun {
  question: number;
  strategy: string;
  /** Which of several samples of the question it is, from 1. */
  sample?: number | undefined;
  /** The model that answered: of a family, each strategy has its own. */
  model?: string | undefined;
  answer: string | undefined;
  /** Undefined where the answer cannot be compared with the expected one. */
  correct: boolean | undefined;
  figures: Figures;
  /** What the run would have come to at other thresholds, where it holds checks. */
  replays?: ReplayPoint[];
}

export interface BenchRow {
  strategy: string;
  model: string;
  /** Share of right answers, 0 to 1, with its 95 % Wilson interval; an answer that is not known to be right is none. */
  accuracy: number;
  ci: [number, number];
  /** Means over the questions. */
  tokens: TokenCounts;
  /** 95 % interval of the mean of `tokens.total`. */
  tokensCi: [number, number];
  ms: Phases;
  /** 95 % interval of the mean of `ms.total`. */
  msCi: [number, number];
  context: { peak: number; dependency: number };
  /** Means over the questions; undefined where it is not known of each run. */
  work: Work | undefined;
  /** Means over the questions; undefined where a run was not counted so. */
  billed: Billed | undefined;
  /** Answers of which it is not known whether they are right. */
  unknown: number;
  /** Marks of all runs by name: loops, and what is on the watch list. */
  marks: Record<string, number>;
  /** Runs that came to no result: no other figure counts them. */
  failed: number;
  /** Accuracy minus the baseline's with its 95 % bootstrap interval over questions; `p` by the exact McNemar test (of several samples a paired permutation test), `tokensP` by a paired permutation test on total tokens. */
  versus: { baseline: string; difference: number; ci: [number, number]; p: number; tokensP: number } | undefined;
}

const TOKEN_KEYS = ["prompt", "thinking", "answer", "trial", "summary", "gist", "latent", "total"] as const;
const PHASE_KEYS = ["load", "prefill", "decode", "checks", "total"] as const;

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function means<Key extends string>(keys: readonly Key[], rows: readonly Record<Key, number>[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, mean(rows.map((row) => row[key]))])) as Record<Key, number>;
}

/** What no run has stays away. */
function meanTokens(rows: readonly TokenCounts[]): TokenCounts {
  const beside = (["reread", "auxiliary"] as const).filter((key) => rows.some((row) => row[key]));
  const whole = rows.map((row) => ({ ...row, reread: row.reread ?? 0, auxiliary: row.auxiliary ?? 0 }));
  return { ...means(TOKEN_KEYS, whole), ...means(beside, whole) };
}

/**
 * One row a strategy, in the order of `strategies`; the first of them is the baseline.
 * @param model named where a run does not say its own
 * @param seed of the permutation test and the bootstrap
 * @param failures runs that came to no result
 */
export function benchTable(
  runs: readonly BenchRun[],
  strategies: readonly string[],
  model: string,
  seed = 0,
  failures: readonly { strategy: string }[] = [],
): BenchRow[] {
  const of = (strategy: string) =>
    runs.filter((run) => run.strategy === strategy).sort((a, b) => a.question - b.question);
  const baseline = strategies[0];
  return strategies.flatMap((strategy): BenchRow[] => {
    const mine = of(strategy);
    if (mine.length === 0) return [];
    const asked = perQuestion(mine);
    const right = asked.reduce((sum, each) => sum + each.right, 0);
    return [
      {
        strategy,
        model: mine[0]!.model ?? model,
        accuracy: right / asked.length,
        ci: wilson(right, asked.length),
        tokens: meanTokens(mine.map((run) => run.figures.tokens)),
        tokensCi: meanInterval(asked.map(({ tokens }) => tokens)),
        ms: means(
          PHASE_KEYS,
          mine.map((run) => run.figures.ms),
        ),
        msCi: meanInterval(asked.map(({ ms }) => ms)),
        context: means(
          ["peak", "dependency"],
          mine.map((run) => run.figures.context),
        ),
        work: meanOfAll(
          ["processed", "reused", "warm", "generated"],
          mine.map((run) => run.figures.work),
        ),
        billed: meanOfAll(
          ["input", "cached", "output"],
          mine.map((run) => run.figures.billed),
        ),
        unknown: mine.filter((run) => run.correct === undefined).length,
        marks: sumOfMarks(mine),
        failed: failures.filter((failure) => failure.strategy === strategy).length,
        versus:
          baseline === undefined || strategy === baseline
            ? undefined
            : versus(asked, perQuestion(of(baseline)), baseline, seed),
      },
    ];
  });
}

function sumOfMarks(runs: readonly BenchRun[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { figures } of runs)
    for (const [name, count] of Object.entries(figures.marks ?? {})) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Undefined where it is not known of all. */
function meanOfAll<Key extends string>(
  keys: readonly Key[],
  rows: readonly (Record<Key, number> | undefined)[],
): Record<Key, number> | undefined {
  const known = rows.flatMap((row) => row ?? []);
  return known.length === rows.length ? means(keys, known) : undefined;
}

/** One question under one strategy: means over its samples, where there are several. */
interface Asked {
  question: number;
  /** Share of its samples that are right. */
  right: number;
  /** Of `tokens.total` and `ms.total`. */
  tokens: number;
  ms: number;
}

/** Samples of one question are no questions of their own: intervals and tests are over questions. */
function perQuestion(runs: readonly BenchRun[]): Asked[] {
  const byQuestion = new Map<number, BenchRun[]>();
  for (const run of runs) {
    const samples = byQuestion.get(run.question);
    if (samples) samples.push(run);
    else byQuestion.set(run.question, [run]);
  }
  return [...byQuestion].map(([question, samples]) => ({
    question,
    right: mean(samples.map(({ correct }) => Number(correct === true))),
    tokens: mean(samples.map(({ figures }) => figures.tokens.total)),
    ms: mean(samples.map(({ figures }) => figures.ms.total)),
  }));
}

/** Paired over the questions that both strategies have answered. */
function versus(mine: readonly Asked[], theirs: readonly Asked[], baseline: string, seed: number): BenchRow["versus"] {
  const other = new Map(theirs.map((asked) => [asked.question, asked]));
  const pairs = mine.flatMap((asked) => {
    const against = other.get(asked.question);
    return against ? [[asked, against] as const] : [];
  });
  const differences = pairs.map(([asked, against]) => asked.right - against.right);
  const whole = differences.filter((difference) => Number.isInteger(difference));
  const onlyMine = whole.filter((difference) => difference > 0).length;
  const onlyTheirs = whole.filter((difference) => difference < 0).length;
  return {
    baseline,
    difference: mean(differences),
    ci: differenceInterval(differences, seed),
    // A question of which some samples are right is won by neither alone.
    p: whole.length === pairs.length ? mcnemar(onlyMine, onlyTheirs) : pairedPermutation(differences, seed),
    tokensP: pairedPermutation(
      pairs.map(([asked, against]) => asked.tokens - against.tokens),
      seed,
    ),
  };
}
