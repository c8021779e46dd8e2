/** Whether an answer holds nothing but the answer: where nothing is to be thought, a longer one may reason in its place. */
import { strategyFacts, strategyTitle } from "../catalogue";
import type { TokenCounts } from "../trace/trace";

/** Tokens of an answer without reasoning: a sentence or two and a box. */
export const LONGEST_PLAIN_ANSWER = 64;

/** What has to be said beside figures of floors whose models wrote more, a sentence each. @param tokens means over the questions */
export function floorRemarks(
  rows: readonly { strategy: string; tokens: Pick<TokenCounts, "thinking" | "answer"> }[],
): string[] {
  return rows.flatMap(({ strategy, tokens: { thinking, answer } }) => {
    const written = thinking + answer;
    if (strategyFacts(strategy)?.role !== "floor" || written <= LONGEST_PLAIN_ANSWER) return [];
    return [
      `Under ${strategyTitle(strategy)} the model wrote ${Math.round(written)} tokens on the mean: it may reason in its answers, and then this is no floor.`,
    ];
  });
}
