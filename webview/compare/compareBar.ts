/** The controls of the comparison in one row: search, and the rest, which goes into a menu where the row is too short. */
import { button, element } from "../dom/element";
import { CONFIDENCE_CLASSES } from "../parts/tokens";
import { keyHelp } from "./keyHelp";
import type { Query } from "./search";
import { SearchBar } from "./searchBar";
import { l10n } from "../../src/core/text/l10n";

export interface BarEvents {
  find(query: Query): void;
  /** Go to the next (1) or previous (-1) hit. */
  stepHit(by: 1 | -1): void;
  leaveSearch(): void;
  toggleWritten(): void;
  foldAll(folded: boolean): void;
  copyLink(): void;
  copyTable(): void;
}

export class CompareBar {
  readonly element: HTMLElement;
  readonly search: SearchBar;
  private readonly written: HTMLButtonElement;
  private readonly menu: HTMLElement;
  private readonly more: HTMLButtonElement;

  constructor(events: BarEvents) {
    this.search = new SearchBar(events.find, events.stepHit, events.leaveSearch);
    const action = (label: string, title: string | undefined, act: () => void): HTMLButtonElement =>
      button(label, { class: "secondary small", title }, act);
    this.written = action(
      l10n.t("As written"),
      l10n.t("Show all text as it was written, without rendering its Markdown and mathematics (R; r for one step)"),
      events.toggleWritten,
    );
    this.menu = element(
      "div",
      { id: "compare-more", class: "bar-menu" },
      this.search.filters,
      element("span", { class: "spacer" }),
      legend(),
      this.written,
      action(l10n.t("Fold all"), undefined, () => events.foldAll(true)),
      action(l10n.t("Unfold all"), undefined, () => events.foldAll(false)),
      action(l10n.t("Copy link"), l10n.t("Copy a link to the chosen step (y)"), events.copyLink),
      action(l10n.t("Copy as Markdown"), l10n.t("Copy the overview as a table of Markdown"), events.copyTable),
      keyHelp(),
    );
    this.more = button(
      l10n.t("More"),
      { class: "secondary small bar-more", "aria-expanded": "false", "aria-controls": "compare-more" },
      () => this.open(!this.isOpen),
    );
    this.element = element("div", { class: "compare-bar" }, this.search.element, this.more, this.menu);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isOpen) return;
      this.open(false);
      this.more.focus();
    });
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.element.contains(relatedTarget)) this.open(false);
    });
  }

  showWritten(written: boolean): void {
    this.written.setAttribute("aria-pressed", String(written));
  }

  private get isOpen(): boolean {
    return this.menu.classList.contains("open");
  }

  private open(isOpen: boolean): void {
    this.menu.classList.toggle("open", isOpen);
    this.more.setAttribute("aria-expanded", String(isOpen));
  }
}

/** What shading and underlining mean. */
function legend(): HTMLElement {
  return element(
    "div",
    { class: "legend", "aria-label": l10n.t("Confidence of tokens"), role: "group" },
    element("span", {}, "p ≥"),
    ...CONFIDENCE_CLASSES.map((bound, level) =>
      element(
        "span",
        { class: level > 0 ? `token unsure-${level}` : "token" },
        bound === 0 ? l10n.t("lower") : String(bound),
      ),
    ),
    element("span", { class: "token forced" }, l10n.t("fed")),
  );
}
