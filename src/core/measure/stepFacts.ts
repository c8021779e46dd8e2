/** What a step of reasoning says: its numbers, the operations it carries out on them, names and other words. */

/** From three on: "one" and "two" are said of everything. */
const NUMBER_WORDS = "- - - three four five six seven eight nine ten eleven twelve".split(" ");

/** Words that carry no meaning of their own, and those with which a model talks to itself rather than about the problem. */
const STOP_WORDS = new Set(
  (
    "the and for with that this there then than from have has had was were are his her him she he they their its it " +
    "into each every all also because but not you can will would should could how many much what which when where who let " +
    "lets need find get first next now step total answer wait check means equals per more less out one two does did do " +
    "only same still just so of to in on at by be is as or if an we us our my i okay ok hmm yeah yep alright right sure " +
    "maybe perhaps think thought thinking see know remember recall actually really indeed well again another other too " +
    "very about here some any these those such like make makes made making take takes taking give gives given given getting " +
    "got goes going go want wants say says said means mean seems seem looks look thus hence therefore since finally final " +
    "problem question asked asks ask following follows using use used uses way ways alternatively however though although"
  ).split(" "),
);

/** Notation of LaTeX and of Unicode as plain signs: `\frac{5}{3}` and `5/3` say the same. */
const NOTATION: readonly (readonly [RegExp, string])[] = [
  [/\\sqrt\s*\{([^{}]*)\}/g, " sqrt($1) "],
  [/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "($1)/($2)"],
  [/\\(?:left|right|displaystyle|quad|qquad|text|mathrm|boxed|begin\{\w{0,20}\}|end\{\w{0,20}\})/g, " "],
  [/\\(?:times|cdot)|[×·∙⋅]/g, "*"],
  [/\\div|÷/g, "/"],
  [/[−–]/g, "-"],
  [/√/g, " sqrt "],
  [/²/g, "^2"],
  [/³/g, "^3"],
  [/\\[()[\]{}!,;:> ]|[$£€&]|\\\\/g, " "],
  [/\\pi\b/g, "π"],
  [/\\theta\b/g, "θ"],
  [/[^\S\n]?π[^\S\n]?/g, "π"],
  [/\\([a-zA-Z]+)/g, " $1 "],
  [/\{/g, "("],
  [/\}/g, ")"],
];

/** Tags and compression tokens that a model writes around its thoughts. */
const MARKUP = /<\/?[a-z]\w{0,15}>/gi;

/** The number or dot before an item of a list, or before a step, is no part of what it says. */
const LIST_MARK = /^\s*(?:[-*•]|\d{1,2}[.)]|\**step \d{1,2}[:.])\s+(?=[\p{L}\\$*])/iu;

/** `text` without markup, in plain notation. */
export function plainNotation(text: string): string {
  const bare = text.replace(MARKUP, " ").replace(LIST_MARK, "");
  return NOTATION.reduce((plain, [sign, by]) => plain.replace(sign, by), bare);
}

/** Each fact with how to show it; what kind of fact it is, its first character says. */
export type StepFacts = ReadonlyMap<string, string>;

export const isNumber = (fact: string): boolean => fact.startsWith("#");
/** An operation on two numbers or symbols. */
export const isOperation = (fact: string): boolean => fact.startsWith("=");

/** How much a fact tells: operations more than numbers, numbers more than words. */
export const weightOf = (fact: string): number => (isOperation(fact) ? 3 : isNumber(fact) ? 2 : 1);

const SIGNS: Record<string, string> = { "*": "×", "-": "−" };

/** Signs in words; a model that talks to itself says “6 times 7”. */
const SPOKEN_SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b/g, "+"],
  [/\bminus\b/g, "-"],
  [/\b(?:times|multiplied by)\b/g, "*"],
  [/\bdivided by\b/g, "/"],
  [/\bsquared\b/g, "^2"],
];

const OPERAND = "\\d+(?:\\.\\d+)?|[a-zπθ]";
/** Factors written side by side: 9h, 45π, 9πh. */
const PRODUCT = /(?<![\p{L}\d.])(\d{1,9}(?:\.\d{1,9})?)?([a-zπθ]{1,3})(?!\p{L})/gu;
/**
 * A sign between two operands, brackets and a unit aside: `(3) + 4`, `3 bags + 4`. It is looked for from every place, since
 * operands are shared: 1 + 2 + 3. What follows a unit may not be a minus: “3 is -6” takes nothing away.
 */
const OPERATION = new RegExp(
  `(?=(?<![\\w.])(${OPERAND})[)\\s]*(?:\\s[a-z]{2,20}\\s*(?=[+*/][(\\s]*\\d))?([-+*/^])[(\\s]*(${OPERAND})(?!\\w|\\.\\d))`,
  "g",
);

/** `=41+13`: what stands on both sides of a sign, in a fixed order where the order does not matter. */
function addOperations(plain: string, add: (fact: string, shown: string) => void): void {
  const withoutCommas = plain
    .toLowerCase()
    .replace(/(?<=\d),(?=\d{3})/g, "")
    .replace(/\(\s*-/g, "(");
  for (const [, number, letters = ""] of withoutCommas.matchAll(PRODUCT)) {
    if (number === undefined && !/[πθ]/.test(letters)) continue;
    const factors = [...(number === undefined ? [] : [number]), ...letters];
    factors.slice(1).forEach((factor, index) => add(`=${factors[index]}*${factor}`, `${factors[index]}${factor}`));
  }
  const signed = SPOKEN_SIGNS.reduce((text, [word, sign]) => text.replace(word, sign), withoutCommas);
  for (const [, left = "", sign = "", right = ""] of signed.matchAll(OPERATION)) {
    const swaps = (sign === "+" || sign === "*") && left > right;
    const [x, y] = swaps ? [right, left] : [left, right];
    add(`=${x}${sign}${y}`, `${left} ${SIGNS[sign] ?? sign} ${right}`);
  }
}

/** Characters of a step whose facts are told. */
const LONGEST_STEP = 20_000;

/** A word without its ending, so that “adding” and “adds”, “boxes” and “box” are one. */
function stemOf(word: string): string {
  const stem = word
    .replace(/(?<=\w{2})(?:ies|ied|y)$/, "i")
    .replace(/(?<=\w{3})(?:ing|ed|es)$/, "")
    .replace(/(?<=\w{2})(?<![su])s$/, "");
  return stem.length > 3 ? stem.replace(/e$/, "") : stem;
}

/**
 * Numbers by value (`#1200`), operations (`=41+13`), names and other words in lower case without their endings. Words
 * without meaning are left out.
 */
export function stepFacts(text: string): StepFacts {
  const plain = plainNotation(text.slice(0, LONGEST_STEP));
  const facts = new Map<string, string>();
  const add = (fact: string, shown: string): void => void (facts.has(fact) || facts.set(fact, shown));
  const addNumber = (value: number): void => add(`#${value}`, String(value));
  for (const [number] of plain.matchAll(/(?<![\w.])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)/g))
    addNumber(Number(number.replaceAll(",", "")));
  addOperations(plain, add);
  for (const [word] of plain.matchAll(/[\p{L}][\p{L}'’-]*/gu)) {
    const written = word.split(/['’]/, 1)[0]!;
    const lower = written.toLowerCase();
    const number = NUMBER_WORDS.indexOf(lower);
    if (number >= 0) addNumber(number);
    else if (lower.length > 2 && !STOP_WORDS.has(lower)) add(stemOf(lower), written);
  }
  return facts;
}
