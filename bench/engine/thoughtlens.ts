/** Our engine: sequence, figures of every token, and its trace, as a strategy run does it. */
import { fileURLToPath } from "node:url";
import { loadOnnxModel } from "../../src/engine/onnx/onnxModel";
import { Recorder } from "../../src/engine/recorder";
import { Structure } from "../../src/engine/structure";
import type { Task, Timings } from "./measurement";
import { promptIds } from "./measurement";

export async function measureThoughtlens({ model: folder, dtype, threads, context, steps }: Task): Promise<Timings> {
  // As in the product, a graph is proven once and not at every load.
  const cacheFolder = fileURLToPath(new URL("../../.cache/bench/verdicts", import.meta.url));
  const model = await loadOnnxModel(folder, { threads, cacheFolder, ...(dtype ? { dtype } : {}) });
  const recorder = new Recorder(() => undefined, new Structure("step"));
  const sequence = model.newSequence();
  const stream = model.tokenizer.stream();
  const started = performance.now();
  let [next] = (await sequence.feed({ ids: promptIds(context) })).distributions;
  const prefillMs = performance.now() - started;
  const stepMs: number[] = [];
  let recording = 0;
  for (let step = 0; step < steps; step++) {
    const before = performance.now();
    const id = next!.argmax();
    const token = { id, text: stream.push(id), logprob: next!.logprob(id), entropy: next!.entropy(), ms: 0 };
    const chosen = performance.now();
    recorder.token(token);
    recording += performance.now() - chosen;
    [next] = (await sequence.feed({ ids: [id] })).distributions;
    stepMs.push(performance.now() - before);
  }
  const total = stepMs.reduce((sum, ms) => sum + ms, 0);
  await model.dispose();
  return { prefillMs, stepMs: stepMs.slice(1), recordingShare: recording / total };
}
