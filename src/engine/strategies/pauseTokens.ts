/** Pause tokens, the control of Coconut (2412.06769, §4): a fixed token is fed as often as Coconut feeds a hidden state. */
import { recordProjection } from "../projection/latentProjection";
import { latentOptions, thinkInLatents } from "../thinking/latentThinking";
import { strategy } from "./strategy";

const id = "coconut-pause";

export const pauseTokens = strategy({
  id,
  name: "Coconut (pause control)",
  title: "Coconut (pause control)",
  summary:
    "Feeds a fixed pause token as often as Coconut feeds hidden states: what the extra steps give by themselves.",
  paper: "2412.06769",
  needs: ["hidden-states"],
  trainedFor: true,
  stepKind: "step",
  latents: "pauses",
  sample: { prompt: "concepts.prompt.md", options: { answers: true } },
  options: latentOptions,
  run: (context, options) => thinkInLatents(context, options, { feeds: "pause", by: id }),
  afterRun: (context) => recordProjection(context.model(), context.recorder, context.signal),
});
