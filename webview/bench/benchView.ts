/** The bench view: a dataset under several strategies as accuracy against cost, with a table and every question. */
import type { PanelBench } from "../../src/core/protocol/panelApi";
import { button, element } from "../dom/element";
import { FigureList } from "../parts/figureList";
import { formatCount } from "../dom/quantities";
import { benchFigures } from "../figures/benchFigures";
import { oneLine } from "../dom/safeText";
import type { PanelContext, View } from "../parts/view";
import type { Cost } from "../charts/benchScatter";
import { QuestionTable, type Filter } from "./questionTable";
import type { FigureSpec } from "../figures/figure";
import { l10n } from "../../src/core/text/l10n";

const FILTERS: [Filter, string][] = [
  ["all", l10n.t("all questions")],
  ["differ", l10n.t("where strategies differ")],
  ["wrong", l10n.t("where one is wrong")],
];

export class BenchView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly status = element("p", { class: "bench-status", role: "status" });
  private readonly progress = element("progress", { "aria-label": l10n.t("Questions answered") });
  private readonly cancel: HTMLButtonElement;
  private readonly resume: HTMLButtonElement;
  private readonly questions: QuestionTable;
  private readonly filter: HTMLSelectElement;
  private readonly cost: HTMLSelectElement;
  private readonly figures: FigureList;
  private shown: PanelBench | undefined;

  constructor(private readonly context: PanelContext) {
    const choice = (label: string, options: readonly (readonly [string, string])[], onChange: () => void) => {
      const select = element(
        "select",
        { "aria-label": label },
        ...options.map(([value, text]) => element("option", { value }, text)),
      );
      select.addEventListener("change", onChange);
      return select;
    };
    this.filter = choice(l10n.t("Questions shown"), FILTERS, () => this.drawQuestions());
    this.cost = choice(
      l10n.t("Cost"),
      [
        ["tokens", l10n.t("against tokens")],
        ["ms", l10n.t("against time")],
      ],
      () => this.drawFigure(),
    );
    this.cancel = button(l10n.t("Cancel"), { class: "secondary small" }, () =>
      context.host.post({ type: "command", command: "cancel" }),
    );
    this.resume = button(
      l10n.t("Resume"),
      { class: "small", title: l10n.t("Go on with the runs that are missing") },
      () => context.host.post({ type: "command", command: "resume-bench" }),
    );
    this.questions = new QuestionTable((run) => context.host.post({ type: "select", run, at: 0 }));
    this.figures = new FigureList(context, (frame, key) => key === "bench" && frame.openTable());
    this.element.append(
      element(
        "div",
        { class: "bench-head" },
        this.status,
        this.progress,
        this.cancel,
        this.resume,
        element("span", { class: "spacer" }),
        this.cost,
      ),
      this.figures.element,
      element("h2", { class: "questions-title" }, l10n.t("Questions")),
      this.filter,
      this.questions.element,
    );
  }

  /** The choice says what the seconds are worth. */
  private get againstTime(): HTMLOptionElement {
    return this.cost.options[1]!;
  }

  update(): void {
    const { bench } = this.context.state;
    if (!bench || bench === this.shown) return;
    this.shown = bench;
    const total = bench.questions.length * bench.strategies.length;
    this.againstTime.textContent =
      bench.atOnce === undefined
        ? l10n.t("against time")
        : l10n.t("against time, with {0} runs at once", formatCount(bench.atOnce));
    this.status.textContent = l10n.t(
      "{0}, {1}: {2} of {3} runs{4}",
      oneLine(bench.data, 60),
      oneLine(bench.model, 60),
      formatCount(bench.runs.length),
      formatCount(total),
      bench.live || bench.runs.length >= total ? "" : l10n.t(", stopped"),
    );
    this.progress.max = Math.max(1, total);
    this.progress.value = bench.runs.length;
    this.element.classList.toggle("running", bench.live);
    this.progress.hidden = !bench.live;
    this.cancel.hidden = !bench.live;
    this.resume.hidden = bench.live || bench.runs.length >= total;
    this.drawFigure();
    this.drawQuestions();
  }

  pictures(): FigureSpec[] {
    const { bench } = this.context.state;
    return bench && bench.runs.length > 0 ? this.specs(bench) : [];
  }

  private drawFigure(): void {
    const { shown } = this;
    if (!shown || shown.runs.length === 0) return;
    this.figures.update(this.specs(shown));
  }

  private specs(bench: PanelBench): FigureSpec[] {
    const cost: Cost = this.cost.value === "ms" ? "ms" : "tokens";
    return benchFigures(bench, cost);
  }

  private drawQuestions(): void {
    const filter = FILTERS.find(([name]) => name === this.filter.value)?.[0] ?? "all";
    if (!this.shown) return;
    this.questions.update(this.shown, filter);
  }
}
