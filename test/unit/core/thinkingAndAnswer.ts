import type { SegmentKind } from "../../../src/core/text/markReading";
import { segment, type SegmentOptions } from "../../../src/core/text/segment";

/** Thinking and answer of a whole text, each trimmed; several blocks are joined by an empty line. */
export function thinkingAndAnswer(text: string, options: SegmentOptions = {}): { thinking: string; answer: string } {
  const segments = segment(text, options);
  const join = (...kinds: SegmentKind[]) =>
    segments
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ from, to }) => text.slice(from, to).trim())
      .join("\n\n");
  return { thinking: join("thinking", "after-exit"), answer: join("answer") };
}
