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
 * Runs by their question, in the order in which each was first asked; one that does not say its question stands alone.
 * @returns for each question the places of its runs
 */
export function byQuestion(headers: readonly (Asked | undefined)[]): number[][] {
  const groups = new Map<string, number[]>();
  headers.forEach((header, place) => {
    const key = questionKey(header) ?? `unknown ${place}`;
    const known = groups.get(key);
    if (known) known.push(place);
    else groups.set(key, [place]);
  });
  return [...groups.values()];
}
