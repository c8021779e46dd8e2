/** Answer convergence (2506.02536): stop once the answer has been the same at many checks in a row. */
import * as z from "zod";
import { convergenceExit } from "../../core/exits/answerConvergence";
import { AnswerReading, agreementReading, answerOptions, readAnswer } from "../thinking/answerReading";
import { Checker } from "../thinking/checker";
import { askingRule, earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { ruleOptions } from "../thinking/ruleOptions";
import { stepByStep, strategy } from "./strategy";

export const answerConvergence = strategy({
  id: convergenceExit.id,
  name: "Convergence",
  title: "Convergence",
  summary: "Tries an answer at each line and stops once it has been the same for many of them.",
  paper: "2506.02536",
  needs: ["prefix-continuation"],
  stepKind: "step",
  thinks: "on",
  options: z.object({
    ...earlyExitOptions,
    checkAt: earlyExitOptions.checkAt.default("line"),
    maxChecks: earlyExitOptions.maxChecks.default(200),
    ...answerOptions,
    ...ruleOptions(convergenceExit),
  }),
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run(context, options) {
    const decoder = context.decoder();
    const checker = new Checker(context.recorder, convergenceExit, options);
    const reading = new AnswerReading();
    const read = async () => agreementReading(context, reading, await readAnswer(context, decoder, options));
    return thinkWithChecks(
      context,
      decoder,
      options,
      convergenceExit.reason,
      askingRule(checker, context.recorder, read),
    );
  },
});
