/** The bars of the pocket family, in the order they are printed, and one row for each whatever becomes of it. */
import { holm } from "../src/core/measure/statistics";
import type { Bar, Reached, Settings, Test } from "./bars/bar";
import { EARLY_EXITS } from "./bars/earlyExit";
import { LATENT } from "./bars/latent";
import { PACKAGE_SIZE } from "./bars/packageSize";
import { SMALL_CONTEXTS } from "./bars/smallContext";
import { TEXT_STYLES } from "./bars/textStyles";

export const BARS: readonly Bar[] = [...TEXT_STYLES, ...EARLY_EXITS, ...SMALL_CONTEXTS, ...LATENT, PACKAGE_SIZE];

export interface BarRow extends Reached {
  bar: string;
  model: string;
  target: string;
}

/** The row of one bar; what cannot be measured, as where a variant's weights are missing, is not met and says why. */
export async function barRow({ name, model, target, isControl, measure }: Bar, settings: Settings): Promise<BarRow> {
  try {
    return { bar: name, model, target, ...(await measure(settings)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { bar: name, model, target, measured: `not measured: ${why}`, met: isControl ? undefined : false };
  }
}

/** Whether its bar is met, as it is printed. */
interface JudgedRow extends BarRow {
  met: boolean | undefined;
}

/** Rows of one table, and its tests with their p by Holm over all of them: by these a bar that names a p is met. */
export function judged(rows: readonly BarRow[]): { rows: JudgedRow[]; holm: Test[] } {
  const tests = rows.flatMap((row) => row.tests ?? []);
  const adjusted = holm(tests.map(({ p }) => p));
  let from = 0;
  return {
    rows: rows.map((row) => {
      const ps = adjusted.slice(from, (from += row.tests?.length ?? 0));
      return { ...row, met: typeof row.met === "function" ? row.met(ps) : row.met };
    }),
    holm: tests.map(({ what }, at) => ({ what, p: adjusted[at]! })),
  };
}
