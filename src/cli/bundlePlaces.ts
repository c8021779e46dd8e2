/** Where that stands which the command line brings along: bundles that are built beside its own, and the included models. */
import path from "node:path";

export const POCKET_FOLDER = path.join(__dirname, "..", "models", "pocket");
/** The engine as a process of its own. */
export const ENGINE_BUNDLE = path.join(__dirname, "engine.cjs");
export const WATCHDOG_BUNDLE = path.join(__dirname, "watchdog.cjs");
export const BACKGROUND_BUNDLE = path.join(__dirname, "background.cjs");
