/** Chain of Draft (2502.18600): a few words a step, the answer after ####. */
import * as z from "zod";
import exemplars from "./exemplars/chainOfDraft.json";
import type { Message } from "../../core/trace/trace";
import prompts from "./prompts.json";
import { instructed, strategy } from "./strategy";
import { generateToEnd } from "./think";

export const draftOptions = z.object({
  shots: z
    .int()
    .min(0)
    .max(3)
    .default(3)
    .describe("Examples shown before the question. Small untrained models need them."),
  task: z.enum(["maths", "sports", "coin"]).default("maths").describe("Which kind of draft the examples show."),
});

export const chainOfDraft = strategy({
  id: "chain-of-draft",
  title: "Chain of Draft",
  summary: "Keeps a draft of at most five words a step and answers after ####.",
  paper: "2502.18600",
  needs: [],
  stepKind: "draft",
  options: draftOptions,
  async run(context, options) {
    const decoder = context.decoder();
    await decoder.prefill(draftPrompt(context.messages, options));
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});

/** The prompt under the instruction to draft, after its examples. */
export function draftPrompt(messages: readonly Message[], { shots, task }: z.output<typeof draftOptions>): Message[] {
  const shown = exemplars[task].slice(0, shots).flatMap(({ question, draft }): Message[] => [
    { role: "user", content: question },
    { role: "assistant", content: draft },
  ]);
  return instructed(messages, prompts["chain-of-draft"].system, shown);
}
