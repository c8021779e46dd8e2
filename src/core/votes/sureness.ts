/**
 * How sure a model was while it thought (DeepConf, 2508.15260, §3.1), as few numbers as votes read. The paper's token confidence
 * is minus the mean log-probability of the twenty likeliest tokens; recordings hold the entropy of the distribution, whose negation
 * is taken here.
 */

/** Means of the tokens' sureness, in nats: of all, of the least sure stretch, and of the end of thinking. 0 is certain. */
export interface Sureness {
  readonly mean: number;
  readonly lowest: number;
  readonly tail: number;
}

/** Tokens of a group (2048 in the paper, whose chains have tens of thousands); a shorter chain is one group. */
export const GROUP = 64;

/** Takes one token after the other, so that a run can be judged while it is written. */
export class SurenessOfTokens {
  private readonly last: number[] = [];
  private count = 0;
  private sum = 0;
  private lastSum = 0;
  private lowestOfWhole = Infinity;

  /** @param entropy of the distribution that the token was chosen from, in nats */
  push(entropy: number): void {
    const sureness = -entropy;
    this.count += 1;
    this.sum += sureness;
    this.last.push(sureness);
    this.lastSum += sureness;
    if (this.last.length > GROUP) this.lastSum -= this.last.shift()!;
    if (this.last.length === GROUP) this.lowestOfWhole = Math.min(this.lowestOfWhole, this.lastSum / GROUP);
  }

  /** The least sure group so far; undefined before there is a whole one. */
  get lowest(): number | undefined {
    return this.count < GROUP ? undefined : this.lowestOfWhole;
  }

  /** Undefined where nothing was recorded. */
  get whole(): Sureness | undefined {
    if (this.count === 0) return undefined;
    const tail = this.lastSum / this.last.length;
    return {
      mean: this.sum / this.count,
      lowest: Math.min(this.lowestOfWhole, this.count < GROUP ? tail : Infinity),
      tail,
    };
  }
}

export function surenessOf(entropies: Iterable<number>): Sureness | undefined {
  const tokens = new SurenessOfTokens();
  for (const entropy of entropies) tokens.push(entropy);
  return tokens.whole;
}
