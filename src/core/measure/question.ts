/** Which question a run was asked: only runs of one question can be held against each other. */
import { spokenTurns } from "../trace/spokenTurns";
import type { RunHeader } from "../trace/trace";

type Asked = Pick<RunHeader, "messages">;

/** The last turn of the person, as it was asked; "" where the trace holds none. */
export function questionOf({ messages }: Asked): string {
  return messages.findLast(({ role }) => role === "user")?.content ?? "";
}

/**
 * The same text for runs of the same question: the conversation up to the answer, without what the system was told,
 * since a strategy's own words stand there. Blanks around a turn do not make another question.
 * @returns undefined where the trace does not say what was asked; two such runs may be of anything
 */
export function questionKey(header: Asked | undefined): string | undefined {
  if (!header || questionOf(header).trim() === "") return undefined;
  const turns = spokenTurns(header.messages).filter(({ role }) => role !== "system");
  return JSON.stringify(turns.map(({ role, content }) => [role, content.replaceAll("\r\n", "\n").trim()]));
}

/**
 * Runs by their question, in the order in which each was first asked. One that does not say its question stands alone;
 * one that has not begun yet is of the first question, as those are that wait for their turn.
 * @param headers undefined where a run has not begun
 * @returns for each question the places of its runs
 */
export function byQuestion(headers: readonly (Asked | undefined)[]): number[][] {
  const groups = new Map<string, number[]>();
  const waiting: number[] = [];
  headers.forEach((header, place) => {
    if (!header) return void waiting.push(place);
    const key = questionKey(header) ?? `unknown ${place}`;
    const known = groups.get(key);
    if (known) known.push(place);
    else groups.set(key, [place]);
  });
  const [first = [], ...others] = groups.values();
  const all = [[...first, ...waiting].sort((a, b) => a - b), ...others];
  return all.filter(({ length }) => length > 0);
}

/** Whether two runs are known to be of one question. */
export function sameQuestion(a: Asked | undefined, b: Asked | undefined): boolean {
  const key = questionKey(a);
  return key !== undefined && key === questionKey(b);
}
