/** What every template may call, and the constants. */
import { strftime } from "./formatting";
import type { Budget } from "./limits";
import { dict, FALSE, func, int, isDict, list, NONE, numberOf, str, textOf, TRUE, type Value } from "./values";

export function globals(budget: Budget, now: Date): Record<string, Value> {
  const numbers = (args: Value[]) => args.map((value) => numberOf(value) ?? NaN);
  return {
    true: TRUE,
    True: TRUE,
    false: FALSE,
    False: FALSE,
    none: NONE,
    None: NONE,
    range: func((args) => {
      const [first = NaN, second, step = 1] = numbers(args);
      const [from, to] = second === undefined ? [0, first] : [first, second];
      const length = Math.max(0, Math.ceil((to - from) / step));
      budget.range(length);
      return list(Array.from({ length }, (_, index) => int(from + index * step)));
    }),
    raise_exception: func(([message]) => {
      throw new Error(message ? textOf(message) : "the template refuses");
    }),
    strftime_now: func(([format]) => str(strftime(now, textOf(format ?? str("%Y-%m-%d"))))),
    dict: func(([given]) => dict(new Map(isDict(given) ? given.value : []))),
  };
}
