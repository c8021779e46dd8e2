/** How much likelier going on is than closing the block (ThinkBrake, 2510.00546): read from what the model gave anyway. */
import type { LocalDecoder } from "../decoding/localDecoder";
import type { Reading } from "./checker";
import type { RunContext } from "./runContext";
import { formatOf } from "./thinkProgress";

/** @returns what reads the margin where the decoder stands: it costs no token */
export function readingMargin(context: RunContext, decoder: LocalDecoder): () => Reading {
  // Marks of several tokens are told by their first.
  const [closer] = context.model().tokenizer.encode(formatOf(context.thinking).closer);
  return () => {
    const started = performance.now();
    const [best] = decoder.next.top(1);
    const margin = Math.max(0, best![1] - decoder.next.logprob(closer!));
    return { signals: { margin }, ms: performance.now() - started };
  };
}
