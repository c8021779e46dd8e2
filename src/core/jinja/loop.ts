/** The variable `loop`. */
import { bool, equal, func, int, itemsOf, tuple, UNDEFINED, type Value } from "./values";

/** What `loop` holds besides what it is called for. */
export function loopMembers(
  items: readonly Value[],
  index: number,
  depth: number,
  changed: Value,
): ReadonlyMap<string, Value> {
  const { length } = items;
  return new Map<string, Value>([
    ["index", int(index + 1)],
    ["index0", int(index)],
    ["revindex", int(length - index)],
    ["revindex0", int(length - index - 1)],
    ["first", bool(index === 0)],
    ["last", bool(index === length - 1)],
    ["length", int(length)],
    ["depth", int(depth + 1)],
    ["depth0", int(depth)],
    ["previtem", items[index - 1] ?? UNDEFINED],
    ["nextitem", items[index + 1] ?? UNDEFINED],
    ["changed", changed],
    [
      "cycle",
      func((args) => {
        if (args.length === 0) throw new Error("no items for cycling given");
        return args[index % args.length]!;
      }),
    ],
  ]);
}

/** `loop.changed` of one loop: whether it is called with other values than the time before. */
export function changedSince(): Value {
  let last: Value | undefined;
  return func((args) => {
    const now = tuple([...args]);
    const differs = last === undefined || !equal(last, now);
    last = now;
    return bool(differs);
  });
}

/** `loop(items)` of a loop that is written `recursive`; others cannot be called. */
export const loopCall = (again: ((items: Value[]) => Value) | undefined) => (args: Value[]) => {
  if (!again) throw new Error("the loop needs the word recursive to be called");
  return again(itemsOf(args[0] ?? UNDEFINED));
};
