/** Asking a hidden-state probe (2504.05419) where a decoder stands, as a check that is recorded. */
import { probeExit, type ProbeExitSettings } from "../../core/exits/probe";
import { ActionableError } from "../../core/protocol/rpc";
import { applyProbe, type AnyProbeFile } from "../probes/probe";
import { Checker } from "./checker";
import type { RunContext } from "./runContext";

/**
 * What asks the probe about a hidden state, as often as it is called, and records each check.
 * @param place a decoder, for the state at its last position, or what holds the state of another
 * @param asked in place of the probe's own; its threshold is the one for as many checks in a row
 * @returns whether thinking may stop; throws ActionableError `hidden-missing`
 */
export function askingProbe(
  { recorder }: Pick<RunContext, "recorder">,
  place: { readonly hidden: Float32Array | undefined },
  probe: Pick<AnyProbeFile, "layers" | "calibration" | "threshold" | "patience" | "exits">,
  asked: Partial<ProbeExitSettings> = {},
): () => boolean {
  const { patience = probe.patience } = asked;
  const own = probe.exits?.find((exit) => exit.patience === patience) ?? probe;
  const { threshold = own.threshold } = asked;
  const checker = new Checker(recorder, probeExit, { threshold, patience });
  return () => {
    const started = performance.now();
    if (!place.hidden)
      throw new ActionableError(
        "hidden-missing",
        "The model gave no hidden state.",
        "Choose a model whose graph could be patched.",
      );
    const probability = applyProbe(probe, place.hidden);
    return checker.check(recorder.at, { signals: { probability }, ms: performance.now() - started });
  };
}
