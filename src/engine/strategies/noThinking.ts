/** NoThinking (2504.09858): the thinking block is closed at once. The floor that thinking has to beat. */
import * as z from "zod";
import { generateToEnd } from "../thinking/think";
import prompts from "./prompts.json";
import { instructed, strategy } from "./strategy";

export const noThinking = strategy({
  id: "no-thinking",
  name: "No Thinking",
  title: "No Thinking",
  summary: "Closes the thinking block at once and answers: the control for every saving.",
  paper: "2504.09858",
  needs: [],
  stepKind: "step",
  role: "floor",
  offeredIn: ["benchmark"],
  options: z.object({
    prefill: z
      .string()
      .default(prompts["no-thinking"].prefill)
      .describe("The closed thinking block that the answer starts from."),
  }),
  prompt: (messages) => instructed(messages, prompts["no-thinking"].system),
  async run(context, options) {
    const decoder = context.decoder();
    await decoder.prefill(context.prompt(), options.prefill);
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});
