/** Asking a hidden-state probe (2504.05419) where a decoder stands, as a check that is recorded. */
import { probeExit, type ProbeExitSettings } from "../../core/exits/probe";
import { ActionableError } from "../../core/protocol/rpc";
import type { LocalDecoder } from "../decoding/localDecoder";
import { applyProbe, type AnyProbeFile } from "../probes/probe";
import { Checker } from "./checker";
import type { RunContext } from "./runContext";

/**
 * What asks the probe at the decoder's last position, as often as it is called, and records each check.
 * @param asked in place of the probe's own
 * @returns whether thinking may stop; throws ActionableError `hidden-missing`
 */
export function askingProbe(
  { recorder }: RunContext,
  decoder: LocalDecoder,
  probe: Pick<AnyProbeFile, "layers" | "calibration" | "threshold" | "patience">,
  asked: Partial<ProbeExitSettings> = {},
): () => boolean {
  const { threshold = probe.threshold, patience = probe.patience } = asked;
  const checker = new Checker(recorder, probeExit, { threshold, patience });
  return () => {
    const started = performance.now();
    if (!decoder.hidden)
      throw new ActionableError(
        "hidden-missing",
        "The model gave no hidden state.",
        "Choose a model whose graph could be patched.",
      );
    const probability = applyProbe(probe, decoder.hidden);
    return checker.check(recorder.at, { signals: { probability }, ms: performance.now() - started });
  };
}
