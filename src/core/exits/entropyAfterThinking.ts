/**
 * EAT, entropy after </think> (2509.26522): stop once the entropy that the answer would begin with has settled, that is,
 * once its exponentially weighted variance over the checks is small.
 */
import { passes, type ExitRule } from "./rule";

export interface EntropySettings {
  decay: number;
  threshold: number;
  /** By default as many as the moving mean needs to forget where it began: 4 / decay. */
  minChecks: number | undefined;
}

/** The paper's warm-up, in checks (2509.26522, §4). */
const warmUp = (decay: number): number => Math.ceil(4 / decay);

interface State {
  readonly checks: number;
  /** Exponentially weighted, nats and nats². */
  readonly mean: number;
  readonly variance: number;
}

export const entropyExit: ExitRule<EntropySettings, State> = {
  id: "entropy-after-thinking",
  reason: "confidence",
  reads: ["entropy"],
  signal: "variance",
  stopsBelow: true,
  settings: {
    decay: {
      description: "Weight of the newest entropy in the moving mean and variance.",
      above: 0,
      most: 1,
      default: 0.2,
    },
    threshold: { description: "Variance, in nats², below which thinking stops.", least: 0, default: 0.02 },
    minChecks: {
      description: "Checks before which nothing stops; by default 4 / decay, the paper's warm-up.",
      ...{ isWhole: true, least: 1 },
    },
  },
  initial: { checks: 0, mean: 0, variance: 0 },
  next(before, { entropy, variance: recorded }, { decay, threshold, minChecks = warmUp(decay) }) {
    const checks = before.checks + 1;
    const state = entropy === undefined ? { ...before, checks } : { ...settled(before, entropy, decay), checks };
    // Version 0.1.0 kept the variance and not the entropies.
    const score = entropy === undefined ? recorded : state.variance;
    return { state, decision: { stops: checks >= minChecks && passes(score, threshold, true), score } };
  },
};

/** The first value has nothing to vary against: the mean begins there. */
function settled({ checks, mean, variance }: State, entropy: number, decay: number): Pick<State, "mean" | "variance"> {
  const difference = checks === 0 ? 0 : entropy - mean;
  return {
    mean: checks === 0 ? entropy : mean + decay * difference,
    variance: (1 - decay) * (variance + decay * difference * difference),
  };
}
