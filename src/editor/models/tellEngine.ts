/** What every engine that starts has to be told, and again when a setting changes. */
import type { EngineProcess } from "../host/engineProcess";
import { settings } from "../host/settings";

/** @param names of the settings whose change is told to an engine that runs */
export function tellEngine(engine: EngineProcess, names: readonly string[], tell: () => Promise<unknown>): void {
  // An engine that ends meanwhile is told when it starts again.
  const safely = () => void tell().catch(() => undefined);
  engine.on("state", (state) => {
    if (state === "ready") safely();
  });
  if (names.length === 0) return;
  settings.onChange(names, () => {
    if (engine.state === "ready") safely();
  });
}
