/** Several right answers of one question, any of which counts, as the one text that traces, tables and people are shown. */

const BETWEEN = " ⟨or⟩ ";
/** Answers of one question: lists of names by which a thing is known go on for long. */
const MOST = 50;

/** Distinct answers as one text; that of a single one is itself. */
export function oneOf(answers: readonly string[]): string {
  const distinct = new Map<string, string>();
  for (const answer of answers.map((each) => each.trim()).filter((each) => each !== "")) {
    const plain = answer.toLowerCase();
    if (distinct.size < MOST && !distinct.has(plain)) distinct.set(plain, answer);
  }
  return [...distinct.values()].join(BETWEEN);
}

/** The answers of such a text; any other text is one. */
export const acceptedIn = (gold: string): string[] => gold.split(BETWEEN, MOST);
