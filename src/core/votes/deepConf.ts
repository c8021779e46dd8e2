/** DeepConf (2508.15260, §3): votes weighed by how sure the model was while it thought. */
import type { Sureness } from "./sureness";
import { weightiest, wholeCost, type Sample, type Vote } from "./vote";

const TITLES: Readonly<Record<keyof Sureness, string>> = {
  mean: "mean",
  lowest: "least sure stretch",
  tail: "end of thinking",
};

/** Sureness in nats has no lower end: weights are the exponentials, 0 to 1. */
export const weightOf = ({ sureness }: Sample, measure: keyof Sureness): number =>
  sureness === undefined ? 0 : Math.exp(sureness[measure]);

/** @param measure what a sample's weight is made of */
export const deepConf = (measure: keyof Sureness): Vote => ({
  id: `deepconf-${measure}`,
  title: `DeepConf, ${TITLES[measure]}`,
  readsSureness: true,
  decide: (samples) => ({ ...weightiest(samples, (sample) => weightOf(sample, measure)), ...wholeCost(samples) }),
});
