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
  return JSON.stringify(turns.map(({ role, content }) => [role, plain(content)]));
}

const plain = (content: string): string => content.replaceAll("\r\n", "\n").trim();

/** Whether two runs were asked the same; also where neither says what, as two runs of one prompt may. Quick for long lists. */
export function askedTheSame(a: Asked, b: Asked): boolean {
  if (a.messages === b.messages) return true;
  const [left, right] = [questionOf(a), questionOf(b)];
  if (left !== right && plain(left) !== plain(right)) return false;
  const isEqual =
    a.messages.length === b.messages.length &&
    a.messages.every(({ role, content, calls }, at) => {
      const other = b.messages[at]!;
      return role === other.role && content === other.content && !calls && !other.calls;
    });
  return isEqual || questionKey(a) === questionKey(b);
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
  return a !== undefined && b !== undefined && questionOf(a).trim() !== "" && askedTheSame(a, b);
}
