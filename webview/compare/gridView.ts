/** The grid of the comparison: heads that stay in sight, and rows that are drawn when they come near the screen. */
import type { Trace } from "../../src/core/trace/fold";
import type { Block } from "../shown/blocks";
import { element } from "../dom/element";
import { KeyedList, setChildren } from "../dom/keyedList";
import type { Row } from "../shown/rows";
import type { ShownTrace } from "../shown/state";
import { BlockView } from "./blockView";
import { ColumnHead } from "./columnHead";
import type { ColumnModel } from "./columnModel";
import type { GridPlace } from "./gridKeys";
import { RowView, type BlockViews } from "./rowView";
import type { StepLinks } from "./stepLinks";

/** Rows within this distance of the screen are drawn. */
const NEAR = "800px 0px";
/** This near to the end, in pixels, a person is taken to be at it. */
const AT_END = 40;
/** Below this width of the panel's share, columns stop shrinking and the grid scrolls sideways. */
const NARROWEST_BAR = 388;

export interface GridEvents {
  fold(row: RowView): void;
  cancel(run: string): void;
  /** Whether a block is to be shown as it was written, and that it is to be shown the other way. */
  asWritten(run: string, block: Block): boolean;
  turn(run: string, block: Block): void;
  /** A row's tokens were drawn or appended to. */
  drawn(row: RowView): void;
}

export class GridView implements BlockViews {
  readonly element: HTMLElement;
  readonly grid: HTMLElement;
  rows: RowView[] = [];
  private readonly head = element("div", { role: "row", class: "head-row" });
  private readonly figures = element("div", { role: "row", class: "figures-row" });
  private readonly body = element("div", { role: "rowgroup", class: "rows" });
  private readonly rowList: KeyedList<Row, RowView>;
  private folded: ReadonlySet<string> = new Set();
  private readonly rowByElement = new Map<Element, RowView>();
  private readonly blockViews = new Map<string, { trace: Trace; views: Map<string, BlockView> }>();
  private readonly headByRun = new Map<string, ColumnHead>();
  private readonly corners = [
    element("div", { role: "columnheader", class: "row-header" }, element("span", { class: "unseen" }, "Fold")),
    element("div", { role: "rowheader", class: "row-header" }, element("span", { class: "unseen" }, "Figures")),
  ] as const;
  private readonly near: IntersectionObserver;
  private traces: readonly ShownTrace[] = [];
  private links: StepLinks | undefined;
  private linked: readonly Element[] = [];
  private following = false;
  private lastTop = 0;
  private lastHeight = 0;

  constructor(private readonly events: GridEvents) {
    this.grid = element(
      "div",
      { role: "grid", class: "compare-grid", "aria-label": "Traces side by side" },
      element("div", { role: "rowgroup", class: "heads" }, this.head),
      element("div", { role: "rowgroup" }, this.figures),
      this.body,
    );
    this.element = element("div", { class: "compare-scroll" }, this.grid);
    this.rowList = new KeyedList(this.body, {
      // A row keeps its cells for good: when columns come or go, all rows are made anew.
      key: ({ key, cells }) => `${cells.length} ${key}`,
      make: (row) => this.insert(row),
      update: (view, row) => {
        if (view.update(row) && view.drawn) this.events.drawn(view);
      },
      dropped: (view) => this.drop(view),
    });
    this.element.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.near = new IntersectionObserver((entries) => this.onNear(entries), { root: this.element, rootMargin: NEAR });
  }

  view(column: number, block: Block): BlockView {
    const { run, trace } = this.traces[column]!;
    let known = this.blockViews.get(run);
    if (known?.trace !== trace) {
      known = { trace, views: new Map() };
      this.blockViews.set(run, known);
    }
    let view = known.views.get(block.key);
    if (!view) {
      view = new BlockView(block, trace, () => this.events.turn(run, block));
      known.views.set(block.key, view);
    }
    if (this.links) {
      const titles = this.traces.map(({ title }) => title);
      view.showLinks(this.links.of(column, block, titles));
    }
    return view;
  }

  asWritten(column: number, block: Block): boolean {
    return this.events.asWritten(this.traces[column]!.run, block);
  }

  /** Draws all rows again that are drawn: the text is to be shown otherwise. */
  redraw(model: ColumnModel, written: boolean): void {
    this.drawHeads(model, written);
    for (const row of this.rows) {
      if (!row.drawn) continue;
      row.draw();
      this.events.drawn(row);
    }
  }

  update(model: ColumnModel, traces: readonly ShownTrace[], folded: ReadonlySet<string>, written: boolean): void {
    this.traces = traces;
    this.links = model.links;
    this.grid.style.setProperty("--columns", String(Math.max(1, traces.length)));
    this.drawHeads(model, written);
    this.folded = folded;
    this.rows = this.rowList.update(model.rows);
    // Links may change where nothing else of a row does.
    for (const { row, drawn } of this.rows)
      if (drawn) row.cells.forEach((blocks, column) => blocks.forEach((block) => this.view(column, block)));
    this.follow();
  }

  cell({ row, column }: GridPlace): HTMLElement | undefined {
    return this.rows[row]?.cell(column);
  }

  /** Which cell an element lies in. */
  placeOf(node: Element): GridPlace | undefined {
    const cell = node.closest<HTMLElement>(".cell");
    const row = cell?.parentElement ? this.rowByElement.get(cell.parentElement) : undefined;
    return cell && row ? { row: this.rows.indexOf(row), column: Number(cell.dataset["column"]) } : undefined;
  }

  /** Marks the blocks of other columns that do the work of those in a cell; `undefined` marks none. */
  markLinked(place: GridPlace | undefined): void {
    for (const each of this.linked) each.classList.remove("linked");
    const blocks = place ? (this.rows[place.row]?.row.cells[place.column] ?? []) : [];
    this.linked = blocks.flatMap((block) =>
      (this.links?.partners(place!.column, block) ?? []).map(
        (partner) => this.view(partner.column, partner.block).element,
      ),
    );
    for (const each of this.linked) each.classList.add("linked");
  }

  /** Where the block that does the work of a cell stands in another column. */
  linkedPlace({ row, column }: GridPlace, other: number): GridPlace | undefined {
    for (const block of this.rows[row]?.row.cells[column] ?? []) {
      const partner = this.links?.partners(column, block).find((each) => each.column === other)?.block;
      const found = partner ? this.rows.findIndex((view) => view.row.cells[other]?.includes(partner)) : -1;
      if (found >= 0) return { row: found, column: other };
    }
    return undefined;
  }

  /** Whoever is at the end stays there while rows are added or drawn; scrolling up lets go, scrolling down takes hold. */
  private onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    // A page that gets shorter moves a person up as well, who wants to stay at the end.
    if (scrollTop < this.lastTop - 1 && scrollHeight >= this.lastHeight) this.following = false;
    else if (scrollHeight - scrollTop - clientHeight < AT_END) this.following = true;
    this.lastTop = scrollTop;
    this.lastHeight = scrollHeight;
  }

  private follow(): void {
    if (!this.following) return;
    this.element.scrollTop = this.element.scrollHeight;
    this.lastTop = this.element.scrollTop;
    this.lastHeight = this.element.scrollHeight;
  }

  private drawHeads(model: ColumnModel, written: boolean): void {
    const scale = Math.max(1, ...model.columns.map(({ figures }) => figures.tokens.total));
    const share = Math.max(NARROWEST_BAR, (this.element.clientWidth - 24) / Math.max(1, this.traces.length) - 32);
    const heads = this.traces.map(({ run }) => {
      const head = this.headByRun.get(run) ?? new ColumnHead(() => this.events.cancel(run));
      this.headByRun.set(run, head);
      return head;
    });
    heads.forEach((head, column) => {
      const { trace, title, price, live } = this.traces[column]!;
      const base = model.columns[0]!.figures;
      // Half a run compared with another half would say nothing.
      const baseline = column > 0 && !live && !this.traces[0]!.live ? base : undefined;
      const { figures } = model.columns[column]!;
      head.update(
        { trace, title, price, live, figures, baseline, first: column === 0, scale, written },
        Math.floor(share),
      );
    });
    setChildren(this.head, [this.corners[0], ...heads.map(({ title }) => title)]);
    setChildren(this.figures, [this.corners[1], ...heads.map(({ figures }) => figures)]);
  }

  private insert(row: Row): RowView {
    const view = new RowView(row, this, (pressed) => this.events.fold(pressed));
    view.folded = this.folded.has(row.key);
    this.rowByElement.set(view.element, view);
    this.near.observe(view.element);
    return view;
  }

  private drop(view: RowView): void {
    this.near.unobserve(view.element);
    this.rowByElement.delete(view.element);
  }

  private onNear(entries: readonly IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const view = entry.isIntersecting ? this.rowByElement.get(entry.target) : undefined;
      if (!view) continue;
      this.near.unobserve(view.element);
      view.show();
      this.events.drawn(view);
    }
    this.follow();
  }
}
