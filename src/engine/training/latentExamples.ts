/** What a probe of latents learns from: the hidden state after every continuous thought, and whether the answer tried there is right. */
import { gradeAnswer } from "../../core/text/answer";
import { fold } from "../../core/trace/fold";
import { measure } from "../../core/measure/metrics";
import type { TraceEvent } from "../../core/trace/trace";
import { vectorFromBase64 } from "../../core/trace/vector";
import type { Question } from "../runs/datasetRun";
import type { LanguageModel } from "../decoding/model";
import type { Route } from "../routing/paradigmRouter";
import { coconut } from "../strategies/coconut";
import { runStrategy } from "../runs/runStrategy";
import type { ProbeQuestion } from "./examples";

/** One question thought through in latents to the length of training. @throws ActionableError `strategy-unsupported` */
export async function collectLatents(
  model: LanguageModel,
  { question, answer }: Question,
  { signal, route, options }: { signal: AbortSignal; route: Route; options?: Record<string, unknown> | undefined },
): Promise<ProbeQuestion> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: model,
    request: {
      id: "probe-examples",
      model: { kind: "folder", path: model.folder },
      strategy: coconut.id,
      options: { ...options, length: "padded", answers: true, lens: 0 },
      messages: [{ role: "user", content: question }],
      gold: answer,
    },
    route,
    emit: (batch) => events.push(...batch),
    signal,
  });
  const trace = fold(events);
  const figures = measure(trace);
  const examples = trace.latents.flatMap((latent, at) => {
    const right = gradeAnswer(latent.answer, answer);
    // Nothing is learned from an answer of which nobody knows whether it is right.
    return latent.vector === undefined || right === undefined
      ? []
      : [{ state: vectorFromBase64(latent.vector), right, at }];
  });
  return { examples, thinking: figures.tokens.latent, correct: figures.correct ?? false };
}
