/** Early exit by a hidden-state probe (2504.05419): stop at the first checkpoint where the answer is likely right by now. */
import path from "node:path";
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import type { LocalDecoder } from "../decoding/localDecoder";
import { applyProbe, checkProbeFits, readProbe, type AnyProbeFile } from "../probes/probe";
import { earlyExitOptions, thinkWithChecks } from "./earlyExit";
import { strategy, type RunContext } from "./strategy";

const { transitions, thinkRatio } = earlyExitOptions;

export const probe = strategy({
  id: "probe",
  title: "Hidden-state probe",
  summary: "A small trained probe reads from the hidden state whether the answer is right by now, at no token's cost.",
  paper: "2504.05419",
  needs: ["hidden-states"],
  stepKind: "step",
  options: z.object({
    file: z.string().default("").describe("The probe's file; by default probe.json in the model's folder."),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Probability above which thinking stops; by default the one chosen on validation data."),
    patience: z
      .int()
      .min(1)
      .optional()
      .describe("Checks in a row that have to pass; by default the number chosen on validation data."),
    maxChecks: z.int().min(0).default(1000).describe("Most checks in one run."),
    transitions,
    thinkRatio,
  }),
  async run(context, options) {
    const { model } = { model: context.model() };
    const trained = await readProbe(options.file === "" ? path.join(model.folder, "probe.json") : options.file);
    checkProbeFits(trained, model.facts);
    const decoder = context.localDecoder({ hidden: true });
    const ask = askingProbe(context, decoder, trained, options);
    return thinkWithChecks(context, decoder, { ...options, checkAt: trained.checkAt }, "probe", () =>
      Promise.resolve(ask()),
    );
  },
});

/** What exits of a probe are decided by: one pass of the threshold, or several in a row (patience, 2006.04152). */
type ProbeExit = Pick<AnyProbeFile, "threshold" | "patience">;

/**
 * What asks the probe at the decoder's last position, as often as it is called, and records each check.
 * @param asked in place of the probe's own
 * @returns whether thinking may stop; throws ActionableError `hidden-missing`
 */
export function askingProbe(
  { recorder }: RunContext,
  decoder: LocalDecoder,
  probe: Pick<AnyProbeFile, "layers" | "calibration"> & ProbeExit,
  asked: { [Name in keyof ProbeExit]?: ProbeExit[Name] | undefined } = {},
): () => boolean {
  const { threshold = probe.threshold, patience = probe.patience } = asked;
  let row = 0;
  return () => {
    const started = performance.now();
    if (!decoder.hidden)
      throw new ActionableError(
        "hidden-missing",
        "The model gave no hidden state.",
        "Choose a model whose graph could be patched.",
      );
    const confidence = applyProbe(probe, decoder.hidden);
    row = confidence > threshold ? row + 1 : 0;
    recorder.event({
      t: "check",
      at: recorder.at,
      by: "probe",
      confidence,
      threshold,
      ...(patience > 1 ? { patience } : {}),
      ...(row > 0 && row < patience ? { why: `Pass ${row} of ${patience} in a row.` } : {}),
      ms: performance.now() - started,
    });
    return row >= patience;
  };
}
