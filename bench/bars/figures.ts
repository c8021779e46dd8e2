/** Figures over runs, and how they are written in a bar. */
import { differenceInterval, mcnemar, wilson } from "../../src/core/measure/statistics";
import { processedAlone } from "../../src/core/measure/work";
import { formatPoints } from "../../src/core/text/quantities";
import type { Work } from "../../src/core/trace/trace";
import type { DatasetRun } from "../../src/engine/runs/datasetRun";

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Right, and known to be. */
const isRight = ({ correct }: DatasetRun): boolean => correct === true;

export const accuracy = (runs: readonly DatasetRun[]): number => mean(runs.map((each) => Number(isRight(each))));

/** Mean tokens of a run, everything counted that the strategy made the model do. */
export const totalTokens = (runs: readonly DatasetRun[]): number => mean(runs.map((each) => each.figures.tokens.total));

/** Mean tokens of thinking, the trials that were part of it counted. */
export const thinkingTokens = (runs: readonly Pick<DatasetRun, "figures">[]): number =>
  mean(runs.map(({ figures: { tokens } }) => tokens.thinking + tokens.trial));

/**
 * What runs cost as shares of what other runs over the same questions cost: `generated 19.0 %, processed 40.2 %, time 25.1 %`.
 * Tokens are left out where the work of a run is not known.
 */
export function costShares(runs: readonly DatasetRun[], others: readonly DatasetRun[]): string {
  const works = (all: readonly DatasetRun[]) => all.flatMap(({ figures }) => figures.work ?? []);
  const [mine, theirs] = [works(runs), works(others)];
  const isKnown = mine.length === runs.length && theirs.length === others.length;
  const share = (of: (work: Work) => number) => percent(mean(mine.map(of)) / mean(theirs.map(of)));
  const ms = (all: readonly DatasetRun[]) => mean(all.map(({ figures }) => figures.ms.total));
  return [
    ...(isKnown ? [`generated ${share(({ generated }) => generated)}`, `processed ${share(processedAlone)}`] : []),
    `time ${percent(ms(runs) / ms(others))}`,
  ].join(", ");
}

export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** Accuracy with its 95 % Wilson interval. */
export function rightShare(runs: readonly DatasetRun[]): string {
  const right = runs.filter(isRight).length;
  const [low, high] = wilson(right, runs.length);
  return `${percent(accuracy(runs))} [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}] (n=${runs.length})`;
}

/** McNemar's p for two lists of runs over the same questions. */
function pairedP(a: readonly DatasetRun[], b: readonly DatasetRun[]): number {
  const onlyA = a.filter((each, index) => each.correct && !b[index]!.correct).length;
  const onlyB = b.filter((each, index) => each.correct && !a[index]!.correct).length;
  return mcnemar(onlyA, onlyB);
}

export const pText = (p: number): string => `p=${p.toPrecision(2)}`;

/**
 * How much more often `a` is right than `b` over the same questions, with its 95 % interval and, in `text`, McNemar's p:
 * `−2.5 points [−5.0, 0.0] (p=0.063)`.
 */
export function difference(
  a: readonly DatasetRun[],
  b: readonly DatasetRun[],
): { points: string; text: string; p: number } {
  const each = a.map((run, index) => Number(isRight(run)) - Number(isRight(b[index]!)));
  const points = formatPoints(mean(each), differenceInterval(each));
  const p = pairedP(a, b);
  return { points, text: `${points} (${pText(p)})`, p };
}

/**
 * The budget that cuts thinking of these lengths to this mean: what truncation may spend where it is compared with an
 * early exit of the same mean length.
 * @param lengths thinking tokens of each run to its own end
 * @returns tokens; the longest length where nothing has to be cut
 */
export function budgetOfMean(lengths: readonly number[], wanted: number): number {
  const longest = Math.max(0, ...lengths);
  for (let budget = 0; budget < longest; budget++) {
    if (mean(lengths.map((length) => Math.min(length, budget))) >= wanted) return budget;
  }
  return longest;
}
