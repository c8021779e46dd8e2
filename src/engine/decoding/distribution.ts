/** The next-token distribution at one position. Figures are computed when asked for. */
export interface Distribution {
  /** Raw scores, [vocabulary]. Valid until the sequence is fed again. */
  readonly logits: Float32Array;
  /** Id of the largest logit; the smallest id among equals. */
  argmax(): number;
  /** Natural log of the probability of `id`. */
  logprob(id: number): number;
  /** In nats. */
  entropy(): number;
  /** The `k` likeliest ids with their log-probabilities, best first; only those at most `within` nats below the best, where that is said. */
  top(k: number, within?: number): [id: number, logprob: number][];
  /** The same distribution, valid for good. */
  copy(): Distribution;
}
