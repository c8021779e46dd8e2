/** One line of the table of runs in the page: a run, the question above its runs, or what all of them come to. */
import { totalOf, type RunsTotal } from "../../src/core/measure/runsTable";
import { append, element, type Child } from "../dom/element";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import type { RunsColumn } from "./runsColumns";
import type { RunsLine, RunsModel } from "./runsModel";
import { l10n } from "../../src/core/text/l10n";

/** As in `12 runs`. */
export const runsCount = (count: number): string =>
  count === 1 ? l10n.t("1 run") : l10n.t("{0} runs", formatCount(count));

/** As in `8 right, 3 wrong, 1 unknown`. */
function verdictsOf({ right, wrong, unknown }: RunsTotal): string {
  return [
    l10n.t("{0} right", formatCount(right)),
    l10n.t("{0} wrong", formatCount(wrong)),
    ...(unknown > 0 ? [l10n.t("{0} unknown", formatCount(unknown))] : []),
  ].join(", ");
}

function medianOf({ medianTokens, uncounted }: RunsTotal): HTMLElement {
  const hint =
    uncounted > 0
      ? l10n.t("Median; the tokens of {0} are not known yet or not at all", runsCount(uncounted))
      : l10n.t("Median tokens");
  return element(
    "span",
    { title: hint },
    medianTokens === undefined ? "–" : l10n.t("median {0}", formatCount(Math.round(medianTokens))),
  );
}

/** A row of the grid. Its cells are made anew when what they say has changed. */
export class LineElement {
  readonly element = element("div", { role: "row" });
  private drawn = "";

  /** @param place of the line in the grid, from 1 */
  update(line: RunsLine, columns: readonly RunsColumn[], model: RunsModel, place: number): void {
    const node = this.element;
    node.setAttribute("aria-rowindex", String(place));
    node.dataset["key"] = line.key;
    const isRun = line.kind === "run";
    node.className = isRun ? "runs-line" : "runs-line runs-group";
    if (isRun) {
      node.setAttribute("aria-selected", String(model.isSelected(line.row.run)));
      if (model.view.grouped) node.setAttribute("aria-level", "2");
      else node.removeAttribute("aria-level");
    } else {
      node.setAttribute("aria-level", "1");
      node.setAttribute("aria-expanded", String(!line.folded));
    }
    const details = isRun ? model.detailsOf(line.row.run) : undefined;
    const now = JSON.stringify([
      columns.map(({ name }) => name),
      isRun ? [line.row, details] : [line.group.question, line.folded, totalOf(line.group.rows, model.later)],
    ]);
    if (now === this.drawn) return;
    this.drawn = now;
    node.replaceChildren();
    if (isRun)
      append(
        node,
        columns.map((column, index) => cellOf(column, index, column.cell(line.row, details))),
      );
    else append(node, groupCells(line, columns.length, model));
  }
}

function cellOf(column: RunsColumn, index: number, content: Child[]): HTMLElement {
  return element(
    "div",
    {
      role: "gridcell",
      class: column.numeric ? `runs-cell of-${column.name} numeric` : `runs-cell of-${column.name}`,
      "aria-colindex": index + 1,
      "data-column": column.name,
      tabindex: "-1",
    },
    ...content,
  );
}

function groupCells(
  { group, folded }: Extract<RunsLine, { kind: "group" }>,
  columns: number,
  model: RunsModel,
): HTMLElement[] {
  const question = group.question === "" ? l10n.t("Question not recorded") : oneLine(group.question, 300);
  const total = totalOf(group.rows, model.later);
  return [
    element(
      "div",
      {
        role: "gridcell",
        class: "runs-cell group",
        "aria-colindex": 1,
        "aria-colspan": columns,
        tabindex: "-1",
        "data-column": "question",
      },
      element("span", { class: "fold", "aria-hidden": "true" }, folded ? "▸" : "▾"),
      element("bdi", { class: "group-question", title: question }, question),
      element("span", { class: "group-total" }, `${runsCount(total.runs)}: ${verdictsOf(total)}, `, medianOf(total)),
    ),
  ];
}

/** The line below all rows. */
export function totalCells(total: RunsTotal, columns: readonly RunsColumn[]): HTMLElement[] {
  const head = element(
    "div",
    {
      role: "rowheader",
      class: "runs-cell total",
      "aria-colindex": 1,
      "aria-colspan": columns.length,
      "data-column": "question",
      tabindex: "-1",
    },
    element("b", {}, runsCount(total.runs)),
    element("span", {}, verdictsOf(total)),
    medianOf(total),
  );
  return [head];
}
