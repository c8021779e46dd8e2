/** The search field of the comparison with its filters, and the count of hits. */
import { button, element } from "../dom/element";
import type { Query } from "./search";
import { l10n } from "../../src/core/text/l10n";

const KINDS: [Query["kind"], string][] = [
  ["any", l10n.t("everything")],
  ["step", l10n.t("steps")],
  ["draft", l10n.t("drafts")],
  ["sketch", l10n.t("sketches")],
  ["summary", l10n.t("summaries")],
  ["gist", l10n.t("gist tokens")],
  ["latent", l10n.t("latents")],
  ["check", l10n.t("checks and exits")],
  ["answer", l10n.t("answers")],
  ["after-exit", l10n.t("after the exit")],
];

const BELOW: [string, string][] = [
  ["", l10n.t("any confidence")],
  ["0.9", l10n.t("below 0.9")],
  ["0.7", l10n.t("below 0.7")],
  ["0.5", l10n.t("below 0.5")],
  ["0.25", l10n.t("below 0.25")],
];

function choice(label: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  return element(
    "select",
    { "aria-label": label },
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
}

export class SearchBar {
  readonly element: HTMLElement;
  /** What the search is narrowed by; they may stand elsewhere. */
  readonly filters: HTMLElement;
  private readonly field = element("input", {
    type: "search",
    placeholder: l10n.t("Search the traces"),
    "aria-label": l10n.t("Search the traces"),
    spellcheck: "false",
  });
  private readonly kind = choice(l10n.t("Search in"), KINDS);
  private readonly below = choice(l10n.t("Confidence"), BELOW);
  private readonly count = element("output", { class: "hit-count", "aria-live": "polite" });

  /**
   * @param onQuery the query changed
   * @param onStep go to the next (1) or previous (-1) hit
   */
  constructor(onQuery: (query: Query) => void, onStep: (by: 1 | -1) => void, onLeave: () => void) {
    const changed = (): void => onQuery(this.query);
    this.field.addEventListener("input", changed);
    this.kind.addEventListener("change", changed);
    this.below.addEventListener("change", changed);
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") {
        this.field.value = "";
        changed();
        onLeave();
      } else return;
      event.preventDefault();
    });
    this.filters = element("div", { class: "search-filters" }, this.kind, this.below);
    this.element = element(
      "div",
      { class: "search", role: "search" },
      this.field,
      this.count,
      button(
        "↑",
        { class: "secondary small", "aria-label": l10n.t("Previous hit"), title: l10n.t("Previous hit (Shift+Enter)") },
        () => onStep(-1),
      ),
      button(
        "↓",
        { class: "secondary small", "aria-label": l10n.t("Next hit"), title: l10n.t("Next hit (Enter)") },
        () => onStep(1),
      ),
    );
  }

  get query(): Query {
    const below = Number(this.below.value);
    return {
      text: this.field.value,
      kind: KINDS.find(([kind]) => kind === this.kind.value)?.[0] ?? "any",
      below: below > 0 ? below : undefined,
    };
  }

  /** @param at index of the current hit, from 0; -1 for none */
  showCount(at: number, total: number, searching: boolean): void {
    this.count.textContent = !searching ? "" : total === 0 ? l10n.t("No hits") : l10n.t("{0} of {1}", at + 1, total);
  }

  focus(): void {
    this.field.focus();
    this.field.select();
  }
}
