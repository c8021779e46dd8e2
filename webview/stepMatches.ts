/** Which steps of two traces do the same work, as indices into their blocks. */
import type { Block } from "./blocks";
import type { Match } from "./rows";

/** Indices of the first parts of all steps. */
function stepIndices(blocks: readonly Block[]): number[] {
  return blocks.flatMap(({ step, part }, index) => (step !== undefined && part === 0 ? [index] : []));
}

export function stepMatches(base: readonly Block[], other: readonly Block[]): Match[] {
  const steps = stepIndices(other);
  return stepIndices(base).flatMap((index, nth) => (steps[nth] === undefined ? [] : [[index, steps[nth]] as const]));
}
