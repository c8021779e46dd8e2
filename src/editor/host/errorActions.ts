/** The one table from an error's code to the button that helps, in a message as in a view. */
import type { PanelCommand } from "../../core/protocol/panelApi";
import { inWords, l10n, type Sentence } from "../../core/text/l10n";

export interface ErrorAction {
  readonly title: string;
  readonly command: PanelCommand;
}

/** The first pattern that fits a code decides. */
const ACTIONS: readonly (readonly [codes: RegExp, title: Sentence, command: PanelCommand])[] = [
  [/^untrusted$/, l10n.later`Manage Workspace Trust`, "manage-trust"],
  [/^engine-/, l10n.later`Restart Engine`, "restart-engine"],
  [/^server-key$/, l10n.later`Set Server Key…`, "set-server-key"],
  [/^graph-open-ended$/, l10n.later`Allow This Model…`, "allow-model"],
  [/^model-(?:incomplete|not-downloaded)$/, l10n.later`Download`, "download-model"],
  [/^hub-forbidden$/, l10n.later`Set Hugging Face Token…`, "set-hub-token"],
  [/^probe-(missing|mismatch|broken|curve)$/, l10n.later`Train Probe…`, "train-probe"],
  [
    /^(model|graph|tokenizer|token|assistant|router|hidden|capability|server)-/,
    l10n.later`Choose Model…`,
    "pick-model",
  ],
  [/(^|-)needs-local(-|$)|out-of-memory$|^branch-latents$/, l10n.later`Choose Model…`, "pick-model"],
  [/^strategy-/, l10n.later`Trace With…`, "trace-with"],
  [/^option-/, l10n.later`Open Settings`, "open-options"],
  [/^watch-list$/, l10n.later`Open Settings`, "open-watch-list"],
  [/^trace-/, l10n.later`Open Settings`, "open-trace-folder"],
  [/^import-unknown$/, l10n.later`Name Its Fields…`, "name-fields"],
  [/^internal$/, l10n.later`Show Log`, "show-log"],
];

/** @returns undefined where no command helps, and the error's own sentence has to do */
export function actionFor(code: string): ErrorAction | undefined {
  const [, title, command] = ACTIONS.find(([codes]) => codes.test(code)) ?? [];
  return title && command ? { title: inWords(title), command } : undefined;
}
