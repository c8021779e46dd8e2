/** Plain chain of thought, the baseline that every saving is measured against. */
import * as z from "zod";
import { generateToEnd } from "../thinking/think";
import { stepByStep, strategy } from "./strategy";

export const chainOfThought = strategy({
  id: "chain-of-thought",
  name: "Chain of Thought",
  title: "Chain of Thought",
  summary: "Thinks step by step to its own end, then answers. The baseline.",
  paper: "2201.11903",
  needs: [],
  stepKind: "step",
  thinks: "on",
  role: "baseline",
  offeredIn: ["comparison", "benchmark"],
  options: z.object({}),
  words: stepByStep,
  async run(context) {
    const decoder = context.decoder();
    await decoder.prefill(context.prompt());
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});
