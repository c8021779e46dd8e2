/** Plain chain of thought, the baseline that every saving is measured against. */
import * as z from "zod";
import prompts from "./prompts.json";
import { instructed, strategy } from "./strategy";
import { generateToEnd } from "./think";

export const chainOfThought = strategy({
  id: "chain-of-thought",
  title: "Chain of Thought",
  summary: "Thinks step by step to its own end, then answers. The baseline.",
  paper: "2201.11903",
  needs: [],
  stepKind: "step",
  options: z.object({}),
  async run(context) {
    const decoder = context.decoder();
    await decoder.prefill(instructed(context.messages, prompts["chain-of-thought"].system));
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});
