/**
 * short-m@k (2505.17813): k samples at once; when the m that think least are through, the others are stopped, and the majority of
 * the m answers.
 */
import { l10n } from "../text/l10n";
import { weightiest, type Vote } from "./vote";

export const shortest = (m: number): Vote => ({
  id: `short-${m}`,
  title: l10n.later`shortest ${m}`,
  decide(samples) {
    const byLength = samples.toSorted((a, b) => a.thinking - b.thinking);
    const chosen = byLength.slice(0, m);
    const longest = chosen.at(-1)!;
    // All write a token at a time: the others have written as much as the longest of the chosen by then.
    const tokens = samples.reduce((sum, sample) => sum + Math.min(sample.tokens, longest.tokens), 0);
    const ms = chosen.reduce((most, sample) => Math.max(most, sample.ms), 0);
    return { ...weightiest(chosen, () => 1), tokens, ms };
  },
});
