/** A whole sequence read anew on a graph that puts its attention weights out. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { AttentionOptions } from "../../decoding/model";
import { weightsName } from "./attentionWeights";
import type { GraphLayout } from "./graphLayout";
import { ModelCache } from "./modelCache";
import { CHUNK } from "./onnxSequence";
import { addStepInputs } from "./stepInputs";
import { cacheOutputs } from "./stepOutputs";

/**
 * @param session on the graph of `withAttentionWeights`
 * @param layout of the graph without that output
 * @throws the reason of the signal
 */
export async function readAttention(
  session: InferenceSession,
  layout: GraphLayout,
  ids: readonly number[],
  { sees, take, signal }: AttentionOptions,
): Promise<void> {
  const cache = new ModelCache(layout.cache, Infinity);
  const wanted = [...cacheOutputs(layout), weightsName];
  for (let from = 0; from < ids.length; from += CHUNK) {
    signal?.throwIfAborted();
    const chunk = ids.slice(from, from + CHUNK);
    const { width } = cache;
    const feeds: Record<string, Tensor> = {};
    const positions = chunk.map((_, index) => from + index);
    const input = { ids: chunk, soft: undefined, positions, rows: from, width, wanted: 0 };
    addStepInputs(feeds, { ...input, sees: (query, row) => sees(from + query, row) }, layout);
    cache.addTo(feeds);
    const outputs = await session.run(feeds, wanted);
    const weights = outputs[weightsName]!.data as Float32Array;
    const columns = width + chunk.length;
    chunk.forEach((_, query) => {
      const row = weights.subarray(query * columns, (query + 1) * columns);
      // Between the cache's live rows and this chunk's stands padding, which nothing attends to.
      const live = new Float32Array(from + query + 1);
      live.set(row.subarray(0, from));
      live.set(row.subarray(width, width + query + 1), from);
      take(from + query, live);
    });
    cache.append(outputs, chunk.length);
  }
}
