/** What a filter or a method is called with. */
import { NONE, numberOf, truthy, type Value } from "./values";

export interface Arguments {
  args: Value[];
  named: ReadonlyMap<string, Value>;
}

/** The argument at a place, or by name. */
export function argument<Fallback extends Value | undefined>(
  { args, named }: Arguments,
  at: number,
  name: string,
  fallback: Fallback,
): Value | Fallback {
  return args[at] ?? named.get(name) ?? fallback;
}

export const flag = (given: Arguments, at: number, name: string, fallback = false): boolean => {
  const value = argument(given, at, name, undefined);
  return value === undefined ? fallback : truthy(value);
};

export const size = (given: Arguments, at: number, name: string, fallback: number): number =>
  numberOf(argument(given, at, name, NONE)) ?? fallback;
