/** Choosing the next token: greedy, or sampled with temperature, top-k, top-p and min-p from a seeded generator. */
import type { Distribution } from "./distribution";

export interface Sampling {
  /** 0 is greedy. */
  temperature: number;
  topP: number;
  /** 0 is no limit. */
  topK: number;
  /** Share of the likeliest token's probability that a token needs (2407.01082); 0 is no limit. */
  minP?: number;
}

export const GREEDY: Sampling = { temperature: 0, topP: 1, topK: 0 };

/** Candidates considered when nothing narrows them; the mass beyond is below what float32 logits resolve. */
const MOST_CANDIDATES = 1024;
/** Candidates weigh at least e to the minus this of the likeliest: all others of a vocabulary together weigh less than 1e-5 of it. */
const NEGLIGIBLE = 24;

/**
 * @param random uniform in [0, 1)
 * @returns a token id
 */
export function choose(distribution: Distribution, sampling: Sampling, random: () => number): number {
  if (sampling.temperature <= 0) return distribution.argmax();
  const limit = Math.min(distribution.logits.length, sampling.topK > 0 ? sampling.topK : MOST_CANDIDATES);
  const candidates = distribution.top(limit, NEGLIGIBLE * sampling.temperature);
  const best = candidates[0]![1];
  const weights = candidates.map(([, logprob]) => Math.exp((logprob - best) / sampling.temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Nucleus: the fewest best candidates whose mass reaches topP.
  let kept = 0;
  let mass = 0;
  while (kept < weights.length && mass < sampling.topP * total) mass += weights[kept++]!;
  while (kept > 1 && weights[kept - 1]! < (sampling.minP ?? 0)) mass -= weights[--kept]!;
  let left = random() * mass;
  for (let index = 0; index < kept; index++) {
    left -= weights[index]!;
    if (left < 0) return candidates[index]![0];
  }
  return candidates[Math.max(0, kept - 1)]![0];
}
