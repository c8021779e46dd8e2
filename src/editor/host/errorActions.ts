/** The one table from an error's code to the button that helps, in a message as in a view. */
import type { PanelCommand } from "../../core/protocol/panelApi";

export interface ErrorAction {
  readonly title: string;
  readonly command: PanelCommand;
}

/** The first pattern that fits a code decides. */
const ACTIONS: readonly (readonly [codes: RegExp, title: string, command: PanelCommand])[] = [
  [/^untrusted$/, "Manage Workspace Trust", "manage-trust"],
  [/^engine-/, "Restart Engine", "restart-engine"],
  [/^server-key$/, "Set Server Key…", "set-server-key"],
  [/^graph-open-ended$/, "Allow This Model…", "allow-model"],
  [/^hub-forbidden$/, "Set Hugging Face Token…", "set-hub-token"],
  [/^probe-(missing|mismatch|broken|curve)$/, "Train Probe…", "train-probe"],
  [/^(model|graph|tokenizer|token|assistant|router|hidden|capability|server)-/, "Choose Model…", "pick-model"],
  [/(^|-)needs-local(-|$)|out-of-memory$|^branch-latents$/, "Choose Model…", "pick-model"],
  [/^strategy-/, "Trace With…", "trace-with"],
  [/^option-/, "Open Settings", "open-options"],
  [/^watch-list$/, "Open Settings", "open-watch-list"],
  [/^trace-/, "Open Settings", "open-trace-folder"],
  [/^import-unknown$/, "Name Its Fields…", "name-fields"],
  [/^internal$/, "Show Log", "show-log"],
];

/** @returns undefined where no command helps, and the error's own sentence has to do */
export function actionFor(code: string): ErrorAction | undefined {
  const [, title, command] = ACTIONS.find(([codes]) => codes.test(code)) ?? [];
  return title && command ? { title, command } : undefined;
}
