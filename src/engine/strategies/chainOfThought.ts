/** Plain chain of thought, the baseline that every saving is measured against. */
import { z } from "zod";
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
    const thread = context.thread();
    await thread.prefill(instructed(context.messages, prompts["chain-of-thought"].system));
    await generateToEnd(context, thread);
    return thread.text;
  },
});
