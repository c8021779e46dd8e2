/** Answer agreement (Dynasor, 2412.20993): stop once a few answers tried in a row are equal and said without hesitation. */
import * as z from "zod";
import { agreementExit } from "../../core/exits/answerAgreement";
import { answerOptions, thinkUntilAnswersAgree } from "../thinking/answerReading";
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
  options: z.object({ ...answerOptions, ...ruleOptions(agreementExit) }),
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run: (context, options) => thinkUntilAnswersAgree(context, options, agreementExit),
});
