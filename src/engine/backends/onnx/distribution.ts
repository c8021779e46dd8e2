/** The next-token distribution at one position, worked out as far as somebody asks. */
import type { Distribution } from "../../decoding/distribution";

/** What a patched graph worked out beside the logits: the likeliest ids, best first, and the entropy in nats. */
export interface LogitStatistics {
  topIds: readonly number[];
  /** Natural logarithms, as `topIds`. */
  topLogprobs: readonly number[];
  entropy: number;
}

export class LogitDistribution implements Distribution {
  private best: number | undefined;
  private normaliser: number | undefined;

  /** @param logits [vocabulary] */
  constructor(
    readonly logits: Float32Array,
    private readonly statistics?: LogitStatistics,
  ) {}

  argmax(): number {
    this.best ??= this.statistics ? this.leader(this.statistics) : largest(this.logits);
    return this.best;
  }

  logprob(id: number): number {
    const logit = this.logits[id];
    return logit === undefined ? -Infinity : logit - this.logNormaliser();
  }

  entropy(): number {
    if (this.statistics) return this.statistics.entropy;
    const shift = this.logNormaliser();
    let sum = 0;
    for (const logit of this.logits) {
      const logprob = logit - shift;
      // Far below, a term is zero in any precision, and exp is what costs here.
      if (logprob > -60) sum -= Math.exp(logprob) * logprob;
    }
    return sum;
  }

  top(k: number, within = Infinity): [id: number, logprob: number][] {
    const count = Math.min(k, this.logits.length);
    const shift = this.logNormaliser();
    const floor = this.logits[this.argmax()]! - within;
    return this.leaders(count, floor)
      .slice(0, count)
      .map((id) => [id, this.logits[id]! - shift]);
  }

  copy(): Distribution {
    return new LogitDistribution(this.logits.slice(), this.statistics);
  }

  /** The `count` likeliest ids or more, best first, as far as their logits are no less than `floor`. */
  private leaders(count: number, floor: number): number[] {
    const { logits, statistics } = this;
    const best = (a: number, b: number): number => logits[b]! - logits[a]! || a - b;
    if (statistics && count < statistics.topIds.length)
      return statistics.topIds.filter((id) => logits[id]! >= floor).sort(best);
    if (floor === -Infinity) return largestFew(logits, count);
    // Mostly far fewer than all: they are picked out in one pass, where a heap would be turned over thousands of times.
    const near: number[] = [];
    for (let id = 0; id < logits.length && near.length <= count; id++) if (logits[id]! >= floor) near.push(id);
    return near.length > count ? largestFew(logits, count) : near.sort(best);
  }

  /** Log of the sum of exponentials of the logits. */
  private logNormaliser(): number {
    if (this.normaliser === undefined) {
      const top = this.argmax();
      this.normaliser = this.statistics
        ? this.logits[this.statistics.topIds[0]!]! - this.statistics.topLogprobs[0]!
        : logSumExp(this.logits, this.logits[top]!);
    }
    return this.normaliser;
  }

  /** Rounding makes log-probabilities equal where logits are not, so among the leaders the logits decide. */
  private leader({ topIds, topLogprobs }: LogitStatistics): number {
    let best = topIds[0]!;
    let tied = 1;
    while (tied < topIds.length && topLogprobs[tied] === topLogprobs[0]) tied++;
    if (tied > 1 && tied === topIds.length) return largest(this.logits);
    for (const id of topIds.slice(1, tied)) {
      const difference = this.logits[id]! - this.logits[best]!;
      if (difference > 0 || (difference === 0 && id < best)) best = id;
    }
    return best;
  }
}

/** @returns the index of the largest value, the first among equals */
function largest(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

function logSumExp(values: Float32Array, maximum: number): number {
  let sum = 0;
  for (const value of values) sum += Math.exp(value - maximum);
  return maximum + Math.log(sum);
}

/** @returns the indices of the `count` largest values, best first, the smaller index first among equals */
function largestFew(values: Float32Array, count: number): number[] {
  if (count <= 0) return [];
  // A heap with the worst of the kept at its root: most values are worse than that and cost one comparison.
  const heap: number[] = [];
  const worse = (a: number, b: number): boolean => values[a]! < values[b]! || (values[a] === values[b] && a > b);
  const sink = (start: number): void => {
    let at = start;
    for (;;) {
      let lowest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && worse(heap[child]!, heap[lowest]!)) lowest = child;
      }
      if (lowest === at) return;
      [heap[at], heap[lowest]] = [heap[lowest]!, heap[at]!];
      at = lowest;
    }
  };
  for (let index = 0; index < count; index++) heap.push(index);
  for (let at = (count >> 1) - 1; at >= 0; at--) sink(at);
  // Kept apart, so that a value that is passed over costs one comparison and no look into the heap.
  let least = values[heap[0]!]!;
  for (let index = count; index < values.length; index++) {
    if (values[index]! <= least) continue;
    heap[0] = index;
    sink(0);
    least = values[heap[0]]!;
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1));
}
