/** Names of fields in one spelling: `Correct Answer`, `correctAnswer` and `correct-answer` are `correct_answer`. */

export const plainName = (key: string): string =>
  key
    .trim()
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, "_")
    .toLowerCase()
    .replace(/[\s-]+/g, "_");

/** Fields by their plain names: the first of those that are named alike. */
export function byPlainName(fields: Record<string, unknown>): ReadonlyMap<string, unknown> {
  const named = new Map<string, unknown>();
  for (const key of Object.keys(fields)) {
    const name = plainName(key);
    if (!named.has(name)) named.set(name, fields[key]);
  }
  return named;
}
