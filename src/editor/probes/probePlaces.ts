/** Where a probe can be trained to be asked, and which of these places a model has. */
import { strategyFacts } from "../../core/catalogue";
import type { ProbeRequest, StrategyRow } from "../../core/protocol/engineApi";

interface ProbePlace {
  readonly checkAt: ProbeRequest["checkAt"];
  readonly label: string;
  readonly detail: string;
}

const IN_WORDS: readonly ProbePlace[] = [
  { checkAt: "transition", label: "At transition words", detail: "Wherever the model is about to reconsider, as DEER" },
  { checkAt: "paragraph", label: "After paragraphs", detail: "At each blank line, as in the paper" },
  { checkAt: "line", label: "After lines", detail: "The most checks; for models that write a step a line" },
];
const IN_LATENTS: ProbePlace = {
  checkAt: "latent",
  label: "After continuous thoughts",
  detail: "For Coconut, which then thinks until the probe says that the answer is settled",
};

/** @param strategies what the model runs: only one that thinks in latents has continuous thoughts */
export function probePlaces(strategies: readonly StrategyRow[]): readonly ProbePlace[] {
  const hasLatents = strategies.some(({ id, runs }) => runs && strategyFacts(id)?.probe?.reads === "latents");
  return hasLatents ? [...IN_WORDS, IN_LATENTS] : IN_WORDS;
}
