/** Chain of Draft (2502.18600): a few words a step, the answer after ####. */
import * as z from "zod";
import type { Message } from "../../core/trace/trace";
import { generateToEnd } from "../thinking/think";
import exemplars from "./exemplars/chainOfDraft.json";
import prompts from "./prompts.json";
import { strategy } from "./strategy";

export const chainOfDraft = strategy({
  id: "chain-of-draft",
  name: "Chain of Draft",
  title: "Chain of Draft",
  summary: "Keeps a draft of at most five words a step and answers after ####.",
  paper: "2502.18600",
  needs: [],
  stepKind: "draft",
  offeredIn: ["comparison", "benchmark"],
  options: z.object({
    shots: z
      .int()
      .min(0)
      .max(3)
      .default(3)
      .describe("Examples shown before the question. Small untrained models need them."),
    task: z.enum(["maths", "sports", "coin"]).default("maths").describe("Which kind of draft the examples show."),
  }),
  published: { maxTokens: 4096 },
  short: { shots: 1 },
  words: () => prompts["chain-of-draft"].system,
  isMethodOfWords: () => true,
  examples: ({ shots, task }) =>
    exemplars[task].slice(0, shots).flatMap(({ question, draft }): Message[] => [
      { role: "user", content: question },
      { role: "assistant", content: draft },
    ]),
  async run(context) {
    const decoder = context.decoder();
    await decoder.prefill(context.prompt());
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});
