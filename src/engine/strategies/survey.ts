/**
 * A survey: a whole chain of thought, with everything that any exit rule reads recorded at every place where one may ask. Each
 * rule's checks stand in the trace as if it had asked alone, at its own price, and none of them stops: what each would have
 * done, at any setting, is a replay (`thoughtlens rules`).
 */
import path from "node:path";
import * as z from "zod";
import { agreementExit } from "../../core/exits/answerAgreement";
import { convergenceExit } from "../../core/exits/answerConvergence";
import { deerExit } from "../../core/exits/deer";
import { entropyExit } from "../../core/exits/entropyAfterThinking";
import { probeExit } from "../../core/exits/probe";
import type { ExitRule } from "../../core/exits/rule";
import { settingsFrom } from "../../core/exits/setting";
import { thinkBrakeExit } from "../../core/exits/thinkBrake";
import { toErrorShape } from "../../core/protocol/rpc";
import type { LocalDecoder } from "../decoding/localDecoder";
import { applyProbe, checkProbeFits, readProbe, type ProbeFile } from "../probes/probe";
import { AnswerReading } from "../thinking/answerReading";
import { Checker, type Reading } from "../thinking/checker";
import { readingMargin } from "../thinking/closingMargin";
import { earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { readingEntropy } from "../thinking/entropyReading";
import type { RunContext } from "../thinking/runContext";
import { readTrials, trialOptions } from "../thinking/trialCheck";
import { stepByStep, strategy } from "./strategy";

const options = z.object({
  ...earlyExitOptions,
  checkAt: earlyExitOptions.checkAt.default("line"),
  maxChecks: earlyExitOptions.maxChecks.default(1000),
  trialTokens: trialOptions.trialTokens,
  score: trialOptions.score,
  inducers: trialOptions.inducers,
  mustClose: trialOptions.mustClose,
  file: z
    .string()
    .default("")
    .describe("The probe's file; by default probe.json in the model's folder, where there is one that fits."),
});
type Options = z.output<typeof options>;

export const survey = strategy({
  id: "survey",
  name: "Survey",
  title: "Survey (of all exit rules)",
  summary: "Thinks to the end and records at each line what every exit rule would have read there.",
  needs: ["logits", "cache-rewind"],
  stepKind: "step",
  thinks: "on",
  options,
  short: { checkAt: "line", maxChecks: 2 },
  words: stepByStep,
  async run(context, options) {
    const probe = await probeFor(context, options);
    const decoder = context.localDecoder(probe ? { hidden: true } : {});
    const asked = askingAll(context, decoder, options, probe);
    return thinkWithChecks(context, decoder, options, deerExit.reason, async () => {
      await asked();
      return false;
    });
  },
});

/** The probe of the model; without one the survey says so and goes on. */
async function probeFor(context: RunContext, { file }: Options): Promise<ProbeFile | undefined> {
  if (!context.has("hidden-states")) return undefined;
  const model = context.model();
  try {
    const probe = await readProbe(file === "" ? path.join(model.folder, "probe.json") : file);
    checkProbeFits(probe, model.facts);
    return probe;
  } catch (error) {
    // A probe that was asked for by name has to be there.
    if (file !== "") throw error;
    context.recorder.note("info", `No probe is asked: ${toErrorShape(error).message}`);
    return undefined;
  }
}

/** @returns what asks every rule where the decoder stands */
function askingAll(
  context: RunContext,
  decoder: LocalDecoder,
  options: Options,
  probe: ProbeFile | undefined,
): () => Promise<void> {
  const { recorder } = context;
  const checkerOf = <Settings, State>(rule: ExitRule<Settings, State>, known: object = {}) =>
    new Checker(recorder, rule, settingsFrom(rule.settings, known as Record<string, unknown>));
  const [deer, agreement, convergence] = [checkerOf(deerExit), checkerOf(agreementExit), checkerOf(convergenceExit)];
  const [entropy, brake] = [checkerOf(entropyExit), checkerOf(thinkBrakeExit)];
  const asksProbe = probe && checkerOf(probeExit, { threshold: probe.threshold, patience: probe.patience });
  const answers = new AnswerReading(recorder);
  const readMargin = readingMargin(context, decoder);
  const readEntropy = readingEntropy(context, decoder);
  return async () => {
    const { at } = recorder;
    // What costs nothing is read first: trials move the decoder, and bring it back.
    brake.check(at, readMargin());
    if (probe && asksProbe && decoder.hidden) asksProbe.check(at, probeReading(probe, decoder.hidden));
    const trial = await readTrials(context, decoder, { ...options, ...deerDefaults });
    deer.check(at, trial);
    const agreeing: Reading = { ...trial, signals: answers.take(trial.answer) };
    agreement.check(at, agreeing);
    convergence.check(at, agreeing);
    entropy.check(at, await readEntropy());
  };
}

const deerDefaults = settingsFrom(deerExit.settings, {});

function probeReading(probe: ProbeFile, hidden: Float32Array): Reading {
  const started = performance.now();
  return { signals: { probability: applyProbe(probe, hidden) }, ms: performance.now() - started };
}
