/** The grid of the comparison: heads that stay in sight, and rows that are drawn when they come near the screen. */
import type { Trace } from "../../src/core/trace/fold";
import type { Block } from "../shown/blocks";
import { element } from "../dom/element";
import { setChildren } from "../dom/keyedList";
import type { Row } from "../shown/rows";
import type { ShownTrace, ViewState } from "../shown/state";
import { BandList } from "./bandView";
import { BlockView } from "./blockView";
import { ColumnHead } from "./columnHead";
import type { ColumnModel } from "./columnModel";
import type { GridPlace } from "./gridKeys";
import { RowView, type BlockViews } from "./rowView";
import type { StepLinks } from "./stepLinks";
import { l10n } from "../../src/core/text/l10n";

/** This near to the end, in pixels, a person is taken to be at it. */
const AT_END = 40;
/** Columns never get narrower, in pixels; those that do not fit into the panel are reached by scrolling sideways. */
const NARROWEST_COLUMN = 240;
/** Of the column of fold buttons, in pixels. */
const FOLD_COLUMN = 22;

const NO_HITS: readonly number[] = [];

export interface GridEvents {
  fold(row: RowView): void;
  cancel(run: string): void;
  turnPause(run: string): void;
  stopThinking(run: string): void;
  /** Unfold the figures and prompts of all columns, or fold them. */
  turnFigures(): void;
  setOptions(run: string): void;
  /** Whether a block is to be shown as it was written, and that it is to be shown the other way. */
  asWritten(run: string, block: Block): boolean;
  turn(run: string, block: Block): void;
  /** A person chose a place on a minimap. */
  jump(run: string, at: number): void;
  /** A row's tokens were drawn or appended to. */
  drawn(row: RowView): void;
}

export class GridView implements BlockViews {
  readonly element: HTMLElement;
  readonly grid: HTMLElement;
  rows: RowView[] = [];
  private readonly head = element("div", { role: "row", class: "head-row" });
  private readonly figures = element("div", { role: "row", class: "figures-row" });
  private readonly maps = element("div", { role: "row", class: "map-row" });
  private readonly body = element("div", { role: "rowgroup", class: "rows" });
  private readonly bands: BandList;
  private folded: ReadonlySet<string> = new Set();
  private readonly rowByElement = new Map<Element, RowView>();
  private readonly blockViews = new Map<string, { trace: Trace; views: Map<string, BlockView> }>();
  private readonly headByRun = new Map<string, ColumnHead>();
  private readonly corners = [
    element("div", { role: "columnheader", class: "row-header" }, element("span", { class: "unseen" }, l10n.t("Fold"))),
    element("div", { role: "rowheader", class: "row-header" }, element("span", { class: "unseen" }, l10n.t("Figures"))),
    element(
      "div",
      { role: "rowheader", class: "row-header" },
      element("span", { class: "unseen" }, l10n.t("Minimaps")),
    ),
  ] as const;
  private traces: readonly ShownTrace[] = [];
  private hits: ReadonlyMap<string, readonly number[]> = new Map();
  private links: StepLinks | undefined;
  private linked: readonly Element[] = [];
  private following = false;
  private lastTop = 0;
  private lastHeight = 0;
  /** The frame in which the minimaps are told what is in sight. */
  private looking = 0;
  /** There is room for one column, and which of them is shown. */
  private isSingle = false;
  private column = 0;
  /** What the rows were told last. */
  private only: number | undefined;

  constructor(private readonly events: GridEvents) {
    this.grid = element(
      "div",
      { role: "grid", class: "compare-grid", "aria-label": l10n.t("Traces side by side") },
      element("div", { role: "rowgroup", class: "heads" }, this.head, this.maps),
      element("div", { role: "rowgroup" }, this.figures),
      this.body,
    );
    this.element = element("div", { class: "compare-scroll" }, this.grid);
    this.bands = new BandList(this.body, this.element, {
      make: (row) => this.insert(row),
      dropped: (view) => this.rowByElement.delete(view.element),
      drawn: (view) => this.events.drawn(view),
      grown: () => this.follow(),
    });
    this.element.addEventListener("scroll", () => this.onScroll(), { passive: true });
    new ResizeObserver(() => this.fitColumns()).observe(this.element);
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
  redraw(model: ColumnModel, view: ViewState): void {
    this.drawHeads(model, view);
    for (const row of this.rows) {
      if (!row.drawn) continue;
      row.draw();
      this.events.drawn(row);
    }
  }

  update(model: ColumnModel, traces: readonly ShownTrace[], folded: ReadonlySet<string>, view: ViewState): void {
    this.traces = traces;
    this.links = model.links;
    this.grid.style.setProperty("--columns", String(Math.max(1, traces.length)));
    this.drawHeads(model, view);
    this.fitColumns();
    this.folded = folded;
    this.rows = this.bands.update(model.rows);
    // Links may change where nothing else of a row does.
    for (const { row, drawn } of this.rows)
      if (drawn) row.cells.forEach((blocks, column) => blocks.forEach((block) => this.view(column, block)));
    this.follow();
  }

  /** Marks what a search found on the minimaps. */
  showHits(places: ReadonlyMap<string, readonly number[]>): void {
    this.hits = places;
    for (const [run, head] of this.headByRun) head.map.showHits(places.get(run) ?? NO_HITS);
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
    this.looking ||= requestAnimationFrame(() => {
      this.looking = 0;
      this.standHere();
    });
  }

  /** Tells the minimaps which block stands topmost in their column. */
  private standHere(): void {
    const { bottom } = this.head.parentElement!.getBoundingClientRect();
    for (const [column, { run }] of this.traces.entries()) {
      const head = this.headByRun.get(run)!;
      const cell = document.elementFromPoint(head.title.getBoundingClientRect().left + 8, bottom + 8)?.closest(".cell");
      const place = cell ? this.placeOf(cell) : undefined;
      const block = place?.column === column ? this.rows[place.row]?.row.cells[column]?.[0] : undefined;
      if (block) head.map.scrolledTo(block.from);
    }
  }

  private follow(): void {
    if (!this.following) return;
    this.element.scrollTop = this.element.scrollHeight;
    this.lastTop = this.element.scrollTop;
    this.lastHeight = this.element.scrollHeight;
  }

  /** As many columns as fit stand side by side in full, none of them cut at the edge. */
  private fitColumns(): void {
    const fitting = Math.max(1, Math.floor((this.element.clientWidth - FOLD_COLUMN) / NARROWEST_COLUMN));
    this.grid.style.setProperty("--fitting", String(Math.min(fitting, Math.max(1, this.traces.length))));
    // Rows are as high as their highest cell. Where one column fits, the others would only leave blanks in it.
    this.isSingle = this.element.clientWidth > 0 && fitting === 1 && this.traces.length > 1;
    this.grid.classList.toggle("single", this.isSingle);
    this.showColumn(this.column);
  }

  /** Where there is room for one column, it is this one. */
  showColumn(column: number): void {
    this.column = Math.max(0, Math.min(column, this.traces.length - 1));
    const only = this.isSingle ? this.column : undefined;
    if (only !== this.only) for (const row of this.rows) row.showOnly(only);
    this.only = only;
    this.traces.forEach(({ run }, index) => this.headByRun.get(run)?.hide(only !== undefined && index !== only));
  }

  private drawHeads(model: ColumnModel, { written, figures: isOpen }: ViewState): void {
    const heads = this.traces.map(({ run }) => {
      const head =
        this.headByRun.get(run) ??
        new ColumnHead({
          cancel: () => this.events.cancel(run),
          turnPause: () => this.events.turnPause(run),
          stopThinking: () => this.events.stopThinking(run),
          turnFigures: () => this.events.turnFigures(),
          setOptions: () => this.events.setOptions(run),
          jump: (at) => this.events.jump(run, at),
        });
      this.headByRun.set(run, head);
      return head;
    });
    heads.forEach((head, column) => {
      const { run, trace, title, price, live, paused, asked, version } = this.traces[column]!;
      // Half a run compared with another half would say nothing.
      const baseline = model.comparison.rows[column]!.saving ? model.columns[model.bases[column]!]!.figures : undefined;
      const first = model.comparison.rows[column]!.isBaseline;
      const { figures, blocks } = model.columns[column]!;
      head.update({ trace, title, price, live, paused, asked, figures, baseline, first, written, isOpen });
      head.map.update({ trace, title, blocks, hits: this.hits.get(run) ?? NO_HITS, version });
    });
    this.figures.classList.toggle("folded", !isOpen);
    setChildren(this.head, [this.corners[0], ...heads.map(({ title }) => title)]);
    setChildren(this.maps, [this.corners[2], ...heads.map(({ mapCell }) => mapCell)]);
    setChildren(this.figures, [this.corners[1], ...heads.map(({ figures }) => figures)]);
  }

  private insert(row: Row): RowView {
    const view = new RowView(row, this, (pressed) => this.events.fold(pressed));
    view.folded = this.folded.has(row.key);
    view.showOnly(this.only);
    this.rowByElement.set(view.element, view);
    return view;
  }
}
