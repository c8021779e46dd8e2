/** What stands where there is nothing to draw: why, and what to do about it. */
import type { PanelCommand } from "../src/core/panelApi";
import { button, element } from "./element";
import type { PanelContext } from "./view";

export function emptyState(
  context: PanelContext,
  message: string,
  action?: { title: string; command: PanelCommand },
): HTMLElement {
  return element(
    "div",
    { class: "empty-state" },
    element("p", {}, message),
    action && button(action.title, {}, () => context.host.post({ type: "command", command: action.command })),
  );
}
