/** Answer convergence (2506.02536): stop once the answer has been the same at many checks in a row. */
import * as z from "zod";
import { convergenceExit } from "../../core/exits/answerConvergence";
import { answerOptions, thinkUntilAnswersAgree } from "../thinking/answerReading";
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
  options: z.object({ ...answerOptions, ...ruleOptions(convergenceExit) }),
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  run: (context, options) => thinkUntilAnswersAgree(context, options, convergenceExit),
});
