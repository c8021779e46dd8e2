/** How alike the steps of two traces are, pair by pair. */
import { isNumber, isOperation, plainNotation, stepFacts, weightOf, type StepFacts } from "./stepFacts";

/** A step with what it says. */
export interface FactStep {
  text: string;
  facts: StepFacts;
}

export const factStep = (text: string): FactStep => ({ text, facts: stepFacts(text) });

/** Of two steps with the same words; more than of any two that only say the same. */
export const SAME_WORDS = 1.05;

/** Similarities of all pairs of n steps with m others. */
export interface StepScores {
  n: number;
  m: number;
  /** How much two steps share, 0 to 1; 1 for the same words. */
  similarity(i: number, j: number): number;
  /** How much of the poorer of two steps the other says too, 0 to 1; `SAME_WORDS` for the same words that say something. */
  covered(i: number, j: number): number;
  /** Less than 1 where one says over three times what the other says: a step that sums all up is nobody's partner. */
  balance(i: number, j: number): number;
  /** Weight of the facts that both say, however often others say them. */
  common(i: number, j: number): number;
  /** Whether what both say tells them from other steps: an operation, more than two numbers, or several words. */
  telling(i: number, j: number): boolean;
  /** Whether a step says anything. */
  says: { a(i: number): boolean; b(j: number): boolean };
}

/** Rare facts tell more than those that stand in every step: weight · ln(1 + steps / uses). */
function rarityOf(steps: readonly FactStep[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { facts } of steps) for (const fact of facts.keys()) uses.set(fact, (uses.get(fact) ?? 0) + 1);
  return new Map([...uses].map(([fact, count]) => [fact, weightOf(fact) * Math.log(1 + steps.length / count)]));
}

/** Equal for steps that differ in blanks, case, punctuation and notation only. */
const wordsOf = (text: string): string =>
  plainNotation(text)
    .toLowerCase()
    .replace(/[\s.,;:!?]+/g, "");

/** Whether two steps have the same words, and whether these say anything. */
const enum Same {
  No,
  Words,
  Facts,
}

/** “Wait, let me check this again.” is the same step in two traces though it says nothing; “So” is not. */
const FEWEST_WORDS = 3;

/** What shared facts have to come to before they tell two steps from others, and what each kind adds. */
const TELLING = 7;
const TELLS = { operation: 7, number: 3, word: 1, wordAmongWords: 3 };

const hasFigures = ({ facts }: FactStep): boolean =>
  [...facts.keys()].some((fact) => isNumber(fact) || isOperation(fact));

/** Indices of steps by what they have. */
function stepsBy(steps: readonly FactStep[], keysOf: (step: FactStep) => Iterable<string>): Map<string, number[]> {
  const found = new Map<string, number[]>();
  steps.forEach((step, index) => {
    for (const key of keysOf(step)) {
      const known = found.get(key);
      if (known) known.push(index);
      else found.set(key, [index]);
    }
  });
  return found;
}

export function scoreSteps(a: readonly FactStep[], b: readonly FactStep[]): StepScores {
  const rarity = rarityOf([...a, ...b]);
  const weigh = ({ facts }: FactStep): number => [...facts.keys()].reduce((sum, fact) => sum + rarity.get(fact)!, 0);
  const [weightsA, weightsB] = [a.map(weigh), b.map(weigh)];
  const [figuresA, figuresB] = [a.map(hasFigures), b.map(hasFigures)];
  const [n, m] = [a.length, b.length];
  /** All [n, m]. */
  const [shared, common, tells, same] = [
    new Float32Array(n * m),
    new Float32Array(n * m),
    new Float32Array(n * m),
    new Uint8Array(n * m),
  ];
  const saidIn = stepsBy(b, ({ facts }) => facts.keys());
  const byWords = stepsBy(b, ({ text }) => [wordsOf(text)]);
  a.forEach(({ text, facts }, i) => {
    for (const fact of facts.keys())
      for (const j of saidIn.get(fact) ?? []) {
        const at = i * m + j;
        const word = figuresA[i]! || figuresB[j]! ? TELLS.word : TELLS.wordAmongWords;
        shared[at]! += rarity.get(fact)!;
        common[at]! += weightOf(fact);
        tells[at]! += isOperation(fact) ? TELLS.operation : isNumber(fact) ? TELLS.number : word;
      }
    const alike = facts.size > 0 ? Same.Facts : text.trim().split(/\s+/).length >= FEWEST_WORDS ? Same.Words : Same.No;
    for (const j of byWords.get(wordsOf(text)) ?? []) same[i * m + j] = alike;
  });
  const poorer = (i: number, j: number): number => Math.min(weightsA[i]!, weightsB[j]!);
  return {
    n,
    m,
    similarity: (i, j) => {
      const at = i * m + j;
      if (same[at] !== Same.No) return 1;
      const both = shared[at]!;
      return both === 0 ? 0 : (0.65 * both) / poorer(i, j) + (0.35 * both) / (weightsA[i]! + weightsB[j]! - both);
    },
    covered: (i, j) => {
      const at = i * m + j;
      if (same[at] === Same.Facts) return SAME_WORDS;
      return shared[at] === 0 ? 0 : shared[at]! / poorer(i, j);
    },
    balance: (i, j) => 0.75 + 0.25 * Math.min(1, (3 * poorer(i, j)) / Math.max(weightsA[i]!, weightsB[j]!)),
    common: (i, j) => common[i * m + j]!,
    telling: (i, j) => tells[i * m + j]! >= TELLING,
    says: { a: (i) => a[i]!.facts.size > 0, b: (j) => b[j]!.facts.size > 0 },
  };
}
