/** Answer agreement (Dynasor, 2412.20993): stop once a few answers tried in a row are equal and said without hesitation. */
import * as z from "zod";
import { agreementExit } from "../../core/exits/answerAgreement";
import { AnswerReading, agreementReading, answerOptions, readAnswer } from "../thinking/answerReading";
import { Checker } from "../thinking/checker";
import { askingRule, earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { ruleOptions } from "../thinking/ruleOptions";
import { stepByStep, strategy } from "./strategy";

export const answerAgreement = strategy({
  id: agreementExit.id,
  name: "Agreement",
  title: "Agreement (Dynasor)",
  summary: "Tries an answer at each line and stops once a few in a row are equal and none of them hesitates.",
  paper: "2412.20993",
  needs: ["prefix-continuation"],
  stepKind: "step",
  thinks: "on",
  options: z.object({
    ...earlyExitOptions,
    checkAt: earlyExitOptions.checkAt.default("line"),
    maxChecks: earlyExitOptions.maxChecks.default(200),
    ...answerOptions,
    ...ruleOptions(agreementExit),
  }),
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run(context, options) {
    const decoder = context.decoder();
    const checker = new Checker(context.recorder, agreementExit, options);
    const reading = new AnswerReading();
    const read = async () => agreementReading(context, reading, await readAnswer(context, decoder, options));
    return thinkWithChecks(
      context,
      decoder,
      options,
      agreementExit.reason,
      askingRule(checker, context.recorder, read),
    );
  },
});
