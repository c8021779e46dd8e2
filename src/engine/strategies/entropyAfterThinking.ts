/**
 * EAT, entropy after </think> (2509.26522): after each unit of thinking look, for the price of one token, how open the
 * answer would be if thinking ended here; stop once that figure has settled.
 */
import * as z from "zod";
import { entropyExit } from "../../core/exits/entropyAfterThinking";
import type { LocalDecoder } from "../decoding/localDecoder";
import { Checker, type Reading } from "../thinking/checker";
import { askingRule, earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { ruleOptions } from "../thinking/ruleOptions";
import type { RunContext } from "../thinking/runContext";
import { TRIAL_INDUCER } from "../thinking/think";
import { ThinkProgress } from "../thinking/thinkProgress";
import { stepByStep, strategy } from "./strategy";

export const entropyAfterThinking = strategy({
  id: entropyExit.id,
  name: "EAT",
  title: "EAT (entropy after </think>)",
  summary: "Stops when the entropy that the answer would start with has settled; one token a check.",
  paper: "2509.26522",
  needs: ["logits", "cache-rewind"],
  stepKind: "step",
  thinks: "on",
  options: z.object({
    ...earlyExitOptions,
    checkAt: earlyExitOptions.checkAt.default("line"),
    maxChecks: earlyExitOptions.maxChecks.default(200),
    close: z
      .string()
      .default("")
      .describe("Text after which the entropy is read; empty is what closes thinking in the model's own format."),
    ...ruleOptions(entropyExit),
  }),
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run(context, options) {
    const decoder = context.localDecoder();
    const checker = new Checker(context.recorder, entropyExit, options);
    const progress = new ThinkProgress(context.thinking, decoder);
    const read = () =>
      readEntropy(context, decoder, options.close === "" ? closingOf(context, progress) : options.close);
    return thinkWithChecks(context, decoder, options, entropyExit.reason, askingRule(checker, context.recorder, read));
  },
});

/** A block that the template has closed is not closed again: a model that reasons behind it is asked for its box. */
const closingOf = ({ thinking }: RunContext, progress: ThinkProgress): string =>
  thinking.opening === "closed" && !progress.isMarked ? TRIAL_INDUCER : progress.closing;

/** Closes thinking, reads how open the answer is, and takes the closing back. */
async function readEntropy({ recorder }: RunContext, decoder: LocalDecoder, close: string): Promise<Reading> {
  const { at } = recorder;
  const started = performance.now();
  const mark = decoder.mark();
  recorder.begin("trial");
  await decoder.force(close);
  const entropy = decoder.next.entropy();
  recorder.finish("trial");
  decoder.rewind(mark);
  return { signals: { entropy }, trial: [at, recorder.at], ms: performance.now() - started };
}
