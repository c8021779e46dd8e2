/** Things in an order: `A > B > C`, `Alice -> Bob`, `1. Alice 2. Bob`, against one another or a list with commas. */
import { comparableWords } from "./words";
import type { Verdict } from "./sameExpression";

interface Ranking {
  items: string[];
  /** `marks` between them say the order, `numbers` before them, or nothing but where they stand. */
  by: "marks" | "numbers" | "place";
}

const MOST_ITEMS = 30;
const FORWARDS = /\s?(?:-{1,3}>|={1,3}>|\\to|\\succ|>|\\gt)\s?/;
const BACKWARDS = /\s?(?:<-{1,3}|<|\\lt|\\prec)\s?/;
/** A thing that has a name: what could be mathematics is compared as that. */
const NAME = /^(?=.*\p{L})[\p{L}\p{M}\d][\p{L}\p{M}\d'’. -]{0,60}$/u;

const named = (items: readonly string[]): string[] | undefined => {
  const plain = items.map((item) => item.trim().replace(/\.$/, ""));
  const isRanking = plain.length > 1 && plain.length <= MOST_ITEMS && plain.every((item) => NAME.test(item));
  return isRanking ? plain.map(comparableWords) : undefined;
};

function numbered(text: string): string[] | undefined {
  const parts = text.split(/(?:^|[\s,;]{1,3})(\d{1,2})[.)] /);
  const numbers = parts.filter((_, at) => at % 2 === 1).map(Number);
  if (parts[0] !== "" || !numbers.every((number, at) => number === at + 1)) return undefined;
  return named(parts.filter((_, at) => at > 0 && at % 2 === 0));
}

function ranking(text: string): Ranking | undefined {
  if (text.length > 500 || /[=≥≤]|\\[gl]e /.test(text.replace(/={1,3}>/g, ""))) return undefined;
  const [forwards, backwards] = [text.split(FORWARDS), text.split(BACKWARDS)];
  const byMarks =
    forwards.length > 1
      ? backwards.length > 1 && !/->|=>/.test(text)
        ? undefined
        : named(forwards)
      : named(backwards)?.reverse();
  if (byMarks) return { items: byMarks, by: "marks" };
  const byNumbers = numbered(text);
  if (byNumbers) return { items: byNumbers, by: "numbers" };
  const listed = named(text.split(/, and |,| and /));
  return listed && { items: listed, by: "place" };
}

/**
 * Compares two orders of the same things.
 * @returns undefined where nothing says that an order is meant, or other things are ordered
 */
export function sameRanking(answer: string, gold: string): Verdict | undefined {
  const [a, g] = [answer, gold].map((text) => ranking(text.replace(/[→⇒➔➜]/g, "->")));
  if (!a || !g || (a.by === g.by && a.by !== "marks") || a.items.length !== g.items.length) return undefined;
  if (a.items.every((item, at) => item === g.items[at])) return "right";
  const isSame = [...a.items].sort().join("\n") === [...g.items].sort().join("\n");
  return isSame && [a, g].some(({ by }) => by === "marks") ? "wrong" : undefined;
}
