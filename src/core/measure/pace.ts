/** How many runs a bench keeps under way at once: a number that is given, or one that is found by trying. */

export interface Pace {
  /** Runs that may be under way now. */
  readonly limit: number;
  /** A run has ended. @param now in milliseconds */
  done(now: number): void;
  /** Whoever answers said that it has too much to do. */
  refused(): void;
}

export const steady = (limit: number): Pace => ({ limit, done: () => undefined, refused: () => undefined });

/** Runs at once that are tried first, and by how much more is tried where more was faster. */
const FIRST = 2;
const STEP = 2;
/** By how much more a second has to come of more at once. */
const FASTER = 1.1;

/**
 * Doubles what is under way while that brings more a second, goes back where it does not, and halves it where the server
 * refuses, never to come to that number again.
 */
export class FoundPace implements Pace {
  limit: number;
  private least: number;
  private ceiling: number;
  /** Runs a second at the number before this one, and whether the search is over. */
  private before = 0;
  private settled = false;
  private ended = 0;
  private since: number | undefined;
  /** Runs that were begun before a refusal, of which others may be refused for the same reason. */
  private ofRefusal = 0;

  constructor(most: number) {
    this.ceiling = most;
    this.limit = Math.min(FIRST, most);
    this.least = this.limit;
  }

  done(now: number): void {
    this.ofRefusal = Math.max(0, this.ofRefusal - 1);
    // What was begun at the number before ends first, and says nothing of this one.
    if (this.since === undefined) {
      this.ended += 1;
      if (this.ended >= this.least) this.begin(now);
      return;
    }
    this.ended += 1;
    if (this.settled || this.ended < this.limit) return;
    const rate = this.ended / Math.max(1, now - this.since);
    if (rate < this.before * FASTER) {
      this.limit = this.least;
      this.settled = true;
    } else if (this.limit >= this.ceiling) this.settled = true;
    else {
      this.before = rate;
      this.least = this.limit;
      this.limit = Math.min(this.ceiling, this.limit * STEP);
      this.ended = 0;
      this.since = undefined;
    }
  }

  refused(): void {
    if (this.ofRefusal > 0) return;
    this.ofRefusal = this.limit;
    this.ceiling = Math.max(1, this.limit - 1);
    this.limit = Math.max(1, Math.floor(this.limit / STEP));
    this.least = this.limit;
    this.settled = true;
  }

  private begin(now: number): void {
    this.since = now;
    this.ended = 0;
  }
}
