/** Trial answers as what a check reads: how sure the model is of the answer that it would give now (DEER, 2504.15895, §3.2). */
import * as z from "zod";
import { deerExit } from "../../core/exits/deer";
import { combinedConfidence, TRIAL_CLOSINGS, TRIAL_SCORES } from "../../core/exits/trialConfidence";
import type { Decoder } from "../decoding/decoder";
import type { Reading } from "./checker";
import { ruleOptions } from "./ruleOptions";
import type { RunContext } from "./runContext";
import { ThinkProgress } from "./thinkProgress";
import { TRIAL_INDUCERS, tryAnswer, type Trial } from "./trial";

/** How an answer is tried, and how sure it must be. */
export const trialOptions = {
  ...ruleOptions(deerExit),
  score: z
    .enum(TRIAL_SCORES)
    .default("geometric")
    .describe("How the token probabilities in the box become one score; pro asks with several inducers."),
  trialTokens: z.int().min(1).max(200).default(20).describe("Most tokens of a trial answer."),
  inducers: z
    .array(z.string())
    .min(1)
    .default(TRIAL_INDUCERS)
    .describe("Texts that open a box for the trial answer; pro uses them all, the other scores the first."),
  mustClose: z
    .enum(TRIAL_CLOSINGS)
    .default("nothing")
    .describe("What a trial has to close within its tokens to count; thinking is the rule for Qwen3."),
};
export type TrialOptions = z.output<z.ZodObject<typeof trialOptions>>;

/** Those that are used: one, or for DEER-PRo all. */
export const inducersOf = ({ score, inducers }: TrialOptions): string[] =>
  score === "pro" ? inducers : inducers.slice(0, 1);

/** What a trial has to write after its box, where it has to. */
export const throughOf = ({ format }: ThinkProgress, { mustClose }: TrialOptions): string | undefined =>
  mustClose === "thinking" ? format.closer : undefined;

/** Tries an answer where the decoder stands, once with each inducer, and takes it back. */
export async function readTrials(context: RunContext, decoder: Decoder, options: TrialOptions): Promise<Reading> {
  const trials: Trial[] = [];
  const through = throughOf(new ThinkProgress(context.thinking, decoder), options);
  for (const inducer of inducersOf(options)) {
    trials.push(await tryAnswer(context, decoder, { inducer, through, maxTokens: options.trialTokens }));
  }
  const ms = trials.reduce((sum, trial) => sum + trial.ms, 0);
  return trialReading(context, trials, options, ms);
}

/** @param trials one for each inducer; the answer is that of the first */
export function trialReading(
  { grade }: RunContext,
  trials: readonly Trial[],
  options: TrialOptions,
  ms: number,
): Reading {
  const [first, last] = [trials[0]!, trials.at(-1)!];
  return {
    signals: { confidence: combinedConfidence(trials, options) },
    ...grade(first.answer === undefined ? undefined : `\\boxed{${first.answer}}`),
    closed: first.closed,
    trial: [first.span[0], last.span[1]],
    ms,
  };
}
