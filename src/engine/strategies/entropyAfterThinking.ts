/**
 * EAT, entropy after </think> (2509.26522): after each unit of thinking look, for the price of the tokens that close it, how
 * open the answer would be if thinking ended here; stop once that figure has settled.
 */
import * as z from "zod";
import { entropyExit } from "../../core/exits/entropyAfterThinking";
import { Checker } from "../thinking/checker";
import { askingRule, earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { readingEntropy } from "../thinking/entropyReading";
import { ruleOptions } from "../thinking/ruleOptions";
import { stepByStep, strategy } from "./strategy";

export const entropyAfterThinking = strategy({
  id: entropyExit.id,
  name: "EAT",
  title: "EAT (entropy after </think>)",
  summary:
    "Stops when the entropy that the answer would start with has settled; a check costs the few tokens that close thinking.",
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
  published: { checkAt: "paragraph" },
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run(context, options) {
    const decoder = context.localDecoder();
    const checker = new Checker(context.recorder, entropyExit, options);
    const read = readingEntropy(context, decoder, options.close);
    return thinkWithChecks(context, decoder, options, entropyExit.reason, askingRule(checker, context.recorder, read));
  },
});
