/** DEER, dynamic early exit (2504.15895): at each transition word try an answer, and stop thinking once it is sure. */
import * as z from "zod";
import type { LocalDecoder } from "../decoding/localDecoder";
import type { ChosenToken, Decoder } from "../decoding/decoder";
import { tryBeside } from "./besideTrial";
import { earlyExitOptions, thinkWithChecks, type Verdict } from "./earlyExit";
import { strategy, type RunContext } from "./strategy";
import { TRIAL_INDUCERS, trialConfidence, tryAnswer, type Trial } from "./trial";

/** How an answer is tried, and how sure it must be. */
export const trialOptions = {
  threshold: z.number().min(0).max(1).default(0.95).describe("Confidence above which thinking stops."),
  score: z
    .enum(["geometric", "arithmetic", "pro"])
    .default("geometric")
    .describe("How the token probabilities in the box become one score; pro asks with several inducers."),
  trialTokens: z.int().min(1).max(200).default(20).describe("Most tokens of a trial answer."),
  inducers: z
    .array(z.string())
    .min(1)
    .default(TRIAL_INDUCERS)
    .describe("Texts that open a box for the trial answer; pro uses them all, the other scores the first."),
  mustClose: z
    .enum(["nothing", "box", "thinking"])
    .default("nothing")
    .describe("What a trial has to close within its tokens to count; thinking is the rule for Qwen3."),
};
type TrialOptions = z.output<z.ZodObject<typeof trialOptions>>;

const options = z.object({
  ...earlyExitOptions,
  ...trialOptions,
  parallel: z
    .boolean()
    .default(false)
    .describe(
      "Decode trials beside the continued thought, a token of each a pass, where the model can mask and evict.",
    ),
});
type Options = z.output<typeof options>;

export const deer = strategy({
  id: "deer",
  title: "DEER (dynamic early exit)",
  summary: "Tries an answer wherever the model is about to reconsider and stops thinking when it is confident enough.",
  paper: "2504.15895",
  needs: ["logprobs-only", "prefix-continuation"],
  stepKind: "step",
  options,
  run(context, options) {
    const beside = options.parallel ? branchingDecoder(context) : undefined;
    const decoder = beside ?? context.decoder();
    return thinkWithChecks(context, decoder, options, "confidence", (held) =>
      beside ? isSureBeside(context, beside, options, held) : isSure(context, decoder, options),
    );
  },
});

/** A decoder that can carry two branches, or undefined with a note. */
function branchingDecoder(context: RunContext): LocalDecoder | undefined {
  if (context.has("cache-evict") && context.has("attention-mask")) return context.localDecoder();
  context.recorder.note("info", "This model cannot mask and evict, so trials run one after the other.");
  return undefined;
}

/** Tries an answer while the thought goes on. */
async function isSureBeside(
  context: RunContext,
  decoder: LocalDecoder,
  options: Options,
  held: readonly ChosenToken[],
): Promise<Verdict> {
  const at = context.recorder.at;
  const { transitions, trialTokens } = options;
  const beside = await tryBeside(context, decoder, {
    held,
    inducers: inducersOf(options),
    throughThinking: options.mustClose === "thinking",
    transitions,
    waitsAtLines: options.checkAt !== "transition",
    maxTokens: trialTokens,
  });
  const confidence = combine(beside.trials, options);
  const stops = confidence > options.threshold;
  recordCheck(context, options, at, beside.trials, confidence, beside.ms);
  if (!stops) return { wrote: beside.goOn().length };
  beside.stop();
  return true;
}

/** Tries an answer here and records the check. @returns whether its confidence passes the threshold */
export async function isSure(context: RunContext, decoder: Decoder, options: TrialOptions): Promise<boolean> {
  const at = context.recorder.at;
  const trials: Trial[] = [];
  for (const inducer of inducersOf(options)) {
    const throughThinking = options.mustClose === "thinking";
    trials.push(await tryAnswer(context, decoder, { inducer, throughThinking, maxTokens: options.trialTokens }));
  }
  const confidence = combine(trials, options);
  recordCheck(context, options, at, trials, confidence);
  return confidence > options.threshold;
}

const inducersOf = ({ score, inducers }: TrialOptions): string[] => (score === "pro" ? inducers : inducers.slice(0, 1));

function recordCheck(
  context: RunContext,
  options: TrialOptions,
  at: number,
  trials: readonly Trial[],
  confidence: number,
  ms = trials.reduce((sum, trial) => sum + trial.ms, 0),
): void {
  const [first, last] = [trials[0]!, trials.at(-1)!];
  const { answer, correct } = context.grade(first.answer === undefined ? undefined : `\\boxed{${first.answer}}`);
  context.recorder.event({
    t: "check",
    at,
    by: "deer",
    ...(answer === undefined ? {} : { answer }),
    confidence,
    threshold: options.threshold,
    ...(correct === undefined ? {} : { correct }),
    trial: [first.span[0], last.span[1]],
    ms,
  });
}

/** One score from one or several trials. DEER-PRo: the mean over inducers less their mean absolute deviation. */
function combine(trials: readonly Trial[], { score, mustClose }: TrialOptions): number {
  const counts = { nothing: () => true, box: (trial: Trial) => trial.closed, thinking: closedBoth }[mustClose];
  const scores = trials.map((trial) =>
    !counts(trial) ? 0 : trialConfidence(trial.logprobs, score === "arithmetic" ? "arithmetic" : "geometric"),
  );
  const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length;
  if (score !== "pro") return mean;
  return Math.max(0, mean - scores.reduce((sum, each) => sum + Math.abs(each - mean), 0) / scores.length);
}

const closedBoth = (trial: Trial): boolean => trial.closed && trial.closedThinking;
