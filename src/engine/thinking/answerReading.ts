/** Trial answers as what rules of agreement read: whether the same answer came again, and without hesitation. */
import * as z from "zod";
import { agreed, hesitates, NO_AGREEMENT, type Agreement } from "../../core/exits/agreement";
import type { Decoder } from "../decoding/decoder";
import type { Reading } from "./checker";
import type { RunContext } from "./runContext";
import { TRIAL_INDUCER } from "./think";
import { tryAnswer, type Trial } from "./trial";

/** How an answer is tried. */
export const answerOptions = {
  trialTokens: z.int().min(1).max(200).default(20).describe("Most tokens of a trial answer."),
  inducer: z.string().default(TRIAL_INDUCER).describe("Text that opens a box for the trial answer."),
};
type AnswerOptions = z.output<z.ZodObject<typeof answerOptions>>;

/** Follows the trial answers of one run. */
export class AnswerReading {
  private before: Agreement = NO_AGREEMENT;

  /** The next trial answer as signals. */
  take(answer: string | undefined): { agreeing: number; hesitates: number } {
    this.before = agreed(this.before, answer);
    return { agreeing: this.before.count, hesitates: Number(hesitates(answer ?? "")) };
  }
}

/** One trial where the decoder stands, taken back. */
export const readAnswer = (
  context: RunContext,
  decoder: Decoder,
  { inducer, trialTokens }: AnswerOptions,
): Promise<Trial> => tryAnswer(context, decoder, { inducer, maxTokens: trialTokens });

/** What a rule of agreement reads of a trial. */
export function agreementReading({ grade }: RunContext, reading: AnswerReading, trial: Trial): Reading {
  return {
    signals: reading.take(trial.answer),
    ...grade(trial.answer === undefined ? undefined : `\\boxed{${trial.answer}}`),
    trial: trial.span,
    ms: trial.ms,
  };
}
