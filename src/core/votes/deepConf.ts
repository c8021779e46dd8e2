/** DeepConf (2508.15260, §3): votes weighed by how sure the model was while it thought. */
import { l10n, type Sentence } from "../text/l10n";
import type { Sureness } from "./sureness";
import { weightiest, wholeCost, type Sample, type Vote } from "./vote";

const TITLES: Readonly<Record<keyof Sureness, Sentence>> = {
  mean: l10n.later`DeepConf, mean`,
  lowest: l10n.later`DeepConf, least sure stretch`,
  tail: l10n.later`DeepConf, end of thinking`,
};

/** Sureness in nats has no lower end: weights are the exponentials, 0 to 1. */
export const weightOf = ({ sureness }: Sample, measure: keyof Sureness): number =>
  sureness === undefined ? 0 : Math.exp(sureness[measure]);

/** @param measure what a sample's weight is made of */
export const deepConf = (measure: keyof Sureness): Vote => ({
  id: `deepconf-${measure}`,
  title: TITLES[measure],
  readsSureness: true,
  decide: (samples) => ({ ...weightiest(samples, (sample) => weightOf(sample, measure)), ...wholeCost(samples) }),
});
