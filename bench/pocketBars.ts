/** The bars of the pocket family, in the order they are printed, and one row for each whatever becomes of it. */
import type { Bar, Reached, Settings } from "./bars/bar";
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
