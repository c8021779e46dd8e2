/** How open the answer would be if thinking ended here (EAT, 2509.26522): what closes thinking is fed and taken back. */
import type { LocalDecoder } from "../decoding/localDecoder";
import type { Reading } from "./checker";
import type { RunContext } from "./runContext";
import { TRIAL_INDUCER } from "./think";
import { ThinkProgress } from "./thinkProgress";

/** @param close in place of what closes thinking in the model's own format; returns what reads where the decoder stands */
export function readingEntropy(context: RunContext, decoder: LocalDecoder, close = ""): () => Promise<Reading> {
  const progress = new ThinkProgress(context.thinking, decoder);
  return () => readEntropy(context, decoder, close === "" ? closingOf(context, progress) : close);
}

/** A block that the template has closed is not closed again: a model that reasons behind it is asked for its box. */
const closingOf = ({ thinking }: RunContext, progress: ThinkProgress): string =>
  thinking.opening === "closed" && !progress.isMarked ? TRIAL_INDUCER : progress.closing;

/** Closes thinking, reads how open the answer is, and takes the closing back. */
async function readEntropy({ recorder }: RunContext, decoder: LocalDecoder, close: string): Promise<Reading> {
  const { at } = recorder;
  const started = performance.now();
  const mark = decoder.mark();
  recorder.begin("trial");
  await decoder.force(close);
  const entropy = decoder.next.entropy();
  recorder.finish("trial");
  decoder.rewind(mark);
  return { signals: { entropy }, trial: [at, recorder.at], ms: performance.now() - started };
}
