/** The limit that memory sets: a decoded token reads every weight, and every row of the cache, once. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { readModelFolder, configNumber } from "../../src/engine/files/modelFolder";

/** @returns bytes a second that one thread reads from memory: the best of comparisons of two equal buffers */
function readBandwidth(): number {
  const size = 128 << 20;
  const [a, b] = [Buffer.alloc(size, 1), Buffer.alloc(size, 1)];
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    if (a.compare(b) !== 0) throw new Error("Equal buffers differ.");
    best = Math.min(best, performance.now() - started);
  }
  return (2 * size) / (best / 1000);
}

/** @returns tokens a second at each context that could be decoded if nothing but reading memory took time */
export async function bandwidthLimit(
  folder: string,
  dtype: string | undefined,
  contexts: readonly number[],
): Promise<{ bytesPerSecond: number; tokensPerSecond: number[] }> {
  const bytesPerSecond = readBandwidth();
  const { config, graphFile } = await readModelFolder(folder, dtype);
  const weightsFolder = path.dirname(graphFile);
  let weights = 0;
  for (const name of await readdir(weightsFolder)) {
    if (name.startsWith(path.basename(graphFile))) weights += (await stat(path.join(weightsFolder, name))).size;
  }
  const heads = configNumber(config, "num_attention_heads", "n_head") ?? 1;
  const headSize = configNumber(config, "head_dim") ?? (configNumber(config, "hidden_size", "n_embd") ?? 0) / heads;
  const layers = configNumber(config, "num_hidden_layers", "n_layer") ?? 0;
  const row = layers * 2 * (configNumber(config, "num_key_value_heads") ?? heads) * headSize * 4;
  return { bytesPerSecond, tokensPerSecond: contexts.map((context) => bytesPerSecond / (weights + row * context)) };
}
