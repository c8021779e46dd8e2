/** Figures over runs, and how they are written in a bar. */
import { mcnemar, wilson } from "../../src/core/measure/statistics";
import type { DatasetRun } from "../../src/engine/runs/datasetRun";

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export const accuracy = (runs: readonly DatasetRun[]): number => mean(runs.map((each) => Number(each.correct)));

/** Mean tokens of a run, everything counted that the strategy made the model do. */
export const totalTokens = (runs: readonly DatasetRun[]): number => mean(runs.map((each) => each.figures.tokens.total));

/** Mean tokens of thinking, the trials that were part of it counted. */
export const thinkingTokens = (runs: readonly DatasetRun[]): number =>
  mean(runs.map(({ figures: { tokens } }) => tokens.thinking + tokens.trial));

export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** A difference of two shares. */
export const points = (difference: number): string =>
  `${difference < 0 ? "−" : "+"}${Math.abs(difference * 100).toFixed(1)} points`;

/** Accuracy with its 95 % Wilson interval. */
export function rightShare(runs: readonly DatasetRun[]): string {
  const right = runs.filter((each) => each.correct).length;
  const [low, high] = wilson(right, runs.length);
  return `${percent(accuracy(runs))} [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}] (n=${runs.length})`;
}

/** McNemar's p for two lists of runs over the same questions. */
export function pairedP(a: readonly DatasetRun[], b: readonly DatasetRun[]): number {
  const onlyA = a.filter((each, index) => each.correct && !b[index]!.correct).length;
  const onlyB = b.filter((each, index) => each.correct && !a[index]!.correct).length;
  return mcnemar(onlyA, onlyB);
}

export const pText = (p: number): string => `p=${p.toPrecision(2)}`;

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
