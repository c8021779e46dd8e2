/** Our engine: sequence, figures of every token, its trace as it is sent on, and a trial answer, as a strategy run does it. */
import type { LanguageModel, Sequence } from "../../src/engine/decoding/model";
import { loadOnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import { LocalDecoder } from "../../src/engine/decoding/localDecoder";
import { decodingOptions } from "../../src/engine/decoding/options";
import { TRIAL_INDUCER } from "../../src/engine/thinking/think";
import type { Task, Timings } from "./measurement";
import { median, promptIds, VERDICTS } from "./measurement";
import { TimedRecorder } from "./timedRecorder";

export async function measureThoughtlens({ model: folder, dtype, threads, context, steps }: Task): Promise<Timings> {
  const model = await loadOnnxModel(folder, { threads, cacheFolder: VERDICTS, ...(dtype ? { dtype } : {}) });
  const recorder = new TimedRecorder();
  const { signal } = new AbortController();
  const { alternatives } = decodingOptions.parse({});
  const decoder = new LocalDecoder(model, recorder, { signal, random: () => 0, alternatives });
  const { sequence } = decoder;
  const showsHidden = model.has("hidden-states");
  const stream = model.tokenizer.stream();
  const started = performance.now();
  let [next] = (await sequence.feed({ ids: promptIds(context) })).distributions;
  const prefillMs = performance.now() - started;
  const stepMs: number[] = [];
  /** Milliseconds of feeds without hidden states, and with them, in turns. */
  const feedMs: [number[], number[]] = [[], []];
  let hidden: Float32Array | undefined;
  let lookedUp = 0;
  for (let step = 0; step < steps; step++) {
    const before = performance.now();
    const id = next!.argmax();
    const text = stream.push(id);
    next!.logprob(id);
    next!.entropy();
    const chosen = performance.now();
    // What the token's own figures take was worked out just now: the rest is what else might have been chosen.
    const token = decoder.chosen(next!, id, text);
    lookedUp += performance.now() - chosen;
    recorder.token(hidden ? { ...token, hidden } : token);
    const fed = performance.now();
    const wantsHidden = showsHidden && step % 2 === 1;
    const read = await sequence.feed({ ids: [id] }, { hidden: wantsHidden });
    feedMs[wantsHidden ? 1 : 0].push(performance.now() - fed);
    hidden = read.hidden ?? hidden;
    [next] = read.distributions;
    stepMs.push(performance.now() - before);
  }
  recorder.flush();
  const checkMs = await timeOfCheck(model, sequence);
  const total = stepMs.reduce((sum, ms) => sum + ms, 0);
  const hiddenMs = feedMs[1].length > 0 ? median(feedMs[1]) - median(feedMs[0]) : 0;
  await model.dispose();
  return {
    ...{ prefillMs, stepMs: stepMs.slice(1), checkMs },
    recordingShare: (recorder.recordingMs + lookedUp) / total,
    alternativesGrowth: recorder.growth,
    loopsShare: recorder.loopsMs / total + hiddenMs / median(stepMs),
  };
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
