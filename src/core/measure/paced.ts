/** Several runs under way at once. */
import type { Pace } from "./pace";

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
