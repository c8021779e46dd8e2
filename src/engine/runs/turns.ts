/** One thing at a time, in the order asked for. */
import { ActionableError } from "../../core/protocol/rpc";

export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `work` once everything asked for before has ended, well or badly.
   * @throws ActionableError `cancelled` as soon as the signal is aborted before its turn
   */
  take<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    let begun = false;
    const turn = this.last.then(() => {
      if (signal.aborted) throw cancelled();
      begun = true;
      return work();
    });
    this.last = turn.catch(() => undefined);
    return new Promise((resolve, reject) => {
      // Whoever cancels need not wait for those before: the caller would take the silence for a hang.
      const leave = (): void => {
        if (!begun) reject(cancelled());
      };
      signal.addEventListener("abort", leave, { once: true });
      void turn.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }
}

const cancelled = () => new ActionableError("cancelled", "Cancelled.");
