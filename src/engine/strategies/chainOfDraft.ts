/** Chain of Draft (2502.18600): a few words a step, the answer after ####. */
import { z } from "zod";
import exemplars from "./exemplars/chainOfDraft.json";
import type { Message } from "../../core/trace";
import prompts from "./prompts.json";
import { instructed, strategy } from "./strategy";
import { generateToEnd } from "./think";

export const chainOfDraft = strategy({
  id: "chain-of-draft",
  title: "Chain of Draft",
  summary: "Keeps a draft of at most five words a step and answers after ####.",
  paper: "2502.18600",
  needs: [],
  stepKind: "draft",
  options: z.object({
    shots: z
      .int()
      .min(0)
      .max(3)
      .default(3)
      .describe("Examples shown before the question. Small untrained models need them."),
    task: z.enum(["maths", "sports", "coin"]).default("maths").describe("Which kind of draft the examples show."),
  }),
  async run(context, options) {
    const shown = exemplars[options.task].slice(0, options.shots).flatMap(({ question, draft }): Message[] => [
      { role: "user", content: question },
      { role: "assistant", content: draft },
    ]);
    const thread = context.thread();
    await thread.prefill(instructed(context.messages, prompts["chain-of-draft"].system, shown));
    await generateToEnd(context, thread);
    return thread.text;
  },
});
