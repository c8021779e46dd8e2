/** Our engine: sequence, figures of every token, its trace as it is sent on, and a trial answer, as a strategy run does it. */
import type { LanguageModel, Sequence } from "../../src/engine/decoding/model";
import { loadOnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import { Recorder } from "../../src/engine/decoding/recorder";
import { TRIAL_INDUCER } from "../../src/engine/thinking/think";
import { Structure } from "../../src/engine/decoding/structure";
import type { Task, Timings } from "./measurement";
import { promptIds, VERDICTS } from "./measurement";

export async function measureThoughtlens({ model: folder, dtype, threads, context, steps }: Task): Promise<Timings> {
  const model = await loadOnnxModel(folder, { threads, cacheFolder: VERDICTS, ...(dtype ? { dtype } : {}) });
  // The engine process hands its events on as JSON: that is part of what recording costs.
  const recorder = new Recorder((events) => void JSON.stringify(events), new Structure("step"));
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
  const checkMs = await timeOfCheck(model, sequence);
  const total = stepMs.reduce((sum, ms) => sum + ms, 0);
  await model.dispose();
  return { prefillMs, stepMs: stepMs.slice(1), recordingShare: recording / total, checkMs };
}

/** Tokens of the trial answer, its box's end included. */
const TRIAL_TOKENS = 5;

/** The better of two: the first may find memory that is not there yet. */
async function timeOfCheck(model: LanguageModel, sequence: Sequence): Promise<number> {
  const inducer = model.tokenizer.encode(TRIAL_INDUCER);
  let best = Infinity;
  for (let trial = 0; trial < 2; trial++) {
    const started = performance.now();
    const mark = sequence.mark();
    let [next] = (await sequence.feed({ ids: inducer })).distributions;
    for (let token = 0; token < TRIAL_TOKENS; token++) {
      [next] = (await sequence.feed({ ids: [next!.argmax()] })).distributions;
    }
    sequence.rewind(mark);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}
