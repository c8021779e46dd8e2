/** NoThinking (2504.09858): the thinking block is closed at once. The floor that thinking has to beat. */
import * as z from "zod";
import { LONGEST_PLAIN_ANSWER } from "../../core/measure/plainAnswer";
import { generateToEnd } from "../thinking/think";
import { closedBlock } from "../thinking/thinkProgress";
import prompts from "./prompts.json";
import { strategy } from "./strategy";

export const noThinking = strategy({
  id: "no-thinking",
  name: "No Thinking",
  title: "No Thinking",
  summary: "Closes the thinking block at once and answers: the control for every saving.",
  paper: "2504.09858",
  needs: [],
  stepKind: "step",
  thinks: "off",
  role: "floor",
  offeredIn: ["benchmark"],
  options: z.object({
    prefill: z
      .string()
      .default("")
      .describe(
        "The closed thinking block that the answer starts from; empty is the model's own, where its chat template does not close it by itself.",
      ),
  }),
  published: { prefill: "<think>\nOkay, I think I have finished thinking.\n</think>\n\n" },
  words: () => prompts["no-thinking"].system,
  async run(context, options) {
    const decoder = context.decoder();
    await decoder.prefill(context.prompt(), closedBlock(context.thinking, options.prefill));
    const { tokens } = await generateToEnd(context, decoder);
    if (tokens.length > LONGEST_PLAIN_ANSWER)
      context.recorder.note(
        "warning",
        `Behind the closed thinking block the model wrote ${tokens.length} tokens: it may have reasoned in its answer, and then this run shows no floor.`,
      );
    return decoder.text;
  },
});
