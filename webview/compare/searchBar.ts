/** The search field of the comparison with its filters, and the count of hits. */
import { button, element } from "../dom/element";
import type { Query } from "./search";

const KINDS: [Query["kind"], string][] = [
  ["any", "everything"],
  ["step", "steps"],
  ["draft", "drafts"],
  ["sketch", "sketches"],
  ["summary", "summaries"],
  ["gist", "gist tokens"],
  ["latent", "latents"],
  ["check", "checks and exits"],
  ["answer", "answers"],
  ["after-exit", "after the exit"],
];

const BELOW: [string, string][] = [
  ["", "any confidence"],
  ["0.9", "below 0.9"],
  ["0.7", "below 0.7"],
  ["0.5", "below 0.5"],
  ["0.25", "below 0.25"],
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
    placeholder: "Search the traces",
    "aria-label": "Search the traces",
    spellcheck: "false",
  });
  private readonly kind = choice("Search in", KINDS);
  private readonly below = choice("Confidence", BELOW);
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
      button("↑", { class: "secondary small", "aria-label": "Previous hit", title: "Previous hit (Shift+Enter)" }, () =>
        onStep(-1),
      ),
      button("↓", { class: "secondary small", "aria-label": "Next hit", title: "Next hit (Enter)" }, () => onStep(1)),
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
    this.count.textContent = !searching ? "" : total === 0 ? "No hits" : `${at + 1} of ${total}`;
  }

  focus(): void {
    this.field.focus();
    this.field.select();
  }
}
