/** From a dataset to a probe: collect, train, write the file, and report how good it is. */
import { fold } from "../../core/trace/fold";
import type { ProbeReport, ProbeRequest } from "../../core/protocol/engineApi";
import { measure } from "../../core/measure/metrics";
import { reliabilityBins, rocCurve } from "../../core/measure/reliability";
import { ActionableError } from "../../core/protocol/rpc";
import type { Message, TraceEvent } from "../../core/trace/trace";
import { diskError } from "../../disk/diskError";
import { replaceFile } from "../../disk/wholeFile";
import type { Question } from "../runs/datasetRun";
import type { LanguageModel } from "../decoding/model";
import type { Route } from "../routing/paradigmRouter";
import { runStrategy } from "../runs/runStrategy";
import { CLOSED_INDUCER } from "../thinking/think";
import { coconut } from "../strategies/coconut";
import { collectQuestions } from "./collecting";
import type { ProbedUnit } from "../thinking/earlyExit";
import { collectingStrategy, type ProbeExample, type ProbeQuestion } from "./examples";
import { collectLatents } from "./latentExamples";
import type { AnyProbeFile } from "../probes/probe";
import { l10n, type Sentence } from "../../core/text/l10n";

/** Fewer than these and a split may hold a handful of questions. */
const FEWEST_QUESTIONS = 20;
/** Collecting takes nearly all of the time. */
const COLLECTING_SHARE = 0.9;

interface CollectOptions {
  signal: AbortSignal;
  route: Route;
  /** Turns before every question, as examples are: a probe is for prompts like those it was trained on. */
  shown?: readonly Message[];
}

/** The method that a model has to be trained for to have places of this kind; undefined where every model has them. */
export const methodProbedAt = (checkAt: ProbeRequest["checkAt"]): string | undefined =>
  checkAt === "latent" ? coconut.id : undefined;

export interface TrainOnOptions extends CollectOptions {
  progress: (message: Sentence, fraction: number) => void;
}

/** @throws ActionableError `probe-data`, `probe-capability`, and what a run throws */
export async function trainOn(
  model: LanguageModel,
  request: ProbeRequest,
  options: TrainOnOptions,
): Promise<ProbeReport> {
  const { questions, checkAt, file, data, seed = 0 } = request;
  const { sha256, hiddenSize, id } = model.facts;
  if (!model.has("hidden-states") || hiddenSize === undefined || sha256 === undefined) {
    const reason = model.capabilities.find((row) => row.capability === "hidden-states")?.reason;
    throw new ActionableError(
      "probe-capability",
      l10n.later`A probe needs hidden states: ${reason ?? l10n.later`this model gives none.`}`,
      "Choose a local model whose graph can be patched.",
    );
  }
  if (questions.length < FEWEST_QUESTIONS) {
    throw new ActionableError(
      "probe-data",
      l10n.later`A probe needs at least ${FEWEST_QUESTIONS} questions with answers.`,
      "Choose a larger dataset.",
    );
  }
  const collected = await collectQuestions(
    `${file}.examples.jsonl`,
    { model: sha256, checkAt, data, options: JSON.stringify(request.options ?? {}), trial: CLOSED_INDUCER },
    questions,
    (question) =>
      checkAt === "latent"
        ? collectLatents(model, question, { ...options, options: request.options })
        : collectExamples(model, question, { checkAt, options: request.options }, options),
    {
      signal: options.signal,
      progress: (done) =>
        options.progress(
          l10n.later`Thinking through question ${done} of ${questions.length}`,
          (COLLECTING_SHARE * done) / questions.length,
        ),
    },
  );
  const states = collected.flatMap((question) => question.examples);
  if (states.every(({ right }) => right) || !states.some(({ right }) => right)) {
    throw new ActionableError(
      "probe-data",
      "All trial answers were alike, so there is nothing to tell apart.",
      "Choose questions that the model gets right after some thinking.",
    );
  }
  // The training library is large, and most sessions never train: it is read when it is needed.
  const { trainProbe } = await import("./probeTraining");
  const trained = await trainProbe(collected, {
    seed,
    signal: options.signal,
    // There are few thoughts, and each stands for a step.
    ...(checkAt === "latent" ? { patiences: [1] } : {}),
    progress: (fraction) => options.progress(l10n.later`Training`, COLLECTING_SHARE + (1 - COLLECTING_SHARE) * fraction),
  });
  const { layers, calibration, threshold, patience, exits, curve, figures, test } = trained;
  const probe: AnyProbeFile = {
    v: 1,
    kind: "hidden-state-probe",
    model: { id, sha256, hiddenSize },
    checkAt,
    layers: layers.map(({ weight, bias }) => ({
      weight: weight.map((row) => row.map(rounded)),
      bias: bias.map(rounded),
    })),
    calibration,
    threshold,
    patience,
    exits,
    curve,
    figures,
    trained: { data, questions: questions.length, states: states.length, seed },
  };
  await replaceFile(file, `${JSON.stringify(probe)}\n`).catch((error: unknown) => {
    throw diskError(error, file, { what: l10n.later`The probe`, code: "probe", elsewhere: l10n.later`name another file for it` });
  });
  return { file, threshold, patience, figures, roc: rocCurve(test), bins: reliabilityBins(test) };
}

/** Six digits are what float32 states can use. */
const rounded = (value: number): number => Number(value.toPrecision(6));

/** One question thought through to its end, with a trial answer at every checkpoint. */
export async function collectExamples(
  model: LanguageModel,
  { question, answer }: Question,
  { checkAt, options = {} }: { checkAt: ProbedUnit; options?: ProbeRequest["options"] },
  { signal, route, shown = [] }: CollectOptions,
): Promise<ProbeQuestion> {
  const examples: ProbeExample[] = [];
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: model,
    strategy: collectingStrategy(checkAt, (example) => examples.push(example)),
    request: {
      id: "probe-examples",
      model: { kind: "folder", path: model.folder },
      strategy: "probe-examples",
      options,
      messages: [...shown, { role: "user", content: question }],
      gold: answer,
    },
    route,
    emit: (batch) => events.push(...batch),
    signal,
  });
  const figures = measure(fold(events));
  return { examples, thinking: figures.tokens.thinking, correct: figures.correct ?? false };
}
