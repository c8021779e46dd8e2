/** The bench view: a dataset under several strategies as accuracy against cost, with a table and every question. */
import { benchTable, type BenchRow } from "../../src/core/measure/benchTable";
import type { PanelBench } from "../../src/core/protocol/panelApi";
import { button, element } from "../element";
import { FigureFrame, type FigureSpec, type Table } from "../figures/figureFrame";
import { formatCount, formatFineShare, formatMs, formatShort } from "../quantities";
import { oneLine } from "../safeText";
import type { PanelContext, View } from "../view";
import { benchScatter, nameOf, type Cost } from "../charts/benchScatter";
import { QuestionTable, type Filter } from "./questionTable";
import { thresholdFigure } from "./thresholdFigure";

const FILTERS: [Filter, string][] = [
  ["all", "all questions"],
  ["differ", "where strategies differ"],
  ["wrong", "where one is wrong"],
];

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
      formatFineShare(row.accuracy),
      `${formatFineShare(row.ci[0])} to ${formatFineShare(row.ci[1])}`,
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
  private readonly cancel: HTMLButtonElement;
  private readonly resume: HTMLButtonElement;
  private readonly questions: QuestionTable;
  private readonly filter: HTMLSelectElement;
  private readonly cost: HTMLSelectElement;
  private readonly figures = element("div", { class: "bench-figures" });
  private readonly frames = new Map<string, FigureFrame>();
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
    this.cancel = button("Cancel", { class: "secondary small" }, () =>
      context.host.post({ type: "command", command: "cancel" }),
    );
    this.resume = button("Resume", { class: "small", title: "Go on with the runs that are missing" }, () =>
      context.host.post({ type: "command", command: "resume-bench" }),
    );
    this.questions = new QuestionTable((run) => context.host.post({ type: "select", run, at: 0 }));
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
      this.figures,
      element("h2", { class: "questions-title" }, "Questions"),
      this.filter,
      this.questions.element,
    );
  }

  update(): void {
    const { bench } = this.context.state;
    if (!bench || bench === this.shown) return;
    this.shown = bench;
    const total = bench.questions.length * bench.strategies.length;
    this.status.textContent = `${oneLine(bench.data, 60)}, ${oneLine(bench.model, 60)}: ${formatCount(bench.runs.length)} of ${formatCount(total)} runs${bench.live || bench.runs.length >= total ? "" : ", stopped"}`;
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
    for (const spec of this.specs(shown)) {
      const known = this.frames.get(spec.key);
      if (known) {
        known.update(spec);
        continue;
      }
      const frame = new FigureFrame(spec, this.context, (run, at) => this.context.reveal({ run, at }));
      this.frames.set(spec.key, frame);
      this.figures.append(frame.element);
      if (spec.key === "bench") frame.openTable();
    }
  }

  private specs(bench: PanelBench): FigureSpec[] {
    const thresholds = thresholdFigure(bench);
    return [this.scatter(bench), ...(thresholds ? [thresholds] : [])];
  }

  private scatter({ data, model, runs, strategies }: PanelBench): FigureSpec {
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
    this.questions.update(this.shown, filter);
  }
}
