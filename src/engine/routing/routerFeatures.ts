/**
 * What the bundled router sees of a question. `features` in training/router.py computes the same; test/fixtures/router.json,
 * which that file writes, holds both to it.
 */

/** Words beyond these do not count: a router reads the question, not the document pasted after it. */
const MOST_WORDS = 400;
/** ASCII letters and digits in runs of at most 40, other signs one by one; every digit is 0 by then. */
const WORD = /[A-Za-z0]{1,40}|[^\0- A-Za-z0]/gu;
/** A capital after these, or at the very beginning, does not make a name. */
const BEFORE_A_SENTENCE = new Set([".", "?", "!", ":", ")", '"']);
/** A name of each count, and from which numbers on it is a feature. */
const LEAST = { "#": [1, 2, 3, 4], "#AA": [1, 2, 3], "#l": [1, 2, 3, 5], "#w": [8, 16, 32, 64] } as const;

/** @returns the distinct buckets that a question falls into, ascending */
export function routerBuckets(question: string, buckets: number): number[] {
  const present = new Set([...routerFeatures(question)].map((feature) => fnv1a(feature) % buckets));
  return [...present].sort((a, b) => a - b);
}

/**
 * Lower-case words, pieces of the longer ones (endings such as -itis and -ase tell a profession), what words look like,
 * pairs of neighbours of which one has such a look, and how many numbers, abbreviations, long words and words there are.
 */
function routerFeatures(question: string): Set<string> {
  const words = wordsOf(question);
  const lower = words.map((word) => word.toLowerCase());
  const shapes = words.map((word, index) => shape(word, index === 0 || BEFORE_A_SENTENCE.has(words[index - 1]!)));
  const known = lower.map((word, index) => shapes[index] || word);
  const pairs = known.slice(1).map((word, index) => `${known[index]}_${word}`);
  const numbers = shapes.filter((each) => each === "^0").length;
  return new Set([
    ...lower,
    ...lower.slice(0, 1).map((word) => `|${word}`),
    ...shapes.filter((each) => each !== ""),
    ...[...new Set(lower)].flatMap(pieces),
    ...pairs.filter((_, index) => shapes[index] || shapes[index + 1]),
    ...(numbers === 0 ? ["#0"] : atLeast("#", numbers)),
    ...atLeast("#AA", shapes.filter((each) => each === "^AA").length),
    ...atLeast("#l", lower.filter((word) => word.length > 8).length),
    ...atLeast("#w", lower.length),
  ]);
}

/** Accents are taken off, so that “café” is one word; digits of every script are read as 0. */
function wordsOf(question: string): string[] {
  const plain = question
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/\p{Nd}/gu, "0");
  const words: string[] = [];
  for (const [word] of plain.matchAll(WORD)) {
    if (words.push(word) === MOST_WORDS) break;
  }
  return words;
}

/** A number, letters with digits, an abbreviation, one capital, a name inside a sentence, or nothing of these. */
function shape(word: string, first: boolean): string {
  const capitals = word.replace(/[^A-Z]/g, "").length;
  if (word.includes("0")) return /[^0]/.test(word) ? "^a0" : "^0";
  if (capitals >= 2 || (capitals === 1 && !/^[A-Z]/.test(word))) return "^AA";
  if (capitals === 0) return "";
  if (word.length === 1) return "^A";
  return first ? "" : "^Aa";
}

/** All runs of three and of four letters, the word's edges among them. */
function pieces(word: string): string[] {
  if (word.length < 5 || word.includes("0")) return [];
  const edged = `<${word}>`;
  return [3, 4].flatMap((length) =>
    Array.from({ length: edged.length - length + 1 }, (_, from) => `~${edged.slice(from, from + length)}`),
  );
}

const atLeast = (name: keyof typeof LEAST, count: number): string[] =>
  LEAST[name].filter((least) => count >= least).map((least) => `${name}${least}`);

/** FNV-1a, 32 bits, over UTF-8. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
