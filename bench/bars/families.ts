/** Two ways over the same questions, family by family: a gain in one does not make up for what another loses. */
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import type { Family } from "../datasets";
import { TEXT_FAMILIES, type Reached, type Test } from "./bar";
import { accuracy, difference, rightShare } from "./figures";

/** Both ways over the questions of one family, or of all. */
export interface FamilyRuns {
  family: Family | undefined;
  mine: DatasetRun[];
  theirs: DatasetRun[];
}

type RunsOf = (family: Family) => Promise<DatasetRun[]>;

/** Family by family, and last over all families together. */
export async function byFamily(mineOf: RunsOf, theirsOf: RunsOf): Promise<FamilyRuns[]> {
  const each: FamilyRuns[] = [];
  for (const family of TEXT_FAMILIES) {
    const mine = await mineOf(family);
    each.push({ family, mine, theirs: await theirsOf(family) });
  }
  const all = { mine: each.flatMap(({ mine }) => mine), theirs: each.flatMap(({ theirs }) => theirs) };
  return [...each, { family: undefined, ...all }];
}

/** Those that are judged: over all together the larger gain hides the loss. */
export const families = (compared: readonly FamilyRuns[]): FamilyRuns[] =>
  compared.filter(({ family }) => family !== undefined);

/** `prosqa 34.0 % […] (n=100) against 8.0 % […] (n=100), +26.0 points [16.0, 36.0] (p=0.0000062)`; over all there is no test. */
export function differenceText({ family, mine, theirs }: FamilyRuns, figures = rightShare): string {
  const { points, text } = difference(mine, theirs);
  return `${family ?? "all"} ${figures(mine)} against ${figures(theirs)}, ${family === undefined ? points : text}`;
}

/** One a family. */
export const testsOf = (what: string, compared: readonly FamilyRuns[]): Test[] =>
  families(compared).map(({ family, mine, theirs }) => ({
    what: `${what}, ${family}`,
    p: difference(mine, theirs).p,
  }));

/** What is to be better than another way. */
interface Against {
  other: string;
  compared: readonly FamilyRuns[];
}

const LEVEL = 0.05;

/** Met where `name` is right more often than every other way in each family, by tests that stand together with the table's. */
export function better(name: string, ways: readonly Against[], figures = rightShare): Reached {
  const judged = ways.flatMap(({ compared }) => families(compared));
  return {
    measured: ways
      .map(({ other, compared }) => {
        const told = compared.map((each) => differenceText(each, figures));
        return `${name} against ${other}: ${told.join("; ")}`;
      })
      .join("; "),
    met: (ps) => judged.every(({ mine, theirs }, at) => accuracy(mine) > accuracy(theirs) && ps[at]! < LEVEL),
    tests: ways.flatMap(({ other, compared }) => testsOf(`${name}, ${other}`, compared)),
  };
}
