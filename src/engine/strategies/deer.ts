/** DEER, dynamic early exit (2504.15895): at each transition word try an answer, and stop thinking once it is sure. */
import { z } from "zod";
import { LocalThread } from "../localThread";
import type { ChosenToken, Thread } from "../thread";
import { tryBeside } from "./besideTrial";
import { earlyExitOptions, thinkWithChecks, type Verdict } from "./earlyExit";
import { strategy, type RunContext } from "./strategy";
import { TRIAL_INDUCER } from "./think";
import { trialConfidence, tryAnswer, type Trial } from "./trial";

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
    .default([TRIAL_INDUCER])
    .describe("Texts that ask for the trial answer; pro uses them all."),
  requireClosed: z
    .boolean()
    .default(false)
    .describe("Count a trial only if it closes within its tokens (the rule for Qwen3)."),
};
type TrialOptions = z.output<z.ZodObject<typeof trialOptions>>;

const options = z.object({
  ...earlyExitOptions,
  ...trialOptions,
  parallel: z
    .boolean()
    .default(false)
    .describe("Decode the trial beside the continued thought, two tokens a pass, where the model can mask and evict."),
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
    const thread = context.thread();
    const beside = options.parallel ? parallelThread(context, thread) : undefined;
    return thinkWithChecks(context, thread, options, "confidence", (held) =>
      beside ? isSureBeside(context, beside, options, held) : isSure(context, thread, options),
    );
  },
});

/** The thread as one that can carry two branches, or undefined with a note. */
function parallelThread(context: RunContext, thread: Thread): LocalThread | undefined {
  if (thread instanceof LocalThread && thread.model.has("cache-evict") && thread.model.has("attention-mask"))
    return thread;
  context.recorder.note("info", "This model cannot mask and evict, so trials run one after the other.");
  return undefined;
}

/** Tries an answer while the thought goes on. */
async function isSureBeside(
  context: RunContext,
  thread: LocalThread,
  options: Options,
  held: readonly ChosenToken[],
): Promise<Verdict> {
  const at = context.recorder.at;
  const { transitions, trialTokens } = options;
  const trial = await tryBeside(context, thread, {
    held,
    transitions,
    waitsAtLines: options.checkAt !== "transition",
    maxTokens: trialTokens,
  });
  const confidence = combine([trial], options);
  const stops = confidence > options.threshold;
  recordCheck(context, options, at, [trial], confidence);
  if (!stops) return { wrote: trial.goOn().length };
  trial.stop();
  return true;
}

/** Tries an answer here and records the check. @returns whether its confidence passes the threshold */
export async function isSure(context: RunContext, thread: Thread, options: TrialOptions): Promise<boolean> {
  const at = context.recorder.at;
  const trials: Trial[] = [];
  for (const inducer of options.score === "pro" ? options.inducers : options.inducers.slice(0, 1)) {
    trials.push(await tryAnswer(context, thread, { inducer, maxTokens: options.trialTokens }));
  }
  const confidence = combine(trials, options);
  recordCheck(context, options, at, trials, confidence);
  return confidence > options.threshold;
}

function recordCheck(
  context: RunContext,
  options: TrialOptions,
  at: number,
  trials: readonly Trial[],
  confidence: number,
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
    ms: trials.reduce((sum, trial) => sum + trial.ms, 0),
  });
}

/** One score from one or several trials. DEER-PRo: the mean over inducers less their mean absolute deviation. */
function combine(trials: readonly Trial[], { score, requireClosed }: TrialOptions): number {
  const scores = trials.map((trial) =>
    requireClosed && !trial.closed
      ? 0
      : trialConfidence(trial.logprobs, score === "arithmetic" ? "arithmetic" : "geometric"),
  );
  const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length;
  if (score !== "pro") return mean;
  return Math.max(0, mean - scores.reduce((sum, each) => sum + Math.abs(each - mean), 0) / scores.length);
}
