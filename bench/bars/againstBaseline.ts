/** A strategy against chain of thought, family by family: a gain in one does not make up for what another loses. */
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { byFamily, type FamilyRuns, type Reached, type Settings } from "./bar";
import { accuracy, costShares, difference, percent, rightShare } from "./figures";

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
  const compared = await byFamily(settings, strategy, chainOfThought.id);
  const families = compared.filter(({ family }) => family !== undefined);
  const share = ({ mine, theirs }: FamilyRuns) => cost(mine) / cost(theirs);
  const isMet = (each: FamilyRuns) => accuracy(each.mine) >= accuracy(each.theirs) - lost && share(each) <= most;
  const told = compared.map((each) => {
    const { family = "all", mine, theirs } = each;
    return `${family} ${rightShare(mine)} against ${rightShare(theirs)}, ${difference(mine, theirs).text}, ${percent(share(each))} ${costName} (${costShares(mine, theirs)})`;
  });
  return {
    measured: told.join("; "),
    met: families.every(isMet),
    tests: families.map(({ family, mine, theirs }) => ({
      what: `${name}, ${family}`,
      p: difference(mine, theirs).p,
    })),
  };
}
