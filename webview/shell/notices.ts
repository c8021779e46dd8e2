/** Sentences for the person with an action, above everything else. */
import { button, element } from "../dom/element";
import { visible } from "../dom/safeText";
import type { Notice } from "../shown/state";
import type { PanelContext } from "../parts/view";
import { l10n } from "../../src/core/text/l10n";

export class Notices {
  /** Warnings and errors interrupt a screen reader, information waits. */
  readonly element = element("div", { class: "notices", role: "region", "aria-label": l10n.t("Notices") });
  private shown = 0;

  constructor(private readonly context: PanelContext) {}

  update(): void {
    const { notices } = this.context.state;
    if (notices.length < this.shown) {
      this.element.textContent = "";
      this.shown = 0;
    }
    for (; this.shown < notices.length; this.shown += 1) this.element.append(this.bar(notices[this.shown]!));
    this.element.hidden = this.element.childNodes.length === 0;
  }

  private bar(notice: Notice): HTMLElement {
    const { action } = notice;
    const bar = element(
      "div",
      { class: `notice ${notice.level}`, role: notice.level === "info" ? "status" : "alert" },
      element("span", { class: "notice-sign", "aria-hidden": "true" }, notice.level === "info" ? "i" : "!"),
      element("bdi", { class: "notice-text" }, visible(notice.message)),
      action && button(action.title, {}, () => this.context.host.post({ type: "command", command: action.command })),
      button("×", { class: "secondary small", "aria-label": l10n.t("Dismiss") }, () => {
        bar.remove();
        this.element.hidden = this.element.childNodes.length === 0;
      }),
    );
    return bar;
  }
}
