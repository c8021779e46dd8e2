/** The variables of a loop. */
import type { Node } from "./syntax";
import { bool, equal, func, int, isKeywords, itemsOf, tuple, UNDEFINED, type Scope, type Value } from "./values";

/** Gives the loop's name, or its names, their values. */
export function bind(target: Node, item: Value, scope: Scope): void {
  if (target.type !== "TupleLiteral") {
    scope.setVariable((target as unknown as { value: string }).value, item);
    return;
  }
  const names = target["value"] as { value: string }[];
  const parts = itemsOf(item);
  if (parts.length !== names.length) throw new Error(`${parts.length} values for ${names.length} names of a loop`);
  names.forEach((name, index) => scope.setVariable(name.value, parts[index]!));
}

const naming = new WeakMap<object, boolean>();

/** Whether a loop speaks of `loop` anywhere: its values take longer to make than a short body to write. */
export function namesLoop(node: object): boolean {
  const known = naming.get(node);
  if (known !== undefined) return known;
  const named =
    ((node as Node).type === "Identifier" && (node as Node)["value"] === "loop") ||
    Object.values(node).some((each) => typeof each === "object" && each !== null && namesLoop(each as object));
  naming.set(node, named);
  return named;
}

/** What `loop` holds. */
export function loopValues(items: readonly Value[], index: number, changed: Value): Map<string, Value> {
  const { length } = items;
  return new Map<string, Value>([
    ["index", int(index + 1)],
    ["index0", int(index)],
    ["revindex", int(length - index)],
    ["revindex0", int(length - index - 1)],
    ["first", bool(index === 0)],
    ["last", bool(index === length - 1)],
    ["length", int(length)],
    ["depth", int(1)],
    ["depth0", int(0)],
    ["previtem", items[index - 1] ?? UNDEFINED],
    ["nextitem", items[index + 1] ?? UNDEFINED],
    ["changed", changed],
    ["cycle", func((args) => args[index % Math.max(1, args.length)] ?? UNDEFINED)],
  ]);
}

/** `loop.changed` of one loop: whether it is called with other values than the time before. */
export function changedSince(): Value {
  let last: Value | undefined;
  return func((args) => {
    const now = tuple(args.filter((each) => !isKeywords(each)));
    const differs = last === undefined || !equal(last, now);
    last = now;
    return bool(differs);
  });
}
