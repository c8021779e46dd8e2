/** The importance of a step as it is written; of one that no sample said otherwise nothing was measured, which is no zero. */
import type { EventOf } from "../trace/trace";
import { l10n } from "../text/l10n";

type Importance = EventOf<"importance">;

/** Whether any sample from before the step said something else, so that there is something to set against what it does. */
export const isMeasured = ({ different }: Pick<Importance, "different">): boolean => different > 0;

/** Nats and their 95 % interval, each as text; dashes where nothing was measured. */
export function importanceText(found: Pick<Importance, "different" | "value" | "interval">): {
  value: string;
  interval: string;
} {
  if (!isMeasured(found)) return { value: "–", interval: "–" };
  const [low, high] = found.interval;
  return { value: found.value.toFixed(2), interval: `${low.toFixed(2)}–${high.toFixed(2)}` };
}

/** What is to be said of steps that no sample said otherwise; undefined where each was measured. */
export function unmeasuredSentence(all: readonly Pick<Importance, "different">[]): string | undefined {
  const count = all.filter((each) => !isMeasured(each)).length;
  if (count === 0) return undefined;
  return l10n.t(
    "Of {0} of {1} steps every sample said the same again: how much they matter is not known.",
    count,
    all.length,
  );
}
