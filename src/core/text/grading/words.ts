/** Answers in words: compared without case, accents, articles and punctuation. */
import { samePeriod } from "./calendar";
import type { Verdict } from "./sameExpression";

/** Marks that only divide words. What could be mathematics, as + or %, stays. */
const PUNCTUATION = /(?:(?![#%&*/@\\_-])[\p{P}\s](?!(?<=\d.)\d)|(?<=\p{L})-(?=\p{L}))+/gu;

/** Lower case, no accents, articles or punctuation: what is left when two wordings are compared. */
export function comparableWords(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/(?<=(?<!\p{L})\p{L})\.(?=\p{L}(?!\p{L}))|'/gu, "")
    .replace(PUNCTUATION, " ")
    .replace(/ (?:an?|the)(?= )/g, "")
    .replace(/^ ?(?:an?|the) (?=.)/, "")
    .trim();
}

/** Without the spaces that do not part two numbers. */
const squeezed = (text: string) => text.replace(/(?<!\d) | (?!\d)/g, "");

/** "Tom is a lempus" as subject and predicate; undefined for other texts. */
export function statement(text: string): { subject: string; predicate: string } | undefined {
  const match = /^(.{1,200}?) (?:is|are|was|were|equals) (.+)$/is.exec(text);
  return match ? { subject: match[1]!, predicate: match[2]! } : undefined;
}

const YES =
  "yes true yeah oui sí ja да так evet sim vrai wahr verdadero vero verdadeiro правда 是 是的 对 對 正确 正確 はい 네 예 نعم हाँ";
const NO =
  "no false nope non nein nej нет ні hayır não faux falsch falso ложь 否 不是 不对 错 错误 錯誤 いいえ 아니요 아니오 لا नहीं";
const POLARITY = new Map([
  ...YES.split(" ").map((word) => [word, true] as const),
  ...NO.split(" ").map((word) => [word, false] as const),
]);
/** Words that say the same. */
const SYNONYMS = new Map([
  ["dne", "does not exist"],
  ["do not exist", "does not exist"],
  ["no solutions", "no solution"],
  ["no real solutions", "no real solution"],
  ["none of above", "none of these"],
  // Labels of claims and inferences.
  ["supported", "supports"],
  ["refuted", "refutes"],
  ["entailed", "entailment"],
  ["contradicted", "contradiction"],
]);
/** Words that say yes or no where that is asked, and something else elsewhere. */
const JUDGED = new Map([
  ["correct", true],
  ["t", true],
  ["not true", false],
  ["not correct", false],
  ["untrue", false],
  ["incorrect", false],
  ["f", false],
]);
/** Neither yes nor no, as the third label of questions of logic (FOLIO, ProofWriter, FEVER). */
const UNDECIDED =
  /^(?:uncertain|unknown|undetermined|undecided|undecidable|indeterminate|inconclusive|neither true nor false|(?:not enough info(?:rmation)?|insufficient information)(?: to \w{1,12})?|(?:it |answer |statement |conclusion |truth value )?(?:cannot|can not|cant|could not) be (?:determined|inferred|concluded|deduced|known|decided)(?: from (?:premises|context|given information|information given|passage))?)$/;

/** Whether a text says that nothing follows. */
const isUndecided = (words: string): boolean => UNDECIDED.test(words.replace(/^(?:there is|it is|this is) /, ""));

const NEGATIONS = /(?:^| )(?:not|no|never|none|neither|nor|without|isnt|doesnt|cannot|cant|wont|arent)(?= |$)/;
/** More words are a text, which no rule can call wrong. */
const FEW = 4;

/** Whether a text says yes or no, in its first word. */
export function polarity(text: string): boolean | undefined {
  return POLARITY.get(/^[\p{L}\p{M}]+(?=$|[\s.,:;!–。，！-])/u.exec(text.trim())?.[0].toLowerCase() ?? "");
}

const initials = (words: readonly string[]) => words.map((word) => word[0]).join("");

/** Compares two wordings. Short ones that share nothing are different; what holds the other, or is a text, is unknown. */
export function sameWords(answer: string, gold: string): Verdict {
  const plain = (text: string) => SYNONYMS.get(comparableWords(text)) ?? comparableWords(text);
  const [a, g] = [plain(answer), plain(gold)];
  if (a === "" || g === "") return "unknown";
  if (squeezed(a) === squeezed(g)) return "right";
  const period = samePeriod(answer, gold);
  if (period) return period;
  const [says, expected] = [JUDGED.get(a) ?? polarity(answer), polarity(gold)];
  if (isUndecided(g)) {
    if (isUndecided(a)) return "right";
    if (says !== undefined) return "wrong";
  } else if (expected !== undefined && !g.includes(" ") && isUndecided(a)) return "wrong";
  if (expected !== undefined && !g.includes(" ")) {
    // “Yes and no” says both.
    if (says !== undefined)
      return says === expected && !/^(?:yes|no) (?:and|or) (?:yes|no)/.test(a)
        ? "right"
        : says === expected
          ? "unknown"
          : "wrong";
    return a.split(" ").length === 1 ? "wrong" : "unknown";
  }
  const [words, goldWords] = [a.split(" "), g.split(" ")];
  if (NEGATIONS.test(a) !== NEGATIONS.test(g))
    return words.length <= FEW + 1 && goldWords.length <= FEW + 1 ? "wrong" : "unknown";
  const [short, long] = words.length < goldWords.length ? [words, goldWords] : [goldWords, words];
  const held = new Set(long);
  if (short.every((word) => held.has(word))) return "unknown";
  if (
    short.length === 1 &&
    long.length > 1 &&
    short[0] === initials(long.filter((word) => !/^(?:of|and|for|in|on)$/.test(word)))
  )
    return "unknown";
  if (isPlural(a, g) || isPlural(g, a)) return "unknown";
  return long.length <= FEW ? "wrong" : "unknown";
}

const isPlural = (many: string, one: string) =>
  many === `${one}s` || many === `${one}es` || many === `${one.replace(/y$/, "i")}es`;
