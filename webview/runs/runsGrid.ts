/** The table of runs in the page. Only the lines in sight are drawn, however many there are. */
import type { SortKey } from "../../src/core/measure/runsTable";
import { element } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import { columnsFor, RUNS_COLUMNS, type RunsColumn } from "./runsColumns";
import { nextPlace, type RunsPlace } from "./runsKeys";
import { LineElement, totalCells } from "./runsLine";
import type { RunsLine, RunsModel } from "./runsModel";
import { l10n } from "../../src/core/text/l10n";

/** Lines above and below those in sight, so that scrolling shows no gap. */
const SPARE = 8;
/** Lines of a page whose height is not known. */
const USUAL_LINES = 20;

export interface RunsGridListener {
  sort(by: SortKey): void;
  /** The folded questions or the selection have changed. */
  changed(): void;
  open(run: string): void;
  remove(): void;
  /** These lines are in sight. */
  inSight(lines: readonly RunsLine[]): void;
}

/** What one line is drawn from. */
interface Drawn {
  readonly line: RunsLine;
  readonly place: number;
}

export class RunsGrid {
  readonly element = element("div", {
    role: "grid",
    class: "runs-grid",
    "aria-label": l10n.t("Runs"),
    "aria-multiselectable": "true",
  });
  private readonly head = element("div", { role: "row", class: "runs-line runs-head", "aria-rowindex": 1 });
  private readonly body = element("div", { role: "rowgroup", class: "runs-body" });
  private readonly foot = element("div", { role: "row", class: "runs-line runs-foot" });
  private readonly lines: KeyedList<Drawn, LineElement>;
  private parts: ReadonlyMap<string, LineElement> = new Map();
  private columns: readonly RunsColumn[] = RUNS_COLUMNS;
  private active: RunsPlace = { line: 0, column: 1 };
  /** The key of the active line, so that it is found again where lines moved. */
  private activeKey = "";
  /** Where a range of selected lines begins. */
  private anchor = 0;
  private headDrawn = "";

  constructor(
    private readonly model: RunsModel,
    private readonly listener: RunsGridListener,
  ) {
    const columnsNow = () => this.columns;
    this.lines = new KeyedList<Drawn, LineElement>(this.body, {
      key: ({ line }) => line.key,
      make: ({ line, place }) => {
        const made = new LineElement();
        made.update(line, columnsNow(), model, place);
        return made;
      },
      update: (part, { line, place }) => part.update(line, columnsNow(), model, place),
    });
    this.element.append(
      element("div", { role: "rowgroup", class: "runs-top" }, this.head),
      this.body,
      element("div", { role: "rowgroup", class: "runs-bottom" }, this.foot),
    );
    this.element.addEventListener("scroll", () => {
      model.view.scroll = this.element.scrollTop;
      this.drawLines();
    });
    this.element.addEventListener("keydown", (event) => this.press(event));
    this.element.addEventListener("click", (event) => this.click(event));
    this.element.addEventListener("dblclick", (event) => {
      const line = this.model.lines[this.placeOf(event.target)?.line ?? -1];
      if (line?.kind === "run") this.listener.open(line.row.run);
    });
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /** Draws the lines as the model has them now. */
  draw(): void {
    const { lines, view, total } = this.model;
    this.element.setAttribute("role", view.grouped ? "treegrid" : "grid");
    this.element.setAttribute("aria-rowcount", String(lines.length + 2));
    const width = this.element.clientWidth;
    this.columns = width > 0 ? columnsFor(width) : RUNS_COLUMNS;
    this.element.setAttribute("aria-colcount", String(this.columns.length));
    const tracks = this.columns.map(({ least, grow }) => (grow > 0 ? `minmax(${least}px, ${grow}fr)` : `${least}px`));
    this.element.style.setProperty("--runs-columns", tracks.join(" "));
    this.drawHead();
    this.foot.setAttribute("aria-rowindex", String(lines.length + 2));
    this.foot.replaceChildren(...totalCells(total, this.columns));
    this.body.style.setProperty("height", `${lines.length * this.lineHeight}px`);
    const found = lines.findIndex(({ key }) => key === this.activeKey);
    if (found >= 0) this.active = { ...this.active, line: found };
    else if (this.active.line >= 0) this.active = { ...this.active, line: Math.min(this.active.line, lines.length) };
    this.drawLines();
  }

  /** Scrolls to where the person was before a reload. */
  restoreScroll(): void {
    this.element.scrollTop = this.model.view.scroll;
    this.drawLines();
  }

  focus(): void {
    this.moveTo(this.active);
  }

  private drawHead(): void {
    const { by, descending } = this.model.view.order;
    const now = JSON.stringify([this.columns.map(({ name }) => name), by, descending]);
    if (now === this.headDrawn) return;
    this.headDrawn = now;
    const hadFocus = this.head.contains(document.activeElement);
    this.head.replaceChildren(
      ...this.columns.map(({ name, title, hint, sort, numeric }, index) =>
        element(
          "div",
          {
            role: "columnheader",
            class: numeric ? `runs-cell of-${name} numeric` : `runs-cell of-${name}`,
            "aria-colindex": index + 1,
            "aria-sort": sort && (sort === by ? (descending ? "descending" : "ascending") : "none"),
            "data-column": name,
            "data-sort": sort,
            title: hint,
            tabindex: "-1",
          },
          name === "selected" ? element("span", { class: "unseen" }, l10n.t("Selected")) : title,
          sort === by && element("span", { class: "order", "aria-hidden": "true" }, descending ? " ▾" : " ▴"),
        ),
      ),
    );
    if (hadFocus) this.cellAt(this.active)?.focus({ preventScroll: true });
  }

  private drawLines(): void {
    const { lines } = this.model;
    const height = this.lineHeight;
    const first = Math.max(0, Math.floor(this.element.scrollTop / height) - SPARE);
    const last = Math.min(lines.length, first + this.page + 2 * SPARE);
    const hadFocus = this.element.contains(document.activeElement);
    const drawn = lines.slice(first, last).map((line, index): Drawn => ({ line, place: first + index + 2 }));
    // What has the focus stays in the page, wherever it was scrolled to.
    const { line: active } = this.active;
    if (active >= 0 && active < lines.length && (active < first || active >= last)) {
      const kept: Drawn = { line: lines[active]!, place: active + 2 };
      if (active < first) drawn.unshift(kept);
      else drawn.push(kept);
    }
    const parts = this.lines.update(drawn);
    this.parts = new Map(parts.map((part, index) => [drawn[index]!.line.key, part]));
    parts.forEach(({ element: node }, index) =>
      node.style.setProperty("top", `${(drawn[index]!.place - 2) * height}px`),
    );
    this.placeTabStop(hadFocus);
    this.listener.inSight(drawn.map(({ line }) => line));
  }

  /** One cell of the grid is in the order of tabs. */
  private placeTabStop(hadFocus: boolean): void {
    for (const cell of this.element.querySelectorAll('[tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    const cell = this.cellAt(this.active) ?? this.cellAt({ ...this.active, line: -1 });
    cell?.setAttribute("tabindex", "0");
    if (hadFocus && !this.element.contains(document.activeElement)) cell?.focus({ preventScroll: true });
  }

  private get lineHeight(): number {
    const size = parseFloat(getComputedStyle(this.element).fontSize);
    return Math.round((Number.isFinite(size) && size > 0 ? size : 13) * 2);
  }

  /** How many lines are in sight. */
  private get page(): number {
    const { clientHeight } = this.element;
    return clientHeight > 0 ? Math.max(1, Math.floor(clientHeight / this.lineHeight) - 2) : USUAL_LINES;
  }

  private cellAt({ line, column }: RunsPlace): HTMLElement | undefined {
    const row =
      line < 0
        ? this.head
        : line >= this.model.lines.length
          ? this.foot
          : this.parts.get(this.model.lines[line]!.key)?.element;
    const cells = [...(row?.children ?? [])] as HTMLElement[];
    return cells[Math.min(column, cells.length - 1)];
  }

  private placeOf(target: EventTarget | null): RunsPlace | undefined {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
    const row = cell?.parentElement;
    if (!cell || !row) return undefined;
    const column = Math.max(
      0,
      this.columns.findIndex(({ name }) => name === cell.dataset["column"]),
    );
    if (row === this.head) return { line: -1, column };
    if (row === this.foot) return { line: this.model.lines.length, column };
    const line = this.model.lines.findIndex(({ key }) => key === row.dataset["key"]);
    return line < 0 ? undefined : { line, column };
  }

  private moveTo(place: RunsPlace): void {
    this.active = place;
    this.activeKey = this.model.lines[place.line]?.key ?? "";
    if (place.line >= 0 && place.line < this.model.lines.length) {
      const height = this.lineHeight;
      const top = place.line * height;
      const room = Math.max(height, this.element.clientHeight - 2 * height);
      if (top < this.element.scrollTop) this.element.scrollTop = top;
      else if (top + height > this.element.scrollTop + room) this.element.scrollTop = top + height - room;
    }
    this.drawLines();
    this.cellAt(place)?.focus({ preventScroll: true });
  }

  private press(event: KeyboardEvent): void {
    const { lines } = this.model;
    const next = nextPlace(this.active, event, { lines: lines.length, columns: this.columns.length, page: this.page });
    const line = lines[this.active.line];
    if (next) {
      const stays = next.line === this.active.line;
      this.moveTo(next);
      if (event.shiftKey && !stays) this.selectTo(next.line);
      else if (!stays) this.anchor = next.line;
    } else if (event.key === "Enter") this.enter(line);
    else if (event.key === " ") this.toggle(line);
    else if (event.key === "Delete") this.listener.remove();
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) this.selectAll();
    else if (event.key === "Escape") this.selectNone();
    else return;
    event.preventDefault();
  }

  private enter(line: RunsLine | undefined): void {
    const sort = this.columns[this.active.column]?.sort;
    if (this.active.line < 0) {
      if (sort) this.listener.sort(sort);
    } else if (line?.kind === "group") this.fold(line);
    else if (line) this.listener.open(line.row.run);
  }

  private click(event: MouseEvent): void {
    const place = this.placeOf(event.target);
    if (!place) return;
    const line = this.model.lines[place.line];
    const column = this.columns[place.column];
    this.moveTo(place);
    if (place.line < 0) {
      if (column?.sort) this.listener.sort(column.sort);
    } else if (line?.kind === "group") this.fold(line);
    else if (event.shiftKey) this.selectTo(place.line);
    else {
      this.anchor = place.line;
      if (line && (column?.name === "selected" || event.ctrlKey || event.metaKey)) this.toggle(line);
    }
  }

  private fold(line: Extract<RunsLine, { kind: "group" }>): void {
    this.model.toggleFolded(line.group.asked);
    this.listener.changed();
  }

  private toggle(line: RunsLine | undefined): void {
    if (line?.kind === "group") {
      // All runs of a question, or none where all are.
      const runs = line.group.rows.map(({ run }) => run);
      const all = runs.every((run) => this.model.isSelected(run));
      for (const run of runs) if (this.model.isSelected(run) === all) this.model.toggle(run);
    } else if (line) this.model.toggle(line.row.run);
    this.listener.changed();
  }

  private selectTo(line: number): void {
    const [from, to] = [Math.min(this.anchor, line), Math.max(this.anchor, line)];
    const range = this.model.lines.slice(Math.max(0, from), to + 1);
    this.model.select(range.flatMap((each) => (each.kind === "run" ? [each.row.run] : [])));
    this.listener.changed();
  }

  private selectAll(): void {
    this.model.select(this.model.rows.map(({ run }) => run));
    this.listener.changed();
  }

  private selectNone(): void {
    this.model.select([]);
    this.listener.changed();
  }
}
