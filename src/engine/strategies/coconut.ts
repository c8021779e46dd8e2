/** Coconut (2412.06769): the last hidden state is fed back as the next input. */
import { recordProjection } from "../projection/latentProjection";
import { latentOptions, thinkInLatents } from "../thinking/latentThinking";
import { strategy } from "./strategy";

const id = "coconut";

export const coconut = strategy({
  id,
  name: "Coconut",
  title: "Coconut",
  summary: "Thinks without words: the last hidden state is fed back as the next input.",
  paper: "2412.06769",
  needs: ["hidden-states", "soft-tokens"],
  trainedFor: true,
  stepKind: "step",
  latents: "thoughts",
  probe: { reads: "latents", option: "probe", when: { option: "length", is: "probe" } },
  sample: { prompt: "concepts.prompt.md", options: { answers: true } },
  options: latentOptions,
  run: (context, options) => thinkInLatents(context, options, { feeds: "latent", by: id }),
  afterRun: (context) => recordProjection(context.model(), context.recorder, context.signal),
});
