/** Where a probe can be trained to be asked, and which of these places a model has. */
import { strategyFacts } from "../../core/catalogue";
import type { ProbeRequest, StrategyRow } from "../../core/protocol/engineApi";
import { inWords, l10n, type Sentence } from "../../core/text/l10n";

interface ProbePlace {
  readonly checkAt: ProbeRequest["checkAt"];
  readonly label: string;
  readonly detail: string;
}

type Place = Record<"label" | "detail", Sentence> & Pick<ProbePlace, "checkAt">;

const IN_WORDS: readonly Place[] = [
  {
    checkAt: "transition",
    label: l10n.later`At transition words`,
    detail: l10n.later`Wherever the model is about to reconsider, as DEER`,
  },
  {
    checkAt: "chunk",
    label: l10n.later`Before paragraphs that check`,
    detail: l10n.later`Where a chunk ends, as in the paper; for models that go over their work`,
  },
  {
    checkAt: "paragraph",
    label: l10n.later`After paragraphs`,
    detail: l10n.later`At each blank line`,
  },
  {
    checkAt: "line",
    label: l10n.later`After lines`,
    detail: l10n.later`The most checks; for models that write a step a line`,
  },
];
const IN_LATENTS: Place = {
  checkAt: "latent",
  label: l10n.later`After continuous thoughts`,
  detail: l10n.later`For Coconut, which then thinks until the probe says that the answer is settled`,
};

/** @param strategies what the model runs: only one that thinks in latents has continuous thoughts */
export function probePlaces(strategies: readonly StrategyRow[]): readonly ProbePlace[] {
  const hasLatents = strategies.some(({ id, runs }) => runs && strategyFacts(id)?.probe?.reads === "latents");
  return [...IN_WORDS, ...(hasLatents ? [IN_LATENTS] : [])].map(({ checkAt, label, detail }) => ({
    checkAt,
    label: inWords(label),
    detail: inWords(detail),
  }));
}
