/** Finding what stands between two marks in one pass over a text, where a pattern would start again at every opener. */

export interface Delimited {
  /** Where the opener begins, and where the closer ends. */
  from: number;
  to: number;
  /** What stands between them. */
  inner: string;
}

/**
 * Stretches between `open` and the next `close`, in order and without overlap; an opener without a closer is none.
 * @param within characters that end the search for a closer, as a line break does for what has to stand on one line
 * @param accepts asked for each stretch; where it says no, the next opener is looked at
 */
export function* delimited(
  text: string,
  open: string,
  close: string,
  { within = "", accepts = () => true }: { within?: string; accepts?: (inner: string) => boolean } = {},
): Generator<Delimited> {
  // Both only ever move on, so that the whole text is gone through once.
  let end = -1;
  let limit = -1;
  for (let from = text.indexOf(open); from >= 0;) {
    const inside = from + open.length;
    if (end < inside) end = text.indexOf(close, inside);
    if (end < 0) return;
    if (within !== "" && limit < inside) {
      limit = text.indexOf(within, inside);
      if (limit < 0) limit = text.length;
    }
    let next = inside;
    if (within === "" || end < limit) {
      const inner = text.slice(inside, end);
      if (accepts(inner)) {
        next = end + close.length;
        yield { from, to: next, inner };
      }
    }
    from = text.indexOf(open, next);
  }
}

/** `text` with each stretch replaced. */
export function replaceDelimited(
  text: string,
  stretches: Iterable<Delimited>,
  replacement: (stretch: Delimited) => string,
): string {
  let out = "";
  let at = 0;
  for (const stretch of stretches) {
    out += text.slice(at, stretch.from) + replacement(stretch);
    at = stretch.to;
  }
  return out + text.slice(at);
}
