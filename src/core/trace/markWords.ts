/** What a mark says, in the words that every surface uses. */
import type { EventOf } from "./trace";

type Mark = Pick<EventOf<"mark">, "kind" | "what" | "from" | "to" | "period" | "by">;

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** `loop: 12 tokens, 9 times`, `loop: says the same in 2 steps again and again`, `unsafe: rm -rf`. */
export function markWords({ kind, what, from, to, period = 1, by }: Mark): string {
  if (kind === "watch") return by === undefined ? what : `${what}: ${by}`;
  if (what === "meaning") return `loop: ${counted(period, "step")} said again and again`;
  return `loop: ${counted(period, "token")}, ${Math.floor((to - from) / period)} times`;
}

/** `2 loop, 1 unsafe`: what is marked in a run; nothing where nothing is. */
export function countWords(marks: Readonly<Record<string, number>> | undefined): string {
  return Object.entries(marks ?? {})
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}
