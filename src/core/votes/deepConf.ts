/**
 * DeepConf (2508.15260, §3): votes weighed by how sure the model was while it thought. The paper's token confidence is the mean
 * log-probability of the twenty likeliest tokens; recordings hold the entropy of the distribution, whose negation is taken here.
 */
import { weightiest, wholeCost, type Sample, type Vote } from "./vote";

/** Tokens of a group (2048 in the paper, whose chains have tens of thousands); a shorter chain is one group. */
const GROUP = 64;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The least mean of any `GROUP` neighbours. */
function lowestGroup(values: readonly number[]): number {
  if (values.length <= GROUP) return mean(values);
  let sum = values.slice(0, GROUP).reduce((all, value) => all + value, 0);
  let lowest = sum;
  for (let at = GROUP; at < values.length; at++) {
    sum += values[at]! - values[at - GROUP]!;
    lowest = Math.min(lowest, sum);
  }
  return lowest / GROUP;
}

const MEASURES = {
  mean: { title: "mean", of: mean },
  lowest: { title: "least sure stretch", of: lowestGroup },
  tail: { title: "end of thinking", of: (values: readonly number[]) => mean(values.slice(-GROUP)) },
} as const;

/** @param measure what a sample's weight is made of */
export const deepConf = (measure: keyof typeof MEASURES): Vote => ({
  id: `deepconf-${measure}`,
  title: `DeepConf, ${MEASURES[measure].title}`,
  readsSureness: true,
  decide: (samples) => ({ ...weightiest(samples, weightBy(MEASURES[measure].of)), ...wholeCost(samples) }),
});

/** Entropies are negative sureness without a lower end: weights are the exponentials, 0 to 1. */
const weightBy =
  (measure: (values: readonly number[]) => number) =>
  ({ sureness }: Sample): number =>
    sureness.length === 0 ? 0 : Math.exp(measure(sureness));
