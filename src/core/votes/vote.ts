/** Votes over several samples of one question: which answer they come to, and what they had to write for it. */
import type { Sentence } from "../text/l10n";
import { isSameAnswer } from "../text/sameAnswer";
import type { Sureness } from "./sureness";

/** One run of a question. */
export interface Sample {
  answer: string | undefined;
  /** Equal for answers of the same meaning, where that was found out beforehand; else answers are compared. */
  meaning?: number | undefined;
  correct: boolean | undefined;
  /** Tokens of thinking, and all that were written. */
  thinking: number;
  tokens: number;
  /** Milliseconds of the whole run. */
  ms: number;
  /** How sure the model was while it thought; undefined where that was not recorded. */
  sureness: Sureness | undefined;
}

export interface Outcome {
  answer: string | undefined;
  correct: boolean | undefined;
  /** Tokens that all samples write until the answer stands. */
  tokens: number;
  /** Milliseconds until then where all samples run at once. */
  ms: number;
}

export interface Vote {
  readonly id: string;
  readonly title: Sentence;
  /** Whether it needs how sure the model was of its tokens. */
  readonly readsSureness?: boolean;
  /** @param samples at least one, in the order in which they were drawn */
  decide(samples: readonly Sample[]): Outcome;
}

/** The answer with the most weight; of equals the one that was given first. Samples without an answer do not vote. */
export function weightiest(
  samples: readonly Sample[],
  weight: (sample: Sample) => number,
): Pick<Outcome, "answer" | "correct"> & { weight: number } {
  const answers: { first: Sample; weight: number }[] = [];
  for (const sample of samples) {
    const { answer } = sample;
    if (answer === undefined) continue;
    const known = answers.find(({ first }) => meansTheSame(sample, first));
    if (known) known.weight += weight(sample);
    else answers.push({ first: sample, weight: weight(sample) });
  }
  const best = answers.reduce<(typeof answers)[number] | undefined>(
    (most, each) => (most && most.weight >= each.weight ? most : each),
    undefined,
  );
  return { answer: best?.first.answer, correct: best?.first.correct, weight: best?.weight ?? 0 };
}

const meansTheSame = (a: Sample, b: Sample): boolean =>
  a.meaning !== undefined && b.meaning !== undefined
    ? a.meaning === b.meaning
    : isSameAnswer(a.answer ?? "", b.answer ?? "");

/** What all samples cost where each is written to its end. */
export const wholeCost = (samples: readonly Sample[]): Pick<Outcome, "tokens" | "ms"> => ({
  tokens: samples.reduce((sum, { tokens }) => sum + tokens, 0),
  ms: samples.reduce((most, { ms }) => Math.max(most, ms), 0),
});
