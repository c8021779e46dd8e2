/** Several runs of one command under way at once. */
import { FoundPace, steady, type Pace } from "../core/measure/pace";
import { MOST_AT_ONCE } from "./arguments";
import type { Session } from "./session";

/** At the pace that the command line asks for; one that is to be found hears of every refusal. */
export async function paceOf(session: Session): Promise<Pace> {
  const wanted = await session.atOnce();
  if (wanted !== "auto") return steady(wanted);
  const pace = new FoundPace(MOST_AT_ONCE);
  session.onBusy = () => pace.refused();
  return pace;
}

/**
 * Begins tasks in their order, as many at once as the pace allows.
 * @returns what they come to, in their order
 * @throws what the first of them throws; none is begun after it
 */
export async function paced<Result>(pace: Pace, tasks: Iterable<() => Promise<Result>>): Promise<Result[]> {
  const results: Result[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let at = 0;
  for (const task of tasks) {
    while (underWay.size > 0 && underWay.size >= pace.limit) await Promise.race(underWay);
    if (failure) break;
    const place = at++;
    const going = task()
      .then((result) => {
        results[place] = result;
        pace.done(performance.now());
      })
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => underWay.delete(going));
    underWay.add(going);
  }
  await Promise.all(underWay);
  if (failure) throw failure.error;
  return results;
}
