/** Early exit by a hidden-state probe (2504.05419): stop at the first checkpoint where the answer is likely right by now. */
import path from "node:path";
import * as z from "zod";
import { probeExit } from "../../core/exits/probe";
import { checkProbeFits, exitForRisk, readProbe } from "../probes/probe";
import { askingProbe } from "../thinking/askingProbe";
import { earlyExitOptions, thinkWithChecks } from "../thinking/earlyExit";
import { ruleOptions } from "../thinking/ruleOptions";
import { stepByStep, strategy } from "./strategy";

const { transitions, thinkRatio } = earlyExitOptions;

export const probe = strategy({
  id: probeExit.id,
  name: "Hidden-State Probe",
  title: "Hidden-State Probe",
  summary: "A small trained probe reads from the hidden state whether the answer is right by now, at no token's cost.",
  paper: "2504.05419",
  needs: ["hidden-states"],
  stepKind: "step",
  thinks: "on",
  probe: { reads: "words", option: "file" },
  options: z.object({
    file: z.string().default("").describe("The probe's file; by default probe.json in the model's folder."),
    ...ruleOptions(probeExit),
    risk: z
      .number()
      .min(0)
      .max(0.5)
      .default(0)
      .describe(
        "Share of exits that may turn a right answer wrong: the threshold is the one proven to keep it on questions that nothing was fitted to (a promise as LYNX's, 2512.05325, by Learn then Test, 2110.01052). 0 takes the probe's own; a threshold that is given goes first.",
      ),
    confidence: z.number().gt(0).lt(1).default(0.9).describe("How sure a risk has to be kept."),
    maxChecks: z.int().min(0).default(1000).describe("Most checks in one run."),
    transitions,
    thinkRatio,
  }),
  published: { patience: 1 },
  words: stepByStep,
  async run(context, options) {
    const model = context.model();
    const trained = await readProbe(options.file === "" ? path.join(model.folder, "probe.json") : options.file);
    checkProbeFits(trained, model.facts);
    const decoder = context.localDecoder({ hidden: true });
    const { risk, confidence, patience, threshold } = options;
    const kept = risk > 0 && threshold === undefined ? exitForRisk(trained, { risk, confidence }, patience) : options;
    const chunk: { hidden: Float32Array | undefined } = { hidden: undefined };
    const ask = askingProbe(context, trained.checkAt === "chunk" ? chunk : decoder, trained, kept);
    const noteEnd = () => {
      chunk.hidden = decoder.hidden && Float32Array.from(decoder.hidden);
      return Promise.resolve();
    };
    const settings = { ...options, checkAt: trained.checkAt };
    return thinkWithChecks(context, decoder, settings, probeExit.reason, () => Promise.resolve(ask()), noteEnd);
  },
});
