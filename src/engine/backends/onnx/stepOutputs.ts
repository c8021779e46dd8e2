/** Which outputs of a graph a step asks for, and how they are read. */
import type { Tensor } from "onnxruntime-node";
import type { Distribution } from "../../decoding/distribution";
import type { LogitStatistics } from "./distribution";
import { LogitDistribution } from "./distribution";
import type { GraphLayout } from "./graphLayout";

export type Outputs = Readonly<Record<string, Tensor>>;

/** Names of the outputs that carry cache rows. */
export const cacheOutputs = ({ cache }: GraphLayout): string[] => [...new Set(cache.map(({ output }) => output))];

/** Names of the outputs to fetch; what is not named is not copied out of the runtime. */
export function outputNames(layout: GraphLayout, wanted: number, hidden: boolean): string[] {
  const names = cacheOutputs(layout);
  if (wanted === 0) return names;
  names.push("logits");
  if (layout.features.logitStatistics) names.push("top_ids", "top_logprobs", "entropy");
  if (hidden) names.push("hidden_states");
  return names;
}

/** @returns the distributions of the last `wanted` positions, in order */
export function readDistributions(outputs: Outputs, wanted: number): Distribution[] {
  if (wanted === 0) return [];
  const logits = outputs["logits"]!;
  const [, positions, vocabulary] = logits.dims as [number, number, number];
  const values = logits.data as Float32Array;
  return Array.from({ length: wanted }, (_, index) => {
    const at = positions - wanted + index;
    return new LogitDistribution(values.subarray(at * vocabulary, (at + 1) * vocabulary), statistics(outputs, at));
  });
}

/** @returns the hidden states of the last `wanted` positions, [wanted, hidden] */
export function readHidden(outputs: Outputs, wanted: number): Float32Array {
  const states = outputs["hidden_states"]!;
  const [, positions, width] = states.dims as [number, number, number];
  return (states.data as Float32Array).slice((positions - wanted) * width);
}

function statistics(outputs: Outputs, at: number): LogitStatistics | undefined {
  const ids = outputs["top_ids"];
  const logprobs = outputs["top_logprobs"];
  const entropy = outputs["entropy"];
  if (!ids || !logprobs || !entropy) return undefined;
  const count = ids.dims[2]!;
  return {
    topIds: Array.from((ids.data as BigInt64Array).subarray(at * count, (at + 1) * count), Number),
    topLogprobs: Array.from((logprobs.data as Float32Array).subarray(at * count, (at + 1) * count)),
    entropy: (entropy.data as Float32Array)[at]!,
  };
}
