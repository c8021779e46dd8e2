/** Trial answers as what rules of agreement read: whether the same answer came again, and without hesitation. */
import * as z from "zod";
import { agreed, hesitates, NO_AGREEMENT, type Agreement } from "../../core/exits/agreement";
import type { ExitRule } from "../../core/exits/rule";
import type { Recorder } from "../decoding/recorder";
import { Checker, type Reading } from "./checker";
import { askingRule, earlyExitOptions, thinkWithChecks } from "./earlyExit";
import type { RunContext } from "./runContext";
import { TRIAL_INDUCER } from "./think";
import { tryAnswer } from "./trial";

/** Where an answer is tried, and how. */
export const answerOptions = {
  ...earlyExitOptions,
  checkAt: earlyExitOptions.checkAt.default("line"),
  maxChecks: earlyExitOptions.maxChecks.default(200),
  trialTokens: z.int().min(1).max(200).default(20).describe("Most tokens of a trial answer."),
  inducer: z.string().default(TRIAL_INDUCER).describe("Text that opens a box for the trial answer."),
};
type AnswerOptions = z.output<z.ZodObject<typeof answerOptions>>;

/** Follows the trial answers of one run. */
export class AnswerReading {
  private before: Agreement | undefined;

  constructor(private readonly recorder: Pick<Recorder, "trace">) {}

  /** The last of them; of a run that began inside another, the one before it did. */
  private get known(): Agreement {
    const last = this.recorder.trace.checks.findLast(({ signals }) => signals?.["agreeing"] !== undefined);
    return last ? { answer: last.answer, count: last.signals!["agreeing"]! } : NO_AGREEMENT;
  }

  /** The next trial answer as signals; undefined where there is none, or none that was written to its end. */
  take(answer: string | undefined): { agreeing: number; hesitates: number } {
    this.before = agreed(this.before ?? this.known, answer);
    return { agreeing: this.before.count, hesitates: Number(hesitates(answer ?? "")) };
  }
}

/**
 * Thinks, tries an answer at each checkpoint, and stops where the rule says that the answers agree.
 * @returns the decoder's text
 */
export function thinkUntilAnswersAgree<Settings extends AnswerOptions, State>(
  context: RunContext,
  options: Settings,
  rule: ExitRule<Pick<Settings, Exclude<keyof Settings, keyof AnswerOptions>>, State>,
): Promise<string> {
  const decoder = context.decoder();
  const answers = new AnswerReading(context.recorder);
  const read = async (): Promise<Reading> => {
    const { inducer, trialTokens } = options;
    const { answer, closed, span, ms } = await tryAnswer(context, decoder, { inducer, maxTokens: trialTokens });
    const graded = context.grade(answer === undefined ? undefined : `\\boxed{${answer}}`);
    return { signals: answers.take(closed ? answer : undefined), ...graded, trial: span, ms };
  };
  const ask = askingRule(new Checker(context.recorder, rule, options), context.recorder, read);
  return thinkWithChecks(context, decoder, options, rule.reason, ask);
}
