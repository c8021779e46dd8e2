/** What a mark says, in the words that every surface uses. */
import { l10n } from "../text/l10n";
import type { EventOf } from "./trace";

type Mark = Pick<EventOf<"mark">, "kind" | "what" | "from" | "to" | "period" | "by">;

/** `loop: 12 tokens, 9 times`, `loop: says the same in 2 steps again and again`, `unsafe: rm -rf`. */
export function markWords({ kind, what, from, to, period = 1, by }: Mark): string {
  if (kind === "watch") return by === undefined ? what : `${what}: ${by}`;
  if (what === "meaning")
    return period === 1
      ? l10n.t("loop: 1 step said again and again")
      : l10n.t("loop: {0} steps said again and again", period);
  const times = Math.floor((to - from) / period);
  return period === 1
    ? l10n.t("loop: 1 token, {0} times", times)
    : l10n.t("loop: {0} tokens, {1} times", period, times);
}

/** `2 loop, 1 unsafe`: what is marked in a run; nothing where nothing is. */
export function countWords(marks: Readonly<Record<string, number>> | undefined): string {
  return Object.entries(marks ?? {})
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}
