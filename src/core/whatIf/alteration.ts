/**
 * Steps altered by plain rules: a mistake put in, or the same said in other words. A rule changes what it knows and nothing
 * else; where it knows nothing, it says so.
 */
import { plainNotation } from "../measure/stepFacts";

/** A number as it is written in a step, with its decimals. */
const NUMBER = /(?<![\p{L}\d.,])\d{1,12}(?:\.\d{1,6})?(?![\p{L}\d]|[.,]\d)/gu;

/** Words whose number counts places and comes from nothing: "after round 3", "in step 2". */
const COUNTED =
  /\b(?:step|stage|round|day|week|month|year|hour|stop|part|case|line|page|row|column|problem|question|equation|option|choice|figure|number|no\.|attempt|box|player|person)s? $/i;

/** By how much a number is off: enough to be another answer, little enough to be believed. */
const OFF = [1, 2, 3, -1, -2, 10];

/** Words whose opposite makes a step wrong, where it has no number. */
const OPPOSITES: readonly (readonly [RegExp, string])[] = [
  [/\bis not\b/, "is"],
  [/\bare not\b/, "are"],
  [/\bcannot\b/, "can"],
  [/\babove\b/, "below"],
  [/\bbelow\b/, "above"],
  [/\bmore\b/, "fewer"],
  [/\bfewer\b/, "more"],
  [/\bgreater\b/, "smaller"],
  [/\bless\b/, "more"],
  [/\btrue\b/, "false"],
  [/\bfalse\b/, "true"],
  [/\bis\b/, "is not"],
  [/\bare\b/, "are not"],
  [/\bcan\b/, "cannot"],
];

/** What a step comes to: the number behind its last sign of equality, else the last one that does not count places. */
function resultOf(step: string): RegExpExecArray | undefined {
  const numbers = [...step.matchAll(NUMBER)];
  const equals = step.lastIndexOf("=");
  const equated = equals < 0 ? undefined : numbers.find(({ index }) => index > equals);
  const isCounted = ({ index }: RegExpExecArray) => COUNTED.test(step.slice(Math.max(0, index - 20), index));
  return equated ?? numbers.findLast((number) => !isCounted(number)) ?? numbers.at(-1);
}

/**
 * A step with a mistake: the number that it comes to is another one; without a number, the first word that has an opposite
 * is that.
 * @param random uniform in [0, 1)
 * @returns undefined where it has neither
 */
export function mistakenStep(step: string, random: () => number): string | undefined {
  const number = resultOf(step);
  if (number) {
    const [written] = number;
    const decimals = written.split(".")[1]?.length ?? 0;
    const value = Number(written);
    const off = OFF[Math.floor(random() * OFF.length)]!;
    const wrong = value + off < 0 ? value - off : value + off;
    const text = decimals > 0 ? wrong.toFixed(decimals) : String(wrong);
    return step.slice(0, number.index) + text + step.slice(number.index + written.length);
  }
  for (const [word, opposite] of OPPOSITES) if (word.test(step)) return step.replace(word, opposite);
  return undefined;
}

/** Other words for what thoughts are held together with; each keeps what the step says. */
const PARAPHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bThat makes\b/g, "This gives"],
  [/\bSo the answer is\b/g, "The answer is therefore"],
  [/\bSo\b(?= )/g, "Therefore"],
  [/\bTherefore\b(?=,? )/g, "Hence"],
  [/\bThus\b/g, "So"],
  [/\bFirst\b(?=, )/g, "To begin with"],
  [/\bNext\b(?=, )/g, "After that"],
  [/\bThen\b(?= )/g, "After that"],
  [/\bFinally\b(?=, )/g, "In the end"],
  [/\bWe (?:need|have) to\b/g, "What has to be done is to"],
  [/\bLet(?:'s|’s| us| me)\b/g, "I will"],
  [/\bequals\b/g, "is equal to"],
  [/\bbecause\b/g, "since"],
  [/\bhowever\b/gi, "but"],
  [/\bEvery (\w+) is an? (\w+)/g, "All $1es are $2es"],
];
/** Sums and products whose order does not matter, of two numbers that no other sign stands beside. */
const SWAPPED = /(?<![\d.+*×/^-]\s?)\b(\d+(?:\.\d+)?) ([+×*]) (\d+(?:\.\d+)?)(?= =)/g;

/**
 * A text in other words: connectives, and the order of sums and products of two numbers.
 * @returns undefined where nothing in it is known to be sayable otherwise
 */
export function paraphrasedText(text: string): string | undefined {
  let changed = text.replace(SWAPPED, (whole, a: string, sign: string, b: string) =>
    a === b ? whole : `${b} ${sign} ${a}`,
  );
  // What one rule has written is not for the next.
  const kept: string[] = [];
  for (const [words, others] of PARAPHRASES)
    changed = changed.replace(words, (...match: (string | number)[]) => {
      const groups = match.slice(1, -2);
      kept.push(others.replace(/\$(\d)/g, (_, index: string) => String(groups[Number(index) - 1] ?? "")));
      return `\uE000${kept.length - 1}\uE001`;
    });
  changed = changed.replace(/\uE000(\d{1,6})\uE001/g, (_, index: string) => kept[Number(index)] ?? "");
  return changed === text ? undefined : changed;
}

/** Tokens of filler in the place of a thought (2307.13702, section 2.5). */
export const fillerText = (tokens: number): string => " ...".repeat(Math.max(1, tokens));

/** The numbers of a text, in their order of size: a paraphrase has the same, a mistake others. */
export function numbersOf(text: string): string {
  return [...plainNotation(text).matchAll(/\d+(?:\.\d+)?/g)]
    .map(([number]) => number)
    .sort()
    .join(" ");
}

const LEAST_LENGTH = 0.4;
const MOST_LENGTH = 2.5;

/** Whether what a model wrote is its step with a mistake: about as long, and with other numbers or, without numbers, other words. */
export const isMistake = (step: string, written: string): boolean =>
  isAbout(step, written) &&
  (numbersOf(step) === "" ? wordsOf(step) !== wordsOf(written) : numbersOf(step) !== numbersOf(written));

/** Whether what a model wrote says the same in other words, as far as numbers tell. */
export const isParaphrase = (text: string, written: string): boolean =>
  isAbout(text, written) && numbersOf(text) === numbersOf(written) && wordsOf(text) !== wordsOf(written);

const isAbout = (text: string, written: string): boolean =>
  written.trim() !== "" && written.length >= text.length * LEAST_LENGTH && written.length <= text.length * MOST_LENGTH;

const wordsOf = (text: string): string => (text.toLowerCase().match(/\p{L}+/gu) ?? []).join(" ");
