/** ThinkBrake (2510.00546): stop where closing the block is about as likely as going on. */
import * as z from "zod";
import { thinkBrakeExit } from "../../core/exits/thinkBrake";
import { Checker } from "../thinking/checker";
import { readingMargin } from "../thinking/closingMargin";
import { askingRule, earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { ruleOptions } from "../thinking/ruleOptions";
import { stepByStep, strategy } from "./strategy";

export const thinkBrake = strategy({
  id: thinkBrakeExit.id,
  name: "ThinkBrake",
  title: "ThinkBrake (margin of going on)",
  summary: "Stops where closing the block is about as likely as going on; a check costs no token.",
  paper: "2510.00546",
  needs: ["logits"],
  stepKind: "step",
  thinks: "on",
  options: z.object({
    ...earlyExitOptions,
    checkAt: earlyExitOptions.checkAt.default("line"),
    maxChecks: earlyExitOptions.maxChecks.default(1000),
    ...ruleOptions(thinkBrakeExit),
  }),
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run(context, options) {
    const decoder = context.localDecoder();
    const checker = new Checker(context.recorder, thinkBrakeExit, options);
    const read = readingMargin(context, decoder);
    const ask = askingRule(checker, context.recorder, () => Promise.resolve(read()));
    return thinkWithChecks(context, decoder, options, thinkBrakeExit.reason, ask);
  },
});
