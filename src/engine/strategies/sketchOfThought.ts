/** Sketch-of-Thought (2503.05179): a router picks one of three paradigms, whose instruction and examples precede the question. */
import * as z from "zod";
import type { Message } from "../../core/trace/trace";
import { PARADIGMS, type Paradigm } from "../routing/paradigmRouter";
import type { RunContext } from "../thinking/runContext";
import { generateToEnd } from "../thinking/think";
import exemplars from "./exemplars/sketchOfThought.json";
import prompts from "./prompts.json";
import { strategy } from "./strategy";

export const sketchOfThought = strategy({
  id: "sketch-of-thought",
  name: "Sketch-of-Thought",
  title: "Sketch-of-Thought",
  summary:
    "Routes the question to symbols, concept chains or an expert's shorthand, and sketches instead of writing sentences.",
  paper: "2503.05179",
  needs: [],
  stepKind: "sketch",
  sample: { prompt: "triage.prompt.md" },
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
  published: { temperature: 0.5 },
  short: { shots: 1 },
  words: ({ paradigm }, { pick = paradigm }) =>
    pick === "auto" ? undefined : prompts["sketch-of-thought"][paradigmOf(pick)].system,
  isMethodOfWords: () => true,
  examples: ({ shots, paradigm }, { pick = paradigm }) =>
    exemplars[paradigmOf(pick)].slice(0, shots).flatMap(({ question, answer }): Message[] => [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ]),
  async run(context, options) {
    const pick = await route(context, options.paradigm, options.router);
    const decoder = context.decoder();
    await decoder.prefill(context.prompt({ pick }));
    await generateToEnd(context, decoder);
    return decoder.text;
  },
});

const paradigmOf = (pick: string): Paradigm => PARADIGMS.find((each) => each === pick) ?? PARADIGMS[0];

/** Asks the router even when its pick is overridden, so that the trace shows what it would have said. */
async function route(context: RunContext, asked: Paradigm | "auto", router: string): Promise<Paradigm> {
  const question = context.messages
    .filter((message) => message.role === "user")
    .map((message) => message.content)
    .join("\n");
  const { by, scores, tokens, note } = await context.route(question, router);
  // A classifier sees all of the question from every token.
  if (tokens !== undefined) context.recorder.readByAuxiliary(by, tokens, tokens * tokens);
  if (note !== undefined) context.recorder.note("info", note);
  const pick = asked === "auto" ? scores[0]![0] : asked;
  context.recorder.event({ t: "route", by, pick, overridden: asked !== "auto", scores });
  return pick;
}
