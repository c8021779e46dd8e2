/**
 * Whether a step says what was said before: the cosine between the hidden state at its end and those at the ends of steps before
 * it (as the redundancy detector of PUMA compares embeddings of steps, 2605.17672). Read from what the model gave anyway.
 */
import * as z from "zod";
import { cosine } from "../../core/measure/meaningLoop";
import { ActionableError } from "../../core/protocol/rpc";
import type { LocalDecoder } from "../decoding/localDecoder";
import type { Reading } from "./checker";

/** How many steps a step is compared with. */
export const similarityOptions = {
  window: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe("How many of the steps before a step is compared with; the likest of them counts."),
};

/**
 * @returns what reads the similarity where the decoder stands, 0 to 1, each time at the end of one more step; nothing for the
 * first. Throws ActionableError `hidden-missing`
 */
export function readingSimilarity(decoder: Pick<LocalDecoder, "hidden">, window: number): () => Reading {
  /** Hidden states at the ends of the last steps, [hidden] each. */
  const before: Float32Array[] = [];
  return () => {
    const started = performance.now();
    if (!decoder.hidden)
      throw new ActionableError(
        "hidden-missing",
        "The model gave no hidden state.",
        "Choose a model whose graph could be patched.",
      );
    const here = decoder.hidden.slice();
    const similarity = before.reduce((most, each) => Math.max(most, cosine(each, here)), 0);
    const signals = before.length === 0 ? {} : { similarity: Math.min(1, similarity) };
    before.push(here);
    if (before.length > window) before.shift();
    return { signals, ms: performance.now() - started };
  };
}
