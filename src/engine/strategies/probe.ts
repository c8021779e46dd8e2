/** Early exit by a hidden-state probe (2504.05419): stop at the first checkpoint where the answer is likely right by now. */
import path from "node:path";
import { z } from "zod";
import { ActionableError } from "../../core/rpc";
import type { LocalThread } from "../localThread";
import { applyProbe, checkProbeFits, readProbe, type AnyProbeFile } from "../probe/probe";
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
    maxChecks: z.int().min(0).default(1000).describe("Most checks in one run."),
    transitions,
    thinkRatio,
  }),
  async run(context, options) {
    const { model } = { model: context.model() };
    const trained = await readProbe(options.file === "" ? path.join(model.folder, "probe.json") : options.file);
    checkProbeFits(trained, model.facts);
    const threshold = options.threshold ?? trained.threshold;
    const thread = context.localThread({ hidden: true });
    return thinkWithChecks(context, thread, { ...options, checkAt: trained.checkAt }, "probe", () =>
      Promise.resolve(askProbe(context, thread, trained, threshold)),
    );
  },
});

/**
 * Asks the probe at the thread's last position and records the check.
 * @returns whether the probability passes the threshold
 * @throws ActionableError `hidden-missing`
 */
export function askProbe(
  { recorder }: RunContext,
  { hidden }: LocalThread,
  probe: Pick<AnyProbeFile, "layers" | "calibration" | "threshold">,
  threshold = probe.threshold,
): boolean {
  const started = performance.now();
  if (!hidden)
    throw new ActionableError(
      "hidden-missing",
      "The model gave no hidden state.",
      "Choose a model whose graph could be patched.",
    );
  const confidence = applyProbe(probe, hidden);
  recorder.event({
    t: "check",
    at: recorder.at,
    by: "probe",
    confidence,
    threshold,
    ms: performance.now() - started,
  });
  return confidence > threshold;
}
