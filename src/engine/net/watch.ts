/** Waiting that ends: by the monotonic clock, whatever comes in the meantime. */

export class Watch {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;
  private readonly last: NodeJS.Timeout;

  /**
   * @param ms until the first sign of life
   * @param longest until the end, however many signs there are
   */
  constructor(ms: number, longest: number) {
    this.timer = this.start(ms);
    this.last = this.start(longest);
  }

  /** Aborted when time is up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** A sign of life: from now on `ms` until the next one. */
  touch(ms: number): void {
    clearTimeout(this.timer);
    this.timer = this.start(ms);
  }

  end(): void {
    clearTimeout(this.timer);
    clearTimeout(this.last);
  }

  private start(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(), ms);
  }
}
