/** One thing at a time, in the order asked for. */
import { ActionableError } from "../core/rpc";

export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `work` once everything asked for before has ended, well or badly.
   * @throws ActionableError `cancelled` when the signal is aborted before its turn
   */
  take<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const turn = this.last.then(() => {
      if (signal.aborted) throw new ActionableError("cancelled", "Cancelled.");
      return work();
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
