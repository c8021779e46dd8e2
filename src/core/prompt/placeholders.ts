/** What stands in a text for values that nobody gave: the names as they are written, so that a person sees them. */
import type { NamePath } from "./templateNames";

/** The longest list that is made for a place in it. */
const MOST_PLACES = 100;

/** `customer.items[0]`. */
const written = ([name, ...keys]: NamePath): string =>
  name + keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");

/** Values by name, in which each path leads to its own name in braces. */
export function placeholders(paths: readonly NamePath[]): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>;
  // Longer ones first: what has members cannot be a text besides.
  for (const path of [...paths].sort((a, b) => b.length - a.length)) put(values, path, `{{${written(path)}}}`);
  return { ...values };
}

function put(values: Record<string, unknown>, path: NamePath, text: string): void {
  let holder = values as Record<string | number, unknown>;
  for (const [index, key] of path.entries()) {
    if (typeof key === "number" && key >= MOST_PLACES) return;
    if (index === path.length - 1) {
      if (holder[key] === undefined) holder[key] = text;
      return;
    }
    const next = path[index + 1];
    holder[key] ??= typeof next === "number" ? [] : (Object.create(null) as object);
    if (typeof holder[key] !== "object") return;
    holder = holder[key] as Record<string | number, unknown>;
  }
}
