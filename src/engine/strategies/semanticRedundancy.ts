/**
 * Semantic redundancy, after PUMA (2605.17672): where a step says what was said before an answer is tried, and thinking stops
 * once a few of these answers in a row are sure.
 */
import * as z from "zod";
import { redundancyExit } from "../../core/exits/semanticRedundancy";
import { Checker } from "../thinking/checker";
import { joined } from "../thinking/askingRules";
import { askingRule, earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { ruleOptions } from "../thinking/ruleOptions";
import { readingSimilarity, similarityOptions } from "../thinking/stepSimilarity";
import { readTrials, trialOptions } from "../thinking/trialCheck";
import { stepByStep, strategy } from "./strategy";

const { score, trialTokens, inducers, mustClose } = trialOptions;

export const semanticRedundancy = strategy({
  id: redundancyExit.id,
  name: "Redundancy",
  title: "Redundancy (PUMA-like)",
  summary: "Tries an answer only where a step says what was said before, and stops once a few of these are sure.",
  paper: "2605.17672",
  needs: ["hidden-states", "cache-rewind"],
  stepKind: "step",
  thinks: "on",
  options: z.object({
    ...earlyExitOptions,
    checkAt: earlyExitOptions.checkAt.default("line"),
    maxChecks: earlyExitOptions.maxChecks.default(1000),
    ...similarityOptions,
    ...ruleOptions(redundancyExit),
    ...{ score, trialTokens, inducers, mustClose },
  }),
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run(context, options) {
    const decoder = context.localDecoder({ hidden: true });
    const checker = new Checker(context.recorder, redundancyExit, options);
    const readSimilarity = readingSimilarity(decoder, options.window);
    const ask = askingRule(checker, context.recorder, async () => {
      const similar = readSimilarity();
      if (!redundancyExit.tries!(similar.signals, options)) return similar;
      return joined([similar, await readTrials(context, decoder, options)]);
    });
    return thinkWithChecks(context, decoder, options, redundancyExit.reason, ask);
  },
});
