/** Places in an order: `21st`, `twenty-first`, `third place`, `No. 3`, `rank 3`; a bare number may be one too. */
import { comparableWords } from "./words";
import { numberWords } from "./numberWords";
import type { Verdict } from "./sameExpression";

interface Ordinal {
  place: number;
  /** What is counted, as in `21st century`. */
  rest: string;
  /** Whether it is written as a place and not as a number. */
  isPlace: boolean;
}

/** Words for places that their numbers do not end in `th` for. */
const IRREGULAR: Record<string, string> = {
  first: "one",
  second: "two",
  third: "three",
  fifth: "five",
  eighth: "eight",
  ninth: "nine",
  twelfth: "twelve",
};
const WRITTEN = /^(\d{1,6})(?:st|nd|rd|th)(?: (.{1,40}))?$/i;
const NAMED = /^(?:no\.? |number |# ?|(?:rank|place|position)(?:ed)? ?:? ?)(\d{1,6})$/i;
const NUMBER = /^\d{1,6}$/;
/** What a place is of, and says no more than that it is one. */
const PLACE = /^(?:place|position|rank|one)$/i;
const PART = /\w[ -](?:hundred|thousand|million)th$/i;
/** More words are a sentence. */
const MOST_WORDS = 5;

/** `twenty-first` as `twenty-one`; undefined where a word is no place. */
function cardinal(word: string): string | undefined {
  const own = IRREGULAR[word];
  if (own !== undefined) return own;
  if (!word.endsWith("th")) return undefined;
  const stem = word.slice(0, -"th".length);
  return stem.endsWith("ie") ? `${stem.slice(0, -"ie".length)}y` : stem;
}

function spokenOrdinal(text: string): Ordinal | undefined {
  const words = text.toLowerCase().replaceAll("-", " ").split(" ");
  if (words.length > MOST_WORDS) return undefined;
  for (const [at, word] of words.entries()) {
    const last = cardinal(word);
    const lead = words.slice(0, at).join(" ");
    const number = last === undefined ? undefined : numberWords([lead, leading(last, lead)].filter(Boolean).join(" "));
    if (number?.rest === "" && NUMBER.test(number.digits))
      return { place: Number(number.digits), rest: words.slice(at + 1).join(" "), isPlace: true };
  }
  return undefined;
}

/** A hundred of anything is one hundred. */
const leading = (word: string, before: string) =>
  before === "" && /^(?:hundred|thousand)$/.test(word) ? `one ${word}` : word;

function ordinal(text: string): Ordinal | undefined {
  const plain = text
    .trim()
    .replace(/^(?:the|in|on|at) (?:the )?/i, "")
    .replace(/\.$/, "");
  if (plain.length > 60) return undefined;
  if (NUMBER.test(plain)) return { place: Number(plain), rest: "", isPlace: false };
  const named = NAMED.exec(plain)?.[1];
  if (named !== undefined) return { place: Number(named), rest: "", isPlace: true };
  const written = WRITTEN.exec(plain);
  const found = written ? { place: Number(written[1]), rest: written[2] ?? "", isPlace: true } : spokenOrdinal(plain);
  return found && { ...found, rest: PLACE.test(found.rest) ? "" : found.rest };
}

/** Compares two places, or one with a bare number. @returns undefined where neither is written as a place, or what is counted differs */
export function sameOrdinal(answer: string, gold: string): Verdict | undefined {
  const [a, g] = [ordinal(answer), ordinal(gold)];
  if (!a || !g || !(a.isPlace || g.isPlace)) return undefined;
  // “One hundredth” is a part too, where no place is said on the other side.
  if (!(a.isPlace && g.isPlace) && (PART.test(answer) || PART.test(gold))) return undefined;
  if (a.rest !== "" && g.rest !== "" && comparableWords(a.rest) !== comparableWords(g.rest)) return undefined;
  if (a.place !== g.place) return "wrong";
  // What is counted may be all that was asked for, or the number.
  return (a.isPlace || g.rest === "") && (g.isPlace || a.rest === "") ? "right" : "unknown";
}
