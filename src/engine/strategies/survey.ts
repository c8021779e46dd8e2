/**
 * A survey: a whole chain of thought, with everything that any exit rule reads recorded at every place where one may ask. Each
 * rule's checks stand in the trace as if it had asked alone, at its own price, and none of them stops: what each would have
 * done, at any setting, is a replay (`thoughtlens rules`).
 */
import path from "node:path";
import * as z from "zod";
import { deerExit } from "../../core/exits/deer";
import { settingsFrom } from "../../core/exits/setting";
import { toErrorShape } from "../../core/protocol/rpc";
import { checkProbeFits, readProbe, type ProbeFile } from "../probes/probe";
import { askingAll } from "../thinking/askingAll";
import { askingProbe } from "../thinking/askingProbe";
import { earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import type { RunContext } from "../thinking/runContext";
import { similarityOptions } from "../thinking/stepSimilarity";
import { trialOptions } from "../thinking/trialCheck";
import { stepByStep, strategy } from "./strategy";

const options = z.object({
  ...earlyExitOptions,
  checkAt: earlyExitOptions.checkAt.default("line"),
  maxChecks: earlyExitOptions.maxChecks.default(1000),
  trialTokens: trialOptions.trialTokens,
  score: trialOptions.score,
  inducers: trialOptions.inducers,
  mustClose: trialOptions.mustClose,
  ...similarityOptions,
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
    const hidden = context.has("hidden-states");
    const decoder = context.localDecoder({ hidden });
    const askAll = askingAll(context, decoder, { ...options, ...deerDefaults }, hidden ? options.window : undefined);
    const askProbe = probe && askingProbe(context, decoder, probe);
    return thinkWithChecks(context, decoder, options, deerExit.reason, async () => {
      // The probe first: trials move the decoder, and its hidden state with it.
      askProbe?.();
      await askAll();
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

const deerDefaults = settingsFrom(deerExit.settings, {});
