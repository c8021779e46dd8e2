/** Where a run's exit stands. */
import type { Trace } from "./fold";

/**
 * Offset at which thinking ended; undefined before it did. Some strategies learn only with the turn's end that the
 * model had ended thinking by itself, and write the event then: it belongs to the end of the last thinking span.
 */
export function exitPlace(trace: Trace): number | undefined {
  const { exit, spans } = trace;
  if (exit?.why !== "end-of-thinking") return exit?.at;
  const ends = spans.flatMap(({ kind, to }) => (kind === "thinking" && to <= exit.at ? [to] : []));
  return ends.length === 0 ? exit.at : ends.reduce((last, to) => Math.max(last, to));
}
