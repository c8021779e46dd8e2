/** Settings of bars whose runs are made up: of each way, how many of a family's problems are right, and tokens of each. */
import type { Settings } from "../../../bench/bars/bar";
import type { DatasetRun } from "../../../src/engine/runs/datasetRun";

export const fixedRun = (correct: boolean, total: number): DatasetRun =>
  ({
    correct,
    figures: {
      ...{
        tokens: { total, thinking: total, trial: 0 },
        ms: { total: 1 },
        context: { peak: total, dependency: total },
      },
    },
  }) as unknown as DatasetRun;

/** By the name of a way, with its options as bars write them, or by its strategy; then by family. */
export type Shares = Record<string, Record<string, [right: number, tokens: number]>>;

/** @param limit problems of each family */
export const fixedSettings = (shares: Shares, limit = 10): Settings => ({
  limit,
  prosqa: [],
  runner: {
    runs: (family: string, _: unknown, { name, strategy }: { name: string; strategy: string }) => {
      const [right, tokens] = (shares[name] ?? shares[strategy])![family]!;
      return Promise.resolve(Array.from({ length: limit }, (__, index) => fixedRun(index < right, tokens)));
    },
  } as unknown as Settings["runner"],
});
