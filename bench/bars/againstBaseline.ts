/** A strategy against chain of thought, family by family: what it may lose, and what it may cost. */
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { runFamily, type Reached, type Settings } from "./bar";
import { byFamily, differenceText, families, testsOf, type FamilyRuns } from "./families";
import { accuracy, costShares, percent } from "./figures";

export interface Bounds {
  /** Share of right answers that may be lost. */
  lost: number;
  /** Most that it may cost, as a share of what the baseline costs. */
  most: number;
  /** Mean cost of a run. */
  cost: (runs: readonly DatasetRun[]) => number;
  /** What `most` is a share of: `of its tokens`. */
  costName: string;
}

export async function againstBaseline(
  settings: Settings,
  name: string,
  strategy: string,
  { lost, most, cost, costName }: Bounds,
): Promise<Reached> {
  const compared = await byFamily(
    (family) => runFamily(settings, family, strategy),
    (family) => runFamily(settings, family, chainOfThought.id),
  );
  const share = ({ mine, theirs }: FamilyRuns) => cost(mine) / cost(theirs);
  const isMet = (each: FamilyRuns) => accuracy(each.mine) >= accuracy(each.theirs) - lost && share(each) <= most;
  const told = compared.map(
    (each) => `${differenceText(each)}, ${percent(share(each))} ${costName} (${costShares(each.mine, each.theirs)})`,
  );
  return { measured: told.join("; "), met: families(compared).every(isMet), tests: testsOf(name, compared) };
}
