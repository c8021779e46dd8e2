/** The bars of the pocket family, in the order they are printed, and one row for each whatever becomes of it. */
import type { Bar, Settings } from "./bars/bar";
import { EARLY_EXITS } from "./bars/earlyExit";
import { LATENT } from "./bars/latent";
import { PACKAGE_SIZE } from "./bars/packageSize";
import { SMALL_CONTEXTS } from "./bars/smallContext";
import { TEXT_STYLES } from "./bars/textStyles";

export const BARS: readonly Bar[] = [...TEXT_STYLES, ...EARLY_EXITS, ...SMALL_CONTEXTS, ...LATENT, PACKAGE_SIZE];

export interface BarRow {
  bar: string;
  measured: string;
  target: string;
  met: boolean;
}

/** The row of one bar; what cannot be measured, as where a variant's weights are missing, is not met and says why. */
export async function barRow({ name, target, measure }: Bar, settings: Settings): Promise<BarRow> {
  try {
    const { measured, met } = await measure(settings);
    return { bar: name, measured, target, met };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { bar: name, measured: `not measured: ${why}`, target, met: false };
  }
}
