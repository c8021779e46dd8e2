/** DEER, dynamic early exit (2504.15895): at each transition word try an answer, and stop thinking once it is sure. */
import { z } from "zod";
import type { Generated } from "../thread";
import prompts from "./prompts.json";
import { instructed, strategy, type RunContext } from "./strategy";
import { answerNow, isThinking, recordEnd, TRIAL_INDUCER } from "./think";
import { trialConfidence, tryAnswer, type Trial } from "./trial";

const options = z.object({
  threshold: z.number().min(0).max(1).default(0.95).describe("Confidence above which thinking stops."),
  score: z
    .enum(["geometric", "arithmetic", "pro"])
    .default("geometric")
    .describe("How the token probabilities in the box become one score; pro asks with several inducers."),
  transitions: z
    .array(z.string())
    .default(["Wait", "Alternatively"])
    .describe("Words before which an answer is tried."),
  maxChecks: z.int().min(0).default(10).describe("Most trials in one run."),
  trialTokens: z.int().min(1).max(200).default(20).describe("Most tokens of a trial answer."),
  thinkRatio: z.number().min(0.1).max(1).default(0.9).describe("Share of the token budget that thinking may use."),
  inducers: z
    .array(z.string())
    .min(1)
    .default([TRIAL_INDUCER])
    .describe("Texts that ask for the trial answer; pro uses them all."),
  requireClosed: z
    .boolean()
    .default(false)
    .describe("Count a trial only if it closes within its tokens (the rule for Qwen3)."),
});
type Options = z.output<typeof options>;

export const deer = strategy({
  id: "deer",
  title: "DEER (dynamic early exit)",
  summary: "Tries an answer wherever the model is about to reconsider and stops thinking when it is confident enough.",
  paper: "2504.15895",
  needs: [],
  stepKind: "step",
  options,
  async run(context, options) {
    const thread = context.thread();
    await thread.prefill(instructed(context.messages, prompts["chain-of-thought"].system));
    const budget = Math.floor(context.maxTokens * options.thinkRatio);
    let used = 0;
    let checks = 0;
    for (;;) {
      const generated: Generated = await thread.generate({
        maxTokens: Math.min(budget - used, thread.room),
        sampling: context.sampling,
        transitions: checks < options.maxChecks ? options.transitions : [],
        stop: () => !isThinking(thread.text) && thread.text.includes("</think>"),
      });
      used += generated.tokens.length;
      if (generated.stoppedBy === "transition") {
        checks += 1;
        const at = context.recorder.at;
        if (isThinking(thread.text) && (await isSure(context, thread, options))) {
          context.recorder.exit("confidence", { at });
          break;
        }
        await thread.accept(generated.held);
        used += generated.held.length;
        continue;
      }
      if (generated.stoppedBy === "budget")
        context.recorder.exit("budget", { message: "The thinking budget was used up." });
      else recordEnd(context, generated);
      if (generated.stoppedBy === "end") return thread.text;
      break;
    }
    await answerNow(context, thread);
    return thread.text;
  },
});

/** Tries an answer here and records the check. */
async function isSure(
  context: RunContext,
  thread: Parameters<typeof tryAnswer>[1],
  options: Options,
): Promise<boolean> {
  const at = context.recorder.at;
  const trials: Trial[] = [];
  for (const inducer of options.score === "pro" ? options.inducers : options.inducers.slice(0, 1)) {
    trials.push(await tryAnswer(context, thread, { inducer, maxTokens: options.trialTokens }));
  }
  const confidence = combine(trials, options);
  const { answer, correct } = context.grade(
    trials[0]!.answer === undefined ? undefined : `\\boxed{${trials[0]!.answer}}`,
  );
  context.recorder.event({
    t: "check",
    at,
    by: "deer",
    ...(answer === undefined ? {} : { answer }),
    confidence,
    threshold: options.threshold,
    ...(correct === undefined ? {} : { correct }),
    trial: [trials[0]!.span[0], trials.at(-1)!.span[1]],
    ms: trials.reduce((sum, trial) => sum + trial.ms, 0),
  });
  return confidence > options.threshold;
}

/** One score from one or several trials. DEER-PRo: the mean over inducers less their mean absolute deviation. */
function combine(trials: readonly Trial[], { score, requireClosed }: Options): number {
  const scores = trials.map((trial) =>
    requireClosed && !trial.closed
      ? 0
      : trialConfidence(trial.logprobs, score === "arithmetic" ? "arithmetic" : "geometric"),
  );
  const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length;
  if (score !== "pro") return mean;
  return Math.max(0, mean - scores.reduce((sum, each) => sum + Math.abs(each - mean), 0) / scores.length);
}
