/** Votes over several samples of one question: which answer they come to, and what they had to write for it. */
import { isSameAnswer } from "../text/sameAnswer";

/** One run of a question. */
export interface Sample {
  answer: string | undefined;
  correct: boolean | undefined;
  /** Tokens of thinking, and all that were written. */
  thinking: number;
  tokens: number;
  /** Milliseconds of the whole run. */
  ms: number;
  /** Of each token of thinking, how sure the model was: its entropy, negated, in nats; empty where it was not recorded. */
  sureness: readonly number[];
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
  readonly title: string;
  /** Whether it needs how sure the model was of its tokens. */
  readonly readsSureness?: boolean;
  /** @param samples at least one, in the order in which they were drawn */
  decide(samples: readonly Sample[]): Outcome;
}

/** The answer with the most weight; of equals the one that was given first. Samples without an answer do not vote. */
export function weightiest(
  samples: readonly Sample[],
  weight: (sample: Sample) => number,
): Pick<Outcome, "answer" | "correct"> {
  const answers: { first: Sample; weight: number }[] = [];
  for (const sample of samples) {
    const { answer } = sample;
    if (answer === undefined) continue;
    const known = answers.find(({ first }) => isSameAnswer(answer, first.answer!));
    if (known) known.weight += weight(sample);
    else answers.push({ first: sample, weight: weight(sample) });
  }
  const best = answers.reduce<(typeof answers)[number] | undefined>(
    (most, each) => (most && most.weight >= each.weight ? most : each),
    undefined,
  );
  return { answer: best?.first.answer, correct: best?.first.correct };
}

/** What all samples cost where each is written to its end. */
export const wholeCost = (samples: readonly Sample[]): Pick<Outcome, "tokens" | "ms"> => ({
  tokens: samples.reduce((sum, { tokens }) => sum + tokens, 0),
  ms: samples.reduce((most, { ms }) => Math.max(most, ms), 0),
});
