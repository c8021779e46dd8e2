/** Lays the thoughts of a recorded run out, on the model that had them, for the view that shows the run. */
import type { EngineNotifications } from "../../core/protocol/engineApi";
import type { EngineProcess } from "../host/engineProcess";
import { modelFor } from "../models/modelChoice";
import type { Project } from "../panels/panelProjections";
import { settings } from "../host/settings";
import { demandRunning } from "../host/trust";

/** Included models a trace may name; any other name would let a file say what is loaded here. */
const INCLUDED = /^pocket:[\w-]+$/;

export function projectionBy(engine: EngineProcess): Project {
  return async (modelId, order, onProgress, signal) => {
    demandRunning();
    const model = modelFor(INCLUDED.test(modelId) ? modelId : settings.model());
    const told = ({ task, message, fraction }: EngineNotifications["progress"]): void => {
      if (task === `project ${order.run}` || task.startsWith("load ")) onProgress({ message, fraction });
    };
    engine.on("progress", told);
    try {
      return await engine.call("projectLatents", { ...order, model }, signal);
    } finally {
      engine.off("progress", told);
    }
  };
}
