/** Keeps a long computation polite: it tells how far it is, lets messages through, and ends when it is cancelled. */

import type { Sentence } from "../../core/text/l10n";

/** The event loop is let go this often, in milliseconds: a cancel arrives within it. */
const LET_GO_MS = 25;

export class Pace {
  private last = -Infinity;

  /** @param tell gets what is being done and how far it is, 0 to 1 */
  constructor(
    private readonly signal: AbortSignal,
    private readonly tell: (message: Sentence, fraction: number) => void = () => undefined,
  ) {}

  /**
   * To be called often; most calls cost nothing.
   * @throws the signal's reason once it is aborted
   */
  async step(message: Sentence, fraction: number): Promise<void> {
    if (performance.now() - this.last < LET_GO_MS) return;
    this.tell(message, fraction);
    await new Promise((resolve) => setImmediate(resolve));
    this.signal.throwIfAborted();
    this.last = performance.now();
  }
}
