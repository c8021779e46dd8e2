/** `generate()` of transformers.js on the same files. */
import { AutoModelForCausalLM, env, Tensor } from "@huggingface/transformers";
import path from "node:path";
import type { Task, Timings } from "./measurement";
import { promptIds } from "./measurement";

export async function measureTransformersJs({ model, dtype, threads, context, steps }: Task): Promise<Timings> {
  env.allowRemoteModels = false;
  env.localModelPath = path.dirname(model);
  const loaded = await AutoModelForCausalLM.from_pretrained(path.basename(model), {
    dtype: (dtype ?? "q4") as "q4",
    device: "cpu",
    session_options: { intraOpNumThreads: threads },
  });
  const int64 = (values: readonly number[]) =>
    new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const ids = promptIds(context);
  // The streamer hears of the prompt first, then of each token.
  const heard: number[] = [];
  const streamer = { put: () => void heard.push(performance.now()), end: () => undefined };
  await loaded.generate({
    inputs: int64(ids),
    attention_mask: int64(ids.map(() => 1)),
    do_sample: false,
    max_new_tokens: steps,
    min_new_tokens: steps,
    streamer,
  } as never);
  const [start, first, ...rest] = heard as [number, number, ...number[]];
  const stepMs = rest.map((at, index) => at - (rest[index - 1] ?? first));
  return { prefillMs: first - start, stepMs: stepMs.slice(1) };
}
