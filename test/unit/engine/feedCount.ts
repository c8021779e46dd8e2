/** What the runtime itself is fed while something runs: a second count, below everything that counts in the engine. */
import type { Tensor } from "onnxruntime-node";
import { weightsName } from "../../../src/engine/backends/onnx/attentionWeights";
import { InferenceSession } from "../../../src/engine/backends/onnx/runtime";

export interface Fed {
  /** Positions of all passes. */
  positions: number;
  /** Cache rows and positions of the same pass that they attended to, in all. */
  attended: number;
}

type Feeds = Record<string, Tensor>;
interface Runs {
  run(this: InferenceSession, feeds: Feeds, ...rest: unknown[]): Promise<unknown>;
}

/** Attended rows of one pass, from its mask; a graph without inputs for a past reads causally from nothing. */
function attendedRows({ input_ids: ids, attention_mask: mask, attention_bias: bias }: Feeds): number {
  const count = ids!.dims[1]!;
  const columns = mask?.dims[1] ?? count;
  const width = columns - count;
  const hidden = bias && bias.dims[3] === columns ? (bias.data as Float32Array) : undefined;
  let sum = 0;
  for (let query = 0; query < count; query++) {
    const row = hidden && bias!.dims[2]! > 1 ? query * columns : 0;
    for (let column = 0; column <= width + query; column++) if (!hidden || hidden[row + column] === 0) sum += 1;
  }
  return sum;
}

/** Counts every pass of every session while `work` goes on, but for look-ups of embeddings and pictures of attention. */
export async function countingFeeds<T>(work: () => Promise<T>): Promise<{ result: T; fed: Fed }> {
  const runs = (InferenceSession as unknown as { prototype: Runs }).prototype;
  const { run } = runs;
  const fed: Fed = { positions: 0, attended: 0 };
  runs.run = function (feeds, ...rest) {
    const wantsAttention = Array.isArray(rest[0]) && rest[0].includes(weightsName);
    if (!this.outputNames.includes("embeddings") && !wantsAttention) {
      fed.positions += feeds["input_ids"]!.dims[1]!;
      fed.attended += attendedRows(feeds);
    }
    return run.call(this, feeds, ...rest);
  };
  try {
    return { result: await work(), fed };
  } finally {
    runs.run = run;
  }
}
