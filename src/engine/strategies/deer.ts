/** DEER, dynamic early exit (2504.15895): at each transition word try an answer, and stop thinking once it is sure. */
import * as z from "zod";
import { deerExit } from "../../core/exits/deer";
import type { ChosenToken } from "../decoding/decoder";
import type { LocalDecoder } from "../decoding/localDecoder";
import { tryBeside } from "../thinking/besideTrial";
import { Checker } from "../thinking/checker";
import { askingRule, earlyExitOptions, thinkWithChecks, type CheckpointReading } from "../thinking/earlyExit";
import type { RunContext } from "../thinking/runContext";
import { ThinkProgress } from "../thinking/thinkProgress";
import { inducersOf, readTrials, throughOf, trialOptions, trialReading } from "../thinking/trialCheck";
import { stepByStep, strategy } from "./strategy";

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
  id: deerExit.id,
  name: "DEER",
  title: "DEER (dynamic early exit)",
  summary: "Tries an answer wherever the model is about to reconsider and stops thinking when it is confident enough.",
  paper: "2504.15895",
  needs: ["logprobs-only", "prefix-continuation"],
  stepKind: "step",
  thinks: "on",
  offeredIn: ["comparison", "benchmark"],
  options,
  short: { checkAt: "line", maxChecks: 1 },
  words: stepByStep,
  run(context, options) {
    const beside = options.parallel ? branchingDecoder(context) : undefined;
    const decoder = beside ?? context.decoder();
    const checker = new Checker(context.recorder, deerExit, options);
    const read = (held: readonly ChosenToken[]): Promise<CheckpointReading> =>
      beside ? readBeside(context, beside, options, held) : readTrials(context, decoder, options);
    return thinkWithChecks(context, decoder, options, deerExit.reason, askingRule(checker, context.recorder, read));
  },
});

/** A decoder that can carry two branches, or undefined with a note. */
function branchingDecoder(context: RunContext): LocalDecoder | undefined {
  if (context.has("cache-evict") && context.has("attention-mask")) return context.localDecoder();
  context.recorder.note("info", "This model cannot mask and evict, so trials run one after the other.");
  return undefined;
}

/** Tries an answer while the thought goes on. */
async function readBeside(
  context: RunContext,
  decoder: LocalDecoder,
  options: Options,
  held: readonly ChosenToken[],
): Promise<CheckpointReading> {
  const { transitions, trialTokens } = options;
  const progress = new ThinkProgress(context.thinking, decoder);
  const beside = await tryBeside(context, decoder, {
    held,
    inducers: inducersOf(options),
    closer: progress.format.closer,
    through: throughOf(progress, options),
    transitions,
    waitsAtLines: options.checkAt !== "transition",
    maxTokens: trialTokens,
  });
  return { ...trialReading(context, beside.trials, options, beside.ms), beside };
}
