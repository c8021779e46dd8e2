/** What texts mean to a model: the mean of its last hidden states over their tokens. */
import type { LanguageModel } from "../decoding/model";

/** Tokens of a text that are read. */
const LONGEST = 256;

/** @returns [hidden] each; undefined for a text without tokens */
export async function meaningsOf(
  model: LanguageModel,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<(Float32Array | undefined)[]> {
  const found: (Float32Array | undefined)[] = [];
  const width = model.facts.hiddenSize ?? 0;
  for (const text of texts) {
    const ids = model.tokenizer.encode(text.trim()).slice(0, Math.min(LONGEST, model.facts.contextLength));
    if (ids.length === 0) {
      found.push(undefined);
      continue;
    }
    const sequence = model.newSequence();
    try {
      const { hidden } = await sequence.feed({ ids }, { distributions: ids.length, hidden: true, signal });
      found.push(hidden && meanOf(hidden, width));
    } finally {
      sequence.dispose();
    }
  }
  return found;
}

/** @param states [positions, width] */
function meanOf(states: Float32Array, width: number): Float32Array {
  const mean = new Float32Array(width);
  const count = states.length / width;
  for (let index = 0; index < states.length; index++) mean[index % width]! += states[index]! / count;
  return mean;
}
