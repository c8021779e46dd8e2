/**
 * The graph as a hub has it, run on inputs that stay the same: nothing is chosen, kept or recorded. What a decode loop on
 * unpatched graphs can come to at best.
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { plainLayout } from "../../src/engine/backends/onnx/graphLayout";
import { readModelFolder } from "../../src/engine/files/modelFolder";
import { addStepInputs } from "../../src/engine/backends/onnx/stepInputs";
import type { Task, Timings } from "./measurement";
import { promptIds } from "./measurement";

export async function measureAsItCame({ model, dtype, threads, context, steps }: Task): Promise<Timings> {
  const { graphFile, config } = await readModelFolder(model, dtype);
  const session = await InferenceSession.create(graphFile, { intraOpNumThreads: threads });
  const layout = plainLayout(session, config, graphFile);
  const inputs = (ids: readonly number[], rows: number): Record<string, Tensor> => {
    const feeds: Record<string, Tensor> = {};
    for (const { past, heads, headSize } of layout.cache)
      feeds[past] = new Tensor("float32", new Float32Array(heads * rows * headSize), [1, heads, rows, headSize]);
    const positions = ids.map((_, index) => rows + index);
    addStepInputs(feeds, { ids, positions, rows, width: rows, soft: undefined, sees: undefined, wanted: 1 }, layout);
    return feeds;
  };
  const timed = async (feeds: Record<string, Tensor>): Promise<number> => {
    const started = performance.now();
    await session.run(feeds, ["logits"]);
    return performance.now() - started;
  };
  const prefillMs = await timed(inputs(promptIds(context), 0));
  // The engines' cache grows by a row with each of their steps: this is its length halfway.
  const step = inputs(promptIds(1), context + (steps >> 1));
  const stepMs: number[] = [];
  for (let index = 0; index < steps; index++) stepMs.push(await timed(step));
  return { prefillMs, stepMs: stepMs.slice(1) };
}
