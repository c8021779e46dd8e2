/** The probe that a scoring asks beside its trial answers. */
import { access } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";
import { checkProbeFits, readProbe, type ProbeFile } from "../probes/probe";
import type { RunContext } from "../thinking/runContext";

/**
 * @param file the probe that was asked for; empty for the one of the model's folder, which may be missing
 * @returns undefined where the model has none; one in its folder that does not fit is remarked on and left out
 * @throws ActionableError of `readProbe` and `checkProbeFits`, and `probe-capability`, for a probe that was asked for
 */
export async function probeOf(context: RunContext, file: string): Promise<ProbeFile | undefined> {
  const model = context.model();
  const own = path.join(model.folder, "probe.json");
  const isAsked = file !== "";
  if (!isAsked && !(model.has("hidden-states") && (await isThere(own)))) return undefined;
  try {
    const probe = await readProbe(isAsked ? file : own);
    checkProbeFits(probe, model.facts);
    if (model.has("hidden-states")) return probe;
    throw new ActionableError(
      "probe-capability",
      "This model shows no hidden states, which a probe reads.",
      "Choose a model whose graph can be patched.",
    );
  } catch (error) {
    if (isAsked || !(error instanceof ActionableError)) throw error;
    context.recorder.note("warning", `The model's own probe was not asked: ${error.message}`);
    return undefined;
  }
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
