/** The tabs that choose a view: one of them is in the tab order, arrow keys go to the others. */
import { element } from "../dom/element";
import type { ViewName } from "../shown/state";
import { l10n } from "../../src/core/text/l10n";

const VIEW_TITLES: Record<ViewName, string> = {
  compare: l10n.t("Compare"),
  confidence: l10n.t("Confidence"),
  exits: l10n.t("Exits"),
  memory: l10n.t("Memory"),
  latents: l10n.t("Latents"),
  compression: l10n.t("Compression"),
  samples: l10n.t("Samples"),
  whatif: l10n.t("What If"),
  bench: l10n.t("Bench"),
};

export class Tabs {
  readonly element = element("div", { role: "tablist", class: "tabs", "aria-label": l10n.t("Views") });
  private readonly tabs: [ViewName, HTMLButtonElement][];

  constructor(views: readonly ViewName[], onChoose: (view: ViewName) => void) {
    this.tabs = views.map((view) => {
      const tab = element(
        "button",
        { type: "button", role: "tab", id: `tab-${view}`, "aria-controls": "view" },
        VIEW_TITLES[view],
      );
      tab.addEventListener("click", () => onChoose(view));
      this.element.append(tab);
      return [view, tab];
    });
    this.element.addEventListener("keydown", (event) => {
      const shown = this.tabs.filter(([, tab]) => !tab.hidden);
      const now = shown.findIndex(([, tab]) => tab === document.activeElement);
      const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -now, End: -1 - now };
      const by = steps[event.key];
      if (now < 0 || by === undefined) return;
      event.preventDefault();
      const [view, tab] = shown[(now + by + shown.length) % shown.length]!;
      tab.focus();
      onChoose(view);
    });
  }

  /** Shows or hides the tab of a view. */
  show(view: ViewName, shown: boolean): void {
    for (const [name, tab] of this.tabs) if (name === view) tab.hidden = !shown;
  }

  choose(view: ViewName): void {
    for (const [name, tab] of this.tabs) {
      tab.setAttribute("aria-selected", String(name === view));
      tab.tabIndex = name === view ? 0 : -1;
    }
  }
}
