/** Sketch-of-Thought (2503.05179): a router picks one of three paradigms, whose instruction and examples precede the question. */
import * as z from "zod";
import type { Message } from "../../core/trace/trace";
import { PARADIGMS, type Paradigm } from "../routing/paradigmRouter";
import exemplars from "./exemplars/sketchOfThought.json";
import prompts from "./prompts.json";
import { instructed, strategy, type RunContext } from "./strategy";
import { generateToEnd } from "./think";

export const sketchOfThought = strategy({
  id: "sketch-of-thought",
  title: "Sketch-of-Thought",
  summary:
    "Routes the question to symbols, concept chains or an expert's shorthand, and sketches instead of writing sentences.",
  paper: "2503.05179",
  needs: [],
  stepKind: "sketch",
  options: z.object({
    paradigm: z
      .enum(["auto", ...PARADIGMS])
      .default("auto")
      .describe("auto lets the router pick; the pick can be overridden."),
    router: z
      .string()
      .default("")
      .describe(
        "A DistilBERT classifier of the paradigms, as a hub id in the cache or a folder with its ONNX; bundled is the router that ships. Empty takes saytes/SoT_DistilBERT where it is in the cache.",
      ),
    shots: z.int().min(0).max(3).default(3).describe("Example turns before the question."),
  }),
  async run(context, options) {
    const paradigm = await pick(context, options.paradigm, options.router);
    const decoder = context.decoder();
    await decoder.prefill(sketchPrompt(context.messages, paradigm, options.shots));
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});

/** The prompt under a paradigm's instruction, after `shots` of its examples. */
export function sketchPrompt(messages: readonly Message[], paradigm: Paradigm, shots: number): Message[] {
  const shown = exemplars[paradigm].slice(0, shots).flatMap(({ question, answer }): Message[] => [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ]);
  return instructed(messages, prompts["sketch-of-thought"][paradigm].system, shown);
}

/** Asks the router even when its pick is overridden, so that the trace shows what it would have said. */
async function pick(context: RunContext, asked: Paradigm | "auto", router: string): Promise<Paradigm> {
  const question = context.messages
    .filter((message) => message.role === "user")
    .map((message) => message.content)
    .join("\n");
  const { by, scores, note } = await context.route(question, router);
  if (note !== undefined) context.recorder.note("info", note);
  const paradigm = asked === "auto" ? scores[0]![0] : asked;
  context.recorder.event({ t: "route", by, pick: paradigm, overridden: asked !== "auto", scores });
  return paradigm;
}
