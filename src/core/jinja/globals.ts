/** What every template may call. */
import { strftime } from "./dates";
import type { Budget } from "./limits";
import {
  asKey,
  func,
  int,
  isDict,
  itemsOf,
  namespace,
  NONE,
  numberOf,
  dict,
  str,
  textOf,
  UNDEFINED,
  view,
  type Key,
  type Value,
} from "./values";

export function globals(budget: Budget, now: Date): Record<string, Value> {
  return {
    range: func((args) => range(args, budget)),
    raise_exception: func(([message]) => {
      throw new Error(message ? textOf(message) : "the template refuses");
    }),
    strftime_now: func(([format]) => str(strftime(now, textOf(format ?? str("%Y-%m-%d"))))),
    namespace: func((args, named) => namespace(entries(args[0], named))),
    dict: func(
      (args, named) => dict(entries(args[0], named)),
      new Map([
        [
          "fromkeys",
          func(([keys, value]) => dict(new Map(itemsOf(keys ?? NONE).map((key) => [keyOf(key), value ?? NONE])))),
        ],
      ]),
    ),
    cycler: func(cycler),
    joiner: func(joiner),
  };
}

function range(args: readonly Value[], budget: Budget): Value {
  const [first = NaN, second, step = 1] = args.map((value) => numberOf(value) ?? NaN);
  const [from, to] = second === undefined ? [0, first] : [first, second];
  if (![from, to, step].every(Number.isInteger)) throw new Error("range needs whole numbers");
  if (step === 0) throw new Error("range() arg 3 must not be zero");
  const length = Math.max(0, Math.ceil((to - from) / step));
  budget.range(length);
  const items = Array.from({ length }, (_, index) => int(from + index * step));
  return view(items, () => `range(${from}, ${to}${step === 1 ? "" : `, ${step}`})`, true);
}

function keyOf(value: Value): Key {
  const key = asKey(value);
  if (key === undefined) throw new Error("the key of a dict has to be a text, a number or None");
  return key;
}

/** The entries of a dict, or pairs, with those by name. */
function entries(given: Value | undefined, named: ReadonlyMap<string, Value>): Map<Key, Value> {
  const own: Iterable<[Key, Value]> = isDict(given)
    ? given.value
    : itemsOf(given ?? UNDEFINED).map((pair): [Key, Value] => {
        const [key, value, ...others] = itemsOf(pair);
        if (key === undefined || value === undefined || others.length > 0) throw new Error("dict needs pairs");
        return [keyOf(key), value];
      });
  return new Map<Key, Value>([...own, ...named]);
}

/** `next()` goes round the values that it is given. */
function cycler(items: Value[]): Value {
  if (items.length === 0) throw new Error("at least one item has to be provided");
  let at = 0;
  const members = namespace(new Map<Key, Value>([["current", items[0]!]]));
  const go = (to: number) => {
    at = to;
    (members.value as Map<Key, Value>).set("current", items[at]!);
  };
  (members.value as Map<Key, Value>)
    .set(
      "next",
      func(() => {
        const current = items[at]!;
        go((at + 1) % items.length);
        return current;
      }),
    )
    .set(
      "reset",
      func(() => {
        go(0);
        return NONE;
      }),
    );
  return members;
}

/** Nothing at the first call, the separator at all others. */
function joiner([separator = str(", ")]: Value[]): Value {
  let used = false;
  return func(() => {
    const text = used ? separator : str("");
    used = true;
    return text;
  });
}
