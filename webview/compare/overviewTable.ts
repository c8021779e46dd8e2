/** The overview atop the comparison: one row a trace, sortable, with bars; any trace can be pinned as the baseline. */
import {
  COMPARISON_COLUMNS,
  sortRows,
  type ColumnName,
  type Comparison,
  type ComparisonRow,
} from "../../src/core/measure/comparison";
import { cellText, VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import { editorTheme } from "../charts/theme";
import { tokenBar } from "../charts/tokenBar";
import { append, button, element, type Child } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import { explain } from "../parts/termTip";
import { swatch } from "../parts/swatch";
import { answerText } from "../rendered/answerText";
import type { RowOrder } from "../shown/state";
import { l10n } from "../../src/core/text/l10n";

/** Parts of the tokens are drawn as a bar here, and not written. */
const isDrawn = (column: ColumnName): boolean => column !== "parts";
const FIGURES: readonly ColumnName[] = ["tokens", "generated", "processed", "time", "cost", "peak"];
/** As the bars are drawn; the page stretches them to their column. */
const BAR = { width: 100, height: 6 };

export interface OverviewEvents {
  /** The person chose the baseline, or none. */
  pin(run: string | undefined): void;
  sort(order: RowOrder | undefined): void;
  /** Go to the column of a trace. */
  open(run: string): void;
}

export interface Overview extends Comparison {
  /** The run that a person pinned. */
  readonly pinned: string | undefined;
  readonly order: RowOrder | undefined;
  /** What the answers have in common, in words. */
  readonly agreement: readonly Node[];
  /** Whether answers are shown as they were written. */
  readonly written: boolean;
}

/** What all bars of the table are drawn against. */
interface Scales {
  readonly tokens: number;
  readonly ms: number;
}

interface Drawn {
  readonly row: ComparisonRow;
  readonly overview: Overview;
  readonly scales: Scales;
}

export class OverviewTable {
  readonly element: HTMLElement;
  private readonly caption = element("caption", { class: "answer-line" });
  private readonly head = element("tr", {});
  private readonly body = element("tbody", {});
  private readonly rows: KeyedList<Drawn, OverviewRow>;
  private headDrawn = "";

  constructor(private readonly events: OverviewEvents) {
    this.rows = new KeyedList(this.body, {
      key: ({ row }) => row.run,
      make: (drawn) => new OverviewRow(drawn, events),
      update: (part, drawn) => part.update(drawn),
    });
    this.element = element(
      "div",
      { class: "overview", role: "region", "aria-label": l10n.t("Overview") },
      element("table", {}, this.caption, element("thead", {}, this.head), this.body),
    );
  }

  update(overview: Overview): void {
    const { rows, order } = overview;
    const columns = overview.columns.filter(isDrawn);
    this.drawHead(columns, order);
    const scales = {
      tokens: Math.max(1, ...rows.map(({ processed }) => processed ?? 0)),
      ms: Math.max(1, ...rows.map(({ ms }) => ms ?? 0)),
    };
    const sorted = order && columns.includes(order.column) ? sortRows(rows, order) : rows;
    this.rows.update(sorted.map((row) => ({ row, overview: { ...overview, columns }, scales })));
    this.caption.replaceChildren(...overview.agreement);
  }

  /** Heads stay in place while their columns do, so that the one with the focus keeps it. */
  private drawHead(columns: readonly ColumnName[], order: RowOrder | undefined): void {
    const now = columns.join(" ");
    if (now !== this.headDrawn) {
      this.headDrawn = now;
      this.head.replaceChildren(...columns.map((column) => this.headOf(column)));
    }
    columns.forEach((column, index) => {
      const sorted = order?.column === column ? (order.descending ? "descending" : "ascending") : "none";
      this.head.children[index]!.setAttribute("aria-sort", sorted);
    });
  }

  private headOf(column: ColumnName): HTMLElement {
    const { title } = COMPARISON_COLUMNS[column];
    const sort = button("", { class: "sort" }, () => this.events.sort(this.nextOrder(column)));
    // A verdict is one sign where there is little room, and so is its name.
    const sign =
      column === "verdict" && element("span", { class: "narrow", "aria-hidden": "true" }, VERDICT_SIGNS.right);
    append(sort, [element("span", { class: "wide" }, l10n.t(title)), sign]);
    explain(sort, title);
    return element("th", { scope: "col", class: cellClass(column) }, sort);
  }

  /** Up, down, and then as the columns stand. */
  private nextOrder(column: ColumnName): RowOrder | undefined {
    const index = this.headDrawn.split(" ").indexOf(column);
    const now = this.head.children[index]?.getAttribute("aria-sort");
    return now === "descending" ? undefined : { column, descending: now === "ascending" };
  }
}

const cellClass = (column: ColumnName): string => `of-${column}${FIGURES.includes(column) ? " number" : ""}`;

class OverviewRow {
  readonly element = element("tr", {});
  private readonly pin: HTMLButtonElement;
  private readonly name: HTMLButtonElement;
  private readonly mark = element("span", { class: "strategy-mark" });
  private drawn = "";
  private isPinned = false;

  constructor(drawn: Drawn, events: OverviewEvents) {
    const { run } = drawn.row;
    this.pin = button("", { class: "pin" }, () => events.pin(this.isPinned ? undefined : run));
    this.name = button("", { class: "link", title: l10n.t("Go to its column") }, () => events.open(run));
    const line = element("div", { class: "name-line" }, this.pin, this.mark, this.name);
    this.element.append(element("th", { scope: "row", class: cellClass("strategy") }, line));
    this.update(drawn);
  }

  update({ row, overview, scales }: Drawn): void {
    this.isPinned = overview.pinned === row.run;
    const { columns, written } = overview;
    const now = JSON.stringify([row, columns, scales, this.isPinned, written]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.element.classList.toggle("baseline", row.isBaseline);
    this.pin.setAttribute("aria-pressed", String(row.isBaseline));
    this.pin.setAttribute("aria-label", l10n.t("Count savings against {0}", row.name));
    this.pin.title = this.isPinned
      ? l10n.t("Savings are counted against this trace. Press to count against the first again.")
      : row.isBaseline
        ? l10n.t("Savings are counted against this trace")
        : l10n.t("Count savings against this trace");
    this.mark.replaceChildren(swatch(row.strategy));
    this.name.textContent = row.name;
    // The first cell holds what may have the focus.
    for (const cell of [...this.element.children].slice(1)) cell.remove();
    for (const column of columns.slice(1))
      this.element.append(element("td", { class: cellClass(column) }, ...contentOf(row, column, scales, written)));
  }
}

function contentOf(row: ComparisonRow, column: ColumnName, scales: Scales, written: boolean): Child[] {
  const text = cellText(row, column);
  switch (column) {
    case "answer":
      return row.answer === undefined
        ? [element("span", { class: `state ${row.state}` }, text)]
        : [element("bdi", { title: text }, answerText(row.answer, 40, written))];
    case "verdict":
      return row.verdict === undefined
        ? [text]
        : [
            element(
              "span",
              { class: `verdict ${row.verdict}`, title: l10n.t(row.verdict) },
              element("span", { "aria-hidden": "true" }, VERDICT_SIGNS[row.verdict]),
              element("span", { class: "wide" }, ` ${l10n.t(row.verdict)}`),
            ),
          ];
    case "tokens":
      return [
        element("span", { class: "value" }, text),
        tokenBar(row.tokens, { ...BAR, scale: scales.tokens }, editorTheme),
      ];
    case "time":
      return [element("span", { class: "value" }, text), row.ms !== undefined && timeBar(row.ms / scales.ms)];
    case "saving":
      return savingOf(row, text);
    default:
      return [element("bdi", { title: text }, text)];
  }
}

function timeBar(share: number): HTMLElement {
  const bar = element("span", { class: "time-bar", "aria-hidden": "true" });
  bar.style.setProperty("width", `${Math.max(1, share * 100)}%`);
  return bar;
}

/** Tokens, or generated ones, in front; what else was saved stands behind them and is the first to fall away. */
function savingOf(row: ComparisonRow, text: string): Child[] {
  const [first = "", ...time] = text.split(", ");
  const end = first.indexOf("%") + 1 || first.length;
  const [share, unit] = [first.slice(0, end), first.slice(end)];
  const less = (row.saving?.generated ?? row.saving?.tokens ?? 0) < 0;
  return [
    element("span", { class: less ? "less" : "more" }, share, unit !== "" && element("span", { class: "wide" }, unit)),
    time.length > 0 && element("span", { class: "saved-time" }, `, ${time.join(", ")}`),
  ];
}
