/** Question by question: what each strategy answered, and at what cost; a press shows the question's traces. */
import type { PanelBench } from "../../src/core/protocol/panelApi";
import { swatch } from "../parts/swatch";
import { strategyTitle } from "../../src/core/catalogue";
import { countWords } from "../../src/core/trace/markWords";
import { button, element } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import { verdict } from "../parts/checkChip";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

export type Filter = "all" | "differ" | "wrong";

type Runs = PanelBench["runs"];

/** Rows drawn at once; a person asks for more. */
const PAGE = 200;

/** Indices of the questions that a filter lets through, of those that have any run. */
export function filtered(runs: Runs, filter: Filter): number[] {
  return [...byQuestion(runs)]
    .filter(([, answers]) => {
      const right = answers.filter(({ correct }) => correct).length;
      if (filter === "differ") return right > 0 && right < answers.length;
      return filter === "all" || right < answers.length;
    })
    .map(([question]) => question)
    .sort((a, b) => a - b);
}

function byQuestion(runs: Runs): Map<number, Runs> {
  const answers = new Map<number, Runs>();
  for (const run of runs) {
    const known = answers.get(run.question);
    if (known) known.push(run);
    else answers.set(run.question, [run]);
  }
  return answers;
}

function cell(run: Runs[number] | undefined, onOpen: (trace: string) => void): HTMLElement {
  if (!run) return element("td", {}, "–");
  const answer = run.answer === undefined ? l10n.t("none") : oneLine(run.answer, 24);
  const { trace } = run;
  const marked = countWords(run.figures.marks);
  return element(
    "td",
    {},
    trace === undefined
      ? element("bdi", {}, answer)
      : button(answer, { class: "link", title: l10n.t("Open the trace") }, () => onOpen(trace)),
    " ",
    // Only questions with an answer are asked of a dataset.
    verdict(run.correct, run.answer !== undefined),
    element("span", { class: "cost" }, ` · ${formatCount(run.figures.tokens.total)}`),
    marked !== "" && element("bdi", { class: "cost" }, ` · ${oneLine(marked, 60)}`),
  );
}

/** A question and the runs of it. */
interface AskedQuestion {
  question: number;
  bench: PanelBench;
  /** Of which dataset and strategies: with others, every row is another one. */
  columns: string;
  runs: Runs;
}

/** Rows stay as they are while others come in, so that what has the focus keeps it. */
export class QuestionTable {
  readonly element: HTMLElement;
  private readonly caption = element("caption", {});
  private readonly head = element("tr", {});
  private readonly body = element("tbody", {});
  private readonly more = button(l10n.t("Show more questions"), { class: "secondary small" }, () => {
    this.most += PAGE;
    this.draw();
  });
  private readonly rows: KeyedList<AskedQuestion, QuestionRow>;
  private most = PAGE;
  private shown: { bench: PanelBench; filter: Filter } | undefined;
  private drawnFor = "";

  constructor(onOpen: (trace: string) => void) {
    this.rows = new KeyedList(this.body, {
      key: ({ question, columns }) => `${question} ${columns}`,
      make: (asked) => new QuestionRow(asked, onOpen),
      update: (row, asked) => row.update(asked),
    });
    this.element = element(
      "div",
      { class: "question-box", tabindex: "0", role: "region", "aria-label": l10n.t("Questions") },
      element("table", { class: "questions" }, this.caption, element("thead", {}, this.head), this.body),
      this.more,
    );
  }

  update(bench: PanelBench, filter: Filter): void {
    if (filter !== this.shown?.filter) this.most = PAGE;
    this.shown = { bench, filter };
    this.draw();
  }

  private draw(): void {
    if (!this.shown) return;
    const { bench, filter } = this.shown;
    const columns = JSON.stringify([bench.data, bench.strategies]);
    if (columns !== this.drawnFor) {
      this.drawnFor = columns;
      this.head.replaceChildren(
        element("th", { scope: "col" }, l10n.t("question")),
        ...bench.strategies.map((strategy) =>
          element("th", { scope: "col" }, swatch(strategy), ` ${strategyTitle(oneLine(strategy, 40))}`),
        ),
      );
    }
    const answers = byQuestion(bench.runs);
    const questions = filtered(bench.runs, filter);
    const rows = this.rows.update(
      questions.slice(0, this.most).map((question) => ({ question, columns, bench, runs: answers.get(question)! })),
    );
    const all = questions.length === 1 ? l10n.t("1 question") : l10n.t("{0} questions", formatCount(questions.length));
    const first = rows.length < questions.length ? [l10n.t("the first {0} shown", formatCount(rows.length))] : [];
    this.caption.textContent = l10n.t("{0}; numbers are tokens", [all, ...first].join(", "));
    this.more.hidden = rows.length === questions.length;
  }
}

class QuestionRow {
  readonly element = element("tr", {});
  private drawn = 0;

  constructor(
    asked: AskedQuestion,
    private readonly onOpen: (trace: string) => void,
  ) {
    this.update(asked);
  }

  /** Runs only ever come in: as many as before are the same ones. */
  update({ question, bench: { questions, strategies }, runs }: AskedQuestion): void {
    if (runs.length === this.drawn) return;
    this.drawn = runs.length;
    this.element.replaceChildren(
      element("th", { scope: "row" }, element("bdi", {}, `${question + 1}. ${oneLine(questions[question] ?? "", 90)}`)),
      ...strategies.map((strategy) =>
        cell(
          runs.find((run) => run.strategy === strategy),
          this.onOpen,
        ),
      ),
    );
  }
}
