/** The answer at once: its box is opened for the model, which has a few tokens to fill it. What reasoning of any kind has to beat. */
import * as z from "zod";
import { CLOSED_INDUCER, recordEnd } from "../thinking/think";
import { closedBlock } from "../thinking/thinkProgress";
import { Box } from "../thinking/trial";
import { strategy } from "./strategy";

export const answerOnly = strategy({
  id: "answer-only",
  name: "Answer Only",
  title: "Answer Only",
  summary: "Opens the answer's box at once and gives it a few tokens: the floor for models that reason without tags.",
  needs: ["prefix-continuation"],
  stepKind: "step",
  thinks: "off",
  role: "floor",
  options: z.object({
    tokens: z.int().min(1).max(256).default(32).describe("Most tokens of the answer in its box."),
    opening: z.string().max(200).default(CLOSED_INDUCER).describe("The words that open the box."),
  }),
  short: { tokens: 8 },
  words: () => "Do not reason. Give the final answer at once, in \\boxed{}.",
  async run(context, { tokens, opening }) {
    const { recorder, thinking } = context;
    const decoder = context.decoder();
    // A model that marks no thinking has no block to be closed.
    const block = thinking.format.closer === "" ? "" : closedBlock(thinking);
    await decoder.prefill(context.prompt(), block);
    recorder.begin("answer");
    await decoder.force(opening);
    const box = new Box();
    const generated = await decoder.generate({
      maxTokens: Math.min(tokens, context.maxTokens, decoder.room),
      sampling: context.sampling,
      stop: (_text, token) => box.take(token),
    });
    recorder.finish("answer");
    recordEnd(context, generated);
    return opening + generated.text;
  },
});
