/** Budget forcing, s1 (2501.19393): thinking is cut at a sentence end after N tokens, or drawn out with "Wait". */
import { endsIn, endsLine } from "../../core/text/trim";
import * as z from "zod";
import { budgetExit } from "../../core/exits/budget";
import { decide } from "../../core/exits/rule";
import { ruleOptions } from "../thinking/ruleOptions";
import { answerNow, answerRoom, recordEnd } from "../thinking/think";
import { ThinkProgress } from "../thinking/thinkProgress";
import { stepByStep, strategy } from "./strategy";

export const budget = strategy({
  id: budgetExit.id,
  name: "Budget",
  title: "Budget (s1)",
  summary:
    "Cuts thinking at the first sentence end after a number of tokens; can also force more thinking with “Wait”.",
  paper: "2501.19393",
  needs: ["prefix-continuation"],
  stepKind: "step",
  thinks: "on",
  options: z.object({
    ...ruleOptions(budgetExit),
    extensions: z.int().min(0).max(10).default(0).describe("How often thinking that ends by itself is continued."),
    extension: z.string().default("\n\nWait,").describe("Text written in place of the end of thinking."),
  }),
  published: { grace: 0, extension: "Wait" },
  short: { tokens: 8 },
  words: stepByStep,
  async run(context, options) {
    const decoder = context.decoder();
    await decoder.prefill(context.prompt());
    const reserve = answerRoom(decoder);
    const progress = new ThinkProgress(context.thinking, decoder);
    let used = 0;
    let extensions = 0;
    for (;;) {
      const generated = await decoder.generate({
        maxTokens: Math.min(options.tokens + options.grace - used, Math.max(1, decoder.room - reserve)),
        sampling: context.sampling,
        transitions: progress.isUnderWay ? [progress.format.closer] : [],
        stop: (_text, token) => {
          used += 1;
          const signals = { tokens: used, sentenceEnd: Number(endsIn(token.text, ".!?;") || endsLine(token.text)) };
          return progress.isUnderWay && decide(budgetExit, [signals], options).stops;
        },
      });
      if (generated.stoppedBy === "transition") {
        if (extensions < options.extensions && used < options.tokens) {
          extensions += 1;
          await decoder.force(options.extension);
          continue;
        }
        await decoder.accept(generated.held);
        context.recorder.exit("end-of-thinking");
      } else if (["end", "context", "repetition"].includes(generated.stoppedBy)) {
        recordEnd(context, generated);
        if (generated.stoppedBy === "end" && extensions < options.extensions && progress.isUnderWay)
          context.recorder.note("info", "The turn ended where no mark ended thinking: it is not drawn out.");
      } else {
        context.recorder.exit("budget", { message: `Thinking was cut after ${used} tokens.` });
      }
      if (generated.stoppedBy !== "end") await answerNow(context, decoder, context.maxTokens - used);
      return decoder.text;
    }
  },
});
