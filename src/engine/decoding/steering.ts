/** What a person asks of a run while a model writes: to pause, to go on, or to stop thinking and answer. */
import { StopThinking } from "./keptText";
import { unlessAborted } from "./unlessAborted";

export class Steering {
  /** What goes on once nothing holds the run any more. */
  private waiting: { readonly over: Promise<void>; readonly end: () => void; readonly since: number } | undefined;
  private wantsAnswer = false;
  private held = 0;
  private isThinking: () => boolean | undefined = () => undefined;

  /** Milliseconds that the run was paused for; no part of its time. */
  get pausedMs(): number {
    return this.held + (this.waiting ? performance.now() - this.waiting.since : 0);
  }

  /** Whether a decoder has to ask for its turn before the next token. */
  get isAsked(): boolean {
    return this.waiting !== undefined || this.wantsAnswer;
  }

  /** @param isThinking undefined where that cannot be said now, as in a trial answer */
  begin(isThinking: () => boolean | undefined): void {
    this.isThinking = isThinking;
  }

  pause(): void {
    if (this.waiting) return;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.waiting = { over, end, since: performance.now() };
  }

  resume(): void {
    if (!this.waiting) return;
    this.held += performance.now() - this.waiting.since;
    this.waiting.end();
    this.waiting = undefined;
  }

  /** Thinking ends before the next token; a run that is paused goes on for that. */
  stop(): void {
    this.wantsAnswer = true;
    this.resume();
  }

  /**
   * Resolves when the next token may be chosen.
   * @param settle has tokens stand that a decoder held back, before thinking is stopped
   * @throws StopThinking once, where thinking is to end; the reason of the signal
   */
  async turn(signal: AbortSignal, settle: () => void): Promise<void> {
    signal.throwIfAborted();
    if (this.waiting) await unlessAborted(this.waiting.over, signal);
    const thinks = this.wantsAnswer ? this.isThinking() : undefined;
    if (thinks === undefined) return;
    // Where it is over already there is nothing to be stopped.
    this.wantsAnswer = false;
    if (!thinks) return;
    settle();
    throw new StopThinking();
  }
}
