/** Lays the thoughts of a recorded run out, on the model that had them, for the view that shows the run. */
import type { CallContext } from "../../core/protocol/rpc";
import { inWords } from "../../core/text/l10n";
import { pocketNamed } from "../../core/protocol/modelName";
import type { EngineProcess } from "../host/engineProcess";
import type { Project } from "./panelProjections";
import { modelNamed, settings } from "../host/settings";
import { demandRunning } from "../host/trust";

export function projectionBy(engine: EngineProcess): Project {
  return async (modelId, order, onProgress, signal) => {
    demandRunning();
    // Only an included model is loaded because a trace names it: a file does not say what else is loaded here.
    const model = pocketNamed(modelId) ?? modelNamed(settings.model());
    const progress: CallContext["progress"] = (message, fraction) =>
      onProgress({ message: inWords(message), fraction });
    return engine.call("projectLatents", { ...order, model }, { signal, progress });
  };
}
