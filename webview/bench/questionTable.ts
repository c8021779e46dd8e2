/** Question by question: what each strategy answered, and at what cost; a press shows the question's traces. */
import type { PanelBench } from "../../src/core/panelApi";
import { strategyTitle } from "../../src/core/strategyTitle";
import { button, element } from "../element";
import { verdict } from "../marks/checkChip";
import { formatCount } from "../quantities";
import { oneLine } from "../safeText";

export type Filter = "all" | "differ" | "wrong";

type Runs = PanelBench["runs"];

/** Indices of the questions that a filter lets through, of those that have any run. */
export function filtered(runs: Runs, filter: Filter): number[] {
  const byQuestion = new Map<number, Runs>();
  for (const run of runs) byQuestion.set(run.question, [...(byQuestion.get(run.question) ?? []), run]);
  return [...byQuestion]
    .filter(([, answers]) => {
      const right = answers.filter(({ correct }) => correct).length;
      if (filter === "differ") return right > 0 && right < answers.length;
      return filter === "all" || right < answers.length;
    })
    .map(([question]) => question)
    .sort((a, b) => a - b);
}

function cell(run: Runs[number] | undefined, onOpen: (trace: string) => void): HTMLElement {
  if (!run) return element("td", {}, "–");
  const answer = run.answer === undefined ? "none" : oneLine(run.answer, 24);
  const { trace } = run;
  return element(
    "td",
    {},
    trace === undefined
      ? element("bdi", {}, answer)
      : button(answer, { class: "link", title: "Open the trace" }, () => onOpen(trace)),
    " ",
    verdict(run.correct),
    element("span", { class: "cost" }, ` · ${formatCount(run.figures.tokens.total)}`),
  );
}

export function questionTable(bench: PanelBench, filter: Filter, onOpen: (trace: string) => void): HTMLElement {
  const known = new Map(bench.runs.map((run) => [`${run.question} ${run.strategy}`, run]));
  const questions = filtered(bench.runs, filter);
  return element(
    "table",
    { class: "questions" },
    element("caption", {}, `${formatCount(questions.length)} questions; numbers are tokens`),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "question"),
        ...bench.strategies.map((strategy) => element("th", { scope: "col" }, strategyTitle(oneLine(strategy, 40)))),
      ),
    ),
    element(
      "tbody",
      {},
      ...questions.map((question) =>
        element(
          "tr",
          {},
          element(
            "th",
            { scope: "row" },
            element("bdi", {}, `${question + 1}. ${oneLine(bench.questions[question] ?? "", 90)}`),
          ),
          ...bench.strategies.map((strategy) => cell(known.get(`${question} ${strategy}`), onOpen)),
        ),
      ),
    ),
  );
}
