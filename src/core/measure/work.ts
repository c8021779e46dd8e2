/** What runs made models compute: how it is compared, and how it is shown where it is not known. */
import { l10n } from "../text/l10n";
import type { Work } from "../trace/trace";

/**
 * Positions that a run would have processed had no earlier run left anything in a cache: what savings are counted on, as else
 * whoever ran second would seem to save the prompt.
 */
export const processedAlone = ({ processed, warm }: Work): number => processed + warm;

/** What is unknown is no 0. */
export const UNKNOWN = "–";

/** As in `512` or `512 + 64 reused`; a dash where nobody counted. @param count how numbers are written */
export function processedWords(work: Work | undefined, count: (tokens: number) => string = String): string {
  if (!work) return UNKNOWN;
  return work.reused > 0
    ? l10n.t("{0} + {1} reused", count(work.processed), count(work.reused))
    : count(work.processed);
}
