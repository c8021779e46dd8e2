/** The page of all runs: what is searched for, the table, and what can be done with the runs that are selected. */
import type { FromRuns, ToRuns } from "../../src/core/protocol/runsApi";
import { questionsOf } from "../../src/core/measure/runsTable";
import { button, element } from "../dom/element";
import { formatCount } from "../dom/quantities";
import { oneLine, visible } from "../dom/safeText";
import { acceptFiles } from "../parts/fileDrop";
import type { Host } from "../parts/host";
import { RunsGrid } from "./runsGrid";
import { runsCount } from "./runsLine";
import { RunsModel, type RunsLine } from "./runsModel";
import { l10n } from "../../src/core/text/l10n";

/** Details are asked for when scrolling comes to rest. */
const REST_MS = 120;
/** Rows that are sorted by what is still being read move no more often than this. */
const RESORT_MS = 600;

export class RunsPage {
  readonly element: HTMLElement;
  private readonly model: RunsModel;
  private readonly grid: RunsGrid;
  private readonly search = element("input", {
    type: "search",
    placeholder: l10n.t("Filter by question, model, strategy, answer…"),
    "aria-label": l10n.t("Filter runs"),
  });
  private readonly grouped = element("input", { type: "checkbox", id: "runs-grouped" });
  private readonly status = element("span", { class: "runs-status", role: "status" });
  private readonly subset = element("div", { class: "runs-subset" });
  private readonly notice = element("p", { class: "runs-notice", role: "status" });
  private readonly empty = element("div", { class: "empty-state" });
  private readonly compare = button(l10n.t("Compare"), { class: "small" }, () => this.post("compare"));
  private readonly remove = button("Delete", { class: "secondary small" }, () => this.post("delete"));
  private frame = 0;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private resorting: ReturnType<typeof setTimeout> | undefined;
  private sight: readonly RunsLine[] = [];
  /** The details that the host was asked for last. */
  private asked = "";
  private wasRestored = false;

  constructor(private readonly host: Host<FromRuns>) {
    this.model = new RunsModel(host.readState());
    this.grid = new RunsGrid(this.model, {
      sort: (by) => {
        this.model.sortBy(by);
        this.changed();
      },
      changed: () => this.changed(),
      open: (run) => host.post({ type: "open", run }),
      remove: () => this.post("delete"),
      inSight: (lines) => {
        this.sight = lines;
        this.askSoon();
      },
    });
    this.search.value = this.model.view.filter;
    this.search.addEventListener("input", () => {
      this.model.view.filter = this.search.value;
      this.changed();
    });
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") this.grid.focus();
    });
    this.grouped.checked = this.model.view.grouped;
    this.grouped.addEventListener("change", () => {
      this.model.view.grouped = this.grouped.checked;
      this.changed();
    });
    this.element = element(
      "main",
      { class: "panel runs-page" },
      element("h1", { class: "unseen" }, l10n.t("Runs")),
      element(
        "div",
        { class: "runs-bar", role: "toolbar", "aria-label": l10n.t("Runs") },
        this.search,
        element("label", { class: "runs-choice", for: "runs-grouped" }, this.grouped, l10n.t("Group by question")),
        this.status,
        element("span", { class: "spacer" }),
        this.compare,
        this.remove,
        button(
          l10n.t("Import…"),
          {
            class: "secondary small",
            title: l10n.t("Add traces or logs of any tool; or drop files here, holding Shift"),
          },
          () => host.post({ type: "import" }),
        ),
      ),
      this.subset,
      this.notice,
      this.grid.element,
      this.empty,
    );
    this.element.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "f") return;
      event.preventDefault();
      this.search.focus();
      this.search.select();
    });
    acceptFiles(this.element, l10n.t("Drop to import"), {
      dropped: (files) => host.post({ type: "drop", files }),
      refused: (names) =>
        this.receive({
          type: "notice",
          message: l10n.t("Too large to be dropped: {0}. Import it by its place instead.", names.join(", ")),
        }),
    });
    this.requestDraw();
  }

  receive(message: ToRuns): void {
    this.model.apply(message);
    if (message.type === "details") this.detailsCame();
    else if (message.type === "subset") {
      this.search.value = "";
      this.changed();
    } else this.requestDraw();
  }

  private changed(): void {
    this.host.writeState(this.model.view);
    this.requestDraw();
  }

  /** Figures that are shown come at once; an order that hangs on them follows now and then. */
  private detailsCame(): void {
    if (this.model.unread.length === 0 || this.resorting) {
      if (!this.resorting) this.requestDraw();
      else this.grid.draw();
      return;
    }
    this.grid.draw();
    this.resorting = setTimeout(() => {
      this.resorting = undefined;
      this.requestDraw();
    }, RESORT_MS);
  }

  private post(type: "compare" | "delete"): void {
    const runs = this.model.selected.map(({ run }) => run);
    if (runs.length > 0) this.host.post({ type, runs });
  }

  private requestDraw(): void {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const { model } = this;
    model.arrange();
    const { filter, subset } = model.view;
    const isEmpty = model.rows.length === 0;
    this.grid.element.hidden = isEmpty;
    this.empty.hidden = !isEmpty;
    if (isEmpty) this.empty.replaceChildren(...this.nothing());
    else this.grid.draw();
    if (model.complete && !isEmpty && !this.wasRestored) {
      this.wasRestored = true;
      this.grid.restoreScroll();
    }
    this.subset.hidden = subset === undefined;
    if (subset) {
      this.subset.replaceChildren(
        element("span", {}, l10n.t("Only from "), element("bdi", {}, oneLine(subset.title, 80))),
        button(l10n.t("Show All Runs"), { class: "secondary small" }, () => {
          model.view.subset = undefined;
          this.changed();
        }),
      );
    }
    this.notice.hidden = model.notice === "";
    this.notice.textContent = visible(model.notice);
    this.status.textContent = this.statusWords(filter !== "" || subset !== undefined);
    this.drawSelection();
    this.askSoon();
  }

  private drawSelection(): void {
    const { selected } = this.model;
    this.compare.disabled = selected.length === 0;
    this.remove.disabled = selected.length === 0;
    const questions = questionsOf(selected);
    this.compare.textContent =
      selected.length > 1 ? l10n.t("Compare {0}", formatCount(selected.length)) : l10n.t("Compare");
    this.compare.title =
      selected.length === 0
        ? l10n.t("Select runs first: Space, or a press on the box before them")
        : questions > 1
          ? l10n.t("These are runs of {0} questions: each question is shown by itself", formatCount(questions))
          : l10n.t("Show the selected runs side by side");
    this.remove.title = selected.length === 0 ? this.compare.title : `Delete ${runsCount(selected.length)}`;
  }

  private statusWords(isPart: boolean): string {
    const { model } = this;
    if (!model.complete) return l10n.t("Reading…");
    const words = [
      isPart ? l10n.t("{0} of {1}", formatCount(model.rows.length), runsCount(model.size)) : runsCount(model.size),
    ];
    const { selected, unread } = model;
    if (selected.length > 0) words.push(l10n.t("{0} selected", formatCount(selected.length)));
    if (selected.length > 1 && questionsOf(selected) > 1)
      words.push(l10n.t("of {0} questions", formatCount(questionsOf(selected))));
    if (unread.length > 0) words.push(l10n.t("{0} still to be read", formatCount(unread.length)));
    return words.join(", ");
  }

  private nothing(): HTMLElement[] {
    const { model } = this;
    if (!model.complete) return [element("p", {}, l10n.t("Reading the traces…"))];
    if (model.size > 0) {
      return [
        element(
          "p",
          {},
          l10n.t("No run fits: "),
          element("bdi", {}, oneLine(model.view.filter || model.view.subset?.title || "", 80)),
        ),
        button(l10n.t("Show All Runs"), {}, () => {
          model.view.filter = "";
          model.view.subset = undefined;
          this.search.value = "";
          this.changed();
        }),
      ];
    }
    return [
      element(
        "p",
        {},
        l10n.t(
          "No runs yet. Trace a prompt to see what its reasoning costs, or import traces and logs of other tools.",
        ),
      ),
      button(l10n.t("Import Traces…"), {}, () => this.host.post({ type: "import" })),
    ];
  }

  private askSoon(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      // The place of the scroll too is kept when it comes to rest.
      if (this.wasRestored) this.host.writeState(this.model.view);
      this.ask();
    }, REST_MS);
  }

  /** Asks for what is in sight and not known, and after it for what decides the order. */
  private ask(): void {
    const { model } = this;
    const inSight = this.sight.flatMap((line) =>
      line.kind === "run" && line.row.state !== "running" && !model.detailsOf(line.row.run) ? [line.row.run] : [],
    );
    const runs = [...new Set([...inSight, ...model.unread])];
    const now = runs.join(" ");
    if (runs.length === 0 || now === this.asked) return;
    this.asked = now;
    this.host.post({ type: "details", runs });
  }
}
