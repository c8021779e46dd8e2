/** What stands where there is nothing to draw: why, and what to do about it. */
import type { PanelCommand } from "../../src/core/protocol/panelApi";
import { button, element } from "../dom/element";
import type { PanelContext } from "./view";
import { l10n } from "../../src/core/text/l10n";

export interface EmptyAction {
  title: string;
  command: PanelCommand;
}

/** Another strategy on the same prompt is what most empty views wait for. */
export const COMPARE: EmptyAction = { title: l10n.t("Compare Strategies…"), command: "compare" };

/** A local model reads a trace that somebody else recorded and adds its own confidences. */
export const SCORE: EmptyAction = { title: l10n.t("Score with a Local Model…"), command: "score-trace" };

/** What can be asked of a trace that is there. */
export const WHAT_IF: readonly EmptyAction[] = [
  { title: l10n.t("Which Step Mattered…"), command: "measure-importance" },
  { title: l10n.t("Does the Answer Follow the Thought…"), command: "test-faithfulness" },
];

/** A row of buttons. */
export function actionBar(context: PanelContext, actions: readonly EmptyAction[]): HTMLElement {
  return element(
    "div",
    { class: "action-bar" },
    ...actions.map(({ title, command }) =>
      button(title, { class: "secondary small" }, () => context.host.post({ type: "command", command })),
    ),
  );
}

export function emptyState(context: PanelContext, message: string, ...actions: EmptyAction[]): HTMLElement {
  return element(
    "div",
    { class: "empty-state" },
    element("p", {}, message),
    ...actions.map(({ title, command }, index) =>
      button(title, index > 0 ? { class: "secondary" } : {}, () => context.host.post({ type: "command", command })),
    ),
  );
}
