/** One thing at a time, in the order asked for, but for what may go on beside others of its kind. */
import { ActionableError } from "./rpc";

/** Things that go on at once: what they begin with is done one after the other. */
interface Company {
  kind: string;
  begun: Promise<unknown>;
}

export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  /** Those that were asked for last; whatever is asked for after them in another way comes behind them. */
  private company: Company | undefined;

  /**
   * Runs `work` once everything asked for before has ended, well or badly.
   * @throws ActionableError `cancelled` as soon as the signal is aborted before its turn
   */
  take<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    this.company = undefined;
    const turn = beginning(this.last, work, signal);
    this.last = turn.ended;
    return turn.result;
  }

  /**
   * Runs `begin` and then `work` once everything asked for before has ended, but for what shares the turn: others of the same
   * kind that nothing else was asked for between. Of those only their beginnings wait for each other.
   * @throws ActionableError `cancelled` as soon as the signal is aborted before its turn
   */
  share<Begun, Result>(
    kind: string,
    begin: () => Promise<Begun>,
    work: (begun: Begun) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const company = this.company?.kind === kind ? this.company : { kind, begun: this.last };
    const opening = beginning(company.begun, begin, signal);
    company.begun = opening.ended;
    this.company = company;
    const result = opening.result.then(work);
    this.last = Promise.all([this.last, result.catch(() => undefined)]);
    return result;
  }
}

/** `work` behind `before`, and when it has ended, well or badly. */
function beginning<Result>(
  before: Promise<unknown>,
  work: () => Promise<Result>,
  signal: AbortSignal,
): { result: Promise<Result>; ended: Promise<unknown> } {
  let begun = false;
  const turn = before.then(() => {
    if (signal.aborted) throw cancelled();
    begun = true;
    return work();
  });
  const result = new Promise<Result>((resolve, reject) => {
    // Whoever cancels need not wait for those before: the caller would take the silence for a hang.
    const leave = (): void => {
      if (!begun) reject(cancelled());
    };
    signal.addEventListener("abort", leave, { once: true });
    void turn.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
  return { result, ended: turn.catch(() => undefined) };
}

const cancelled = () => new ActionableError("cancelled", "Cancelled.");
