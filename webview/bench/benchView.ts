/** The bench view: a dataset under several strategies as accuracy against cost, with a table and every question. */
import { benchTable, type BenchRow } from "../../src/core/benchTable";
import type { PanelBench } from "../../src/core/panelApi";
import { button, element } from "../element";
import { FigureFrame, type FigureSpec, type Table } from "../figures/figureFrame";
import { formatCount, formatMs, formatShort } from "../quantities";
import { oneLine } from "../safeText";
import type { PanelContext, View } from "../view";
import { benchScatter, nameOf, type Cost } from "./benchScatter";
import { questionTable, type Filter } from "./questionTable";

const FILTERS: [Filter, string][] = [
  ["all", "all questions"],
  ["differ", "where strategies differ"],
  ["wrong", "where one is wrong"],
];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function tableOf(rows: readonly BenchRow[]): Table {
  return {
    head: [
      "strategy",
      "right",
      "95 % interval",
      "against the baseline",
      "p",
      "tokens",
      "time",
      "peak context",
      "dependency",
    ],
    rows: rows.map((row) => [
      nameOf(row),
      percent(row.accuracy),
      `${percent(row.ci[0])} to ${percent(row.ci[1])}`,
      row.versus
        ? `${row.versus.difference >= 0 ? "+" : "−"}${Math.abs(row.versus.difference * 100).toFixed(1)} points`
        : "baseline",
      row.versus ? row.versus.p.toPrecision(2) : "",
      formatCount(row.tokens.total),
      formatMs(row.ms.total),
      formatCount(row.context.peak),
      formatShort(row.context.dependency),
    ]),
  };
}

export class BenchView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly status = element("p", { class: "bench-status", role: "status" });
  private readonly progress = element("progress", { "aria-label": "Questions answered" });
  private readonly questions = element("div", {
    class: "question-box",
    tabindex: "0",
    role: "region",
    "aria-label": "Questions",
  });
  private readonly filter: HTMLSelectElement;
  private readonly cost: HTMLSelectElement;
  private frame: FigureFrame | undefined;
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
    this.filter = choice("Questions shown", FILTERS, () => this.drawQuestions());
    this.cost = choice(
      "Cost",
      [
        ["tokens", "against tokens"],
        ["ms", "against time"],
      ],
      () => this.drawFigure(),
    );
    this.element.append(
      element(
        "div",
        { class: "bench-head" },
        this.status,
        this.progress,
        button("Cancel", { class: "secondary small" }, () => context.host.post({ type: "command", command: "cancel" })),
        element("span", { class: "spacer" }),
        this.cost,
      ),
      element("h2", { class: "questions-title" }, "Questions"),
      this.filter,
      this.questions,
    );
  }

  update(): void {
    const { bench } = this.context.state;
    if (!bench || bench === this.shown) return;
    this.shown = bench;
    const total = bench.questions.length * bench.strategies.length;
    this.status.textContent = `${oneLine(bench.data, 60)}, ${oneLine(bench.model, 60)}: ${formatCount(bench.runs.length)} of ${formatCount(total)} runs`;
    this.progress.max = Math.max(1, total);
    this.progress.value = bench.runs.length;
    this.element.classList.toggle("running", bench.live);
    this.drawFigure();
    this.drawQuestions();
  }

  pictures(): FigureSpec[] {
    const { bench } = this.context.state;
    return bench && bench.runs.length > 0 ? [this.spec(bench)] : [];
  }

  private drawFigure(): void {
    const { shown } = this;
    if (!shown || shown.runs.length === 0) return;
    const spec = this.spec(shown);
    if (this.frame) this.frame.update(spec);
    else {
      this.frame = new FigureFrame(spec, this.context, (run, at) => this.context.reveal({ run, at }));
      this.element.querySelector(".bench-head")!.after(this.frame.element);
      this.frame.openTable();
    }
  }

  private spec({ data, model, runs, strategies }: PanelBench): FigureSpec {
    const rows = benchTable(runs, strategies, model);
    const cost: Cost = this.cost.value === "ms" ? "ms" : "tokens";
    return {
      key: "bench",
      version: `${runs.length} ${cost}`,
      title: `${oneLine(data, 60)}: accuracy against ${cost === "ms" ? "time" : "tokens"}`,
      caption:
        "Bars are 95 % intervals. The dashed line is the front: no strategy on it is beaten in both. Everything a strategy makes the model do is counted, trial answers and summaries included.",
      draw: (theme, width) => benchScatter(rows, cost, width, theme),
      table: () => tableOf(rows),
    };
  }

  private drawQuestions(): void {
    const filter = FILTERS.find(([name]) => name === this.filter.value)?.[0] ?? "all";
    if (!this.shown) return;
    this.questions.replaceChildren(
      questionTable(this.shown, filter, (run) => this.context.host.post({ type: "select", run, at: 0 })),
    );
  }
}
