/** The comparison: traces side by side with search, folding, keyboard and links, drawn while models run. */
import { comparisonMarkdown } from "../../src/core/measure/comparisonText";
import { blockAt, type Block } from "../shown/blocks";
import { element } from "../dom/element";
import type { Place, RowOrder, ViewState } from "../shown/state";
import type { BranchKind } from "../../src/core/measure/branchPlaces";
import type { PanelContext, View } from "../parts/view";
import { answerLine } from "./answerLine";
import { CompareBar } from "./compareBar";
import { ColumnModel } from "./columnModel";
import { branchOf, tellMenu } from "./branchKeys";
import { move, moveOf, type GridPlace } from "./gridKeys";
import { GridView } from "./gridView";
import { blockKey } from "./hitList";
import { OverviewTable } from "./overviewTable";
import type { RowView } from "./rowView";
import { SearchHits } from "./searchHits";
import { TokenTip } from "./tokenTip";

export class CompareView implements View {
  readonly element: HTMLElement;
  private readonly model = new ColumnModel();
  private readonly grid: GridView;
  private readonly bar: CompareBar;
  private readonly tip: TokenTip;
  private place: GridPlace = { row: 0, column: 0 };
  private readonly hits: SearchHits;
  private readonly overview = new OverviewTable({
    pin: (run) => this.pin(run),
    sort: (order) => this.sort(order),
    open: (run) => this.openColumn(run),
  });

  constructor(private readonly context: PanelContext) {
    this.grid = new GridView({
      fold: (row) => this.fold([row], !row.folded),
      cancel: (run) => context.host.post({ type: "command", command: "cancel", run }),
      turnPause: (run) => this.turnPause(run),
      stopThinking: (run) => context.host.post({ type: "command", command: "stop-thinking", run }),
      turnFigures: () => this.turnFigures(),
      setOptions: (run) => context.host.post({ type: "command", command: "set-options", run }),
      asWritten: (run, block) => asWritten(context.state.view, run, block.key),
      turn: (run, block) => this.turn(run, [block]),
      drawn: (row) => this.hits.mark(row),
      jump: (run, at) => this.scrollTo({ run, at }),
    });
    this.bar = new CompareBar({
      find: (query) => this.hits.find(query),
      stepHit: (by) => this.hits.step(by),
      leaveSearch: () => this.focusPlace(this.place),
      toggleWritten: () => this.toggleWritten(),
      foldAll: (folded) => this.fold(this.grid.rows, folded),
      copyLink: () => this.link(),
      copyTable: () => context.host.post({ type: "copy", text: comparisonMarkdown(this.model.comparison) }),
    });
    this.hits = new SearchHits({
      state: context.state,
      model: this.model,
      grid: this.grid,
      stand: (row, column) => {
        this.fold([this.grid.rows[row]!], false);
        this.setPlace({ row, column });
      },
      count: (at, total, searching) => this.bar.search.showCount(at, total, searching),
    });
    this.element = element("div", { class: "compare" }, this.bar.element, this.grid.element);
    this.grid.element.prepend(this.overview.element);
    this.tip = new TokenTip(this.grid.element, (token) => this.positionOf(token));
    this.element.append(this.tip.element);
    this.grid.grid.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.grid.addEventListener("focusin", (event) => this.onFocus(event));
    this.grid.grid.addEventListener("pointerover", (event) => {
      const place = event.target instanceof Element ? this.grid.placeOf(event.target) : undefined;
      this.grid.markLinked(place ?? this.focusedPlace());
      if (place) this.tellMenu(place, event.target as Element);
    });
    this.grid.grid.addEventListener("pointerleave", () => this.grid.markLinked(this.focusedPlace()));
  }

  update(): void {
    const { traces, view, prices } = this.context.state;
    this.bar.showWritten(view.written);
    if (!this.model.update(traces, prices)) return;
    this.showOverview();
    this.grid.update(this.model, traces, new Set(view.folded), view);
    this.hits.again();
    if (this.grid.rows.length > 0 && !this.grid.grid.querySelector('.cell[tabindex="0"]'))
      this.setPlace(this.firstPlace());
  }

  reveal(place: Place): void {
    const found = this.find(place);
    if (!found) return;
    this.fold([this.grid.rows[found.row]!], false);
    this.focusPlace(found);
    const tokens = this.intoSight(found, place.at);
    for (const marked of this.grid.grid.querySelectorAll(".token.revealed")) marked.classList.remove("revealed");
    for (const token of tokens) {
      token.classList.add("revealed");
      token.addEventListener("animationend", () => token.classList.remove("revealed"), { once: true });
    }
  }

  /** Brings a position into sight; the focus stays where it is. */
  private scrollTo(place: Place): void {
    const found = this.find(place);
    if (!found) return;
    this.setPlace(found);
    this.intoSight(found, place.at);
  }

  /** Where the block of a position stands. */
  private find({ run, at }: Place): GridPlace | undefined {
    const column = this.model.columns.findIndex((each) => each.run === run);
    const blocks = this.model.columns[column]?.blocks ?? [];
    if (blocks.length === 0) return undefined;
    const block = blockAt(blocks, at);
    const row = this.grid.rows.findIndex((view) => view.row.cells[column]?.includes(block));
    return row < 0 ? undefined : { row, column };
  }

  /** @returns what shows the token, which is now in sight */
  private intoSight(place: GridPlace, at: number): readonly Element[] {
    const view = this.grid.view(place.column, blockAt(this.blocksAt(place), at));
    const tokens = view.token(at);
    (tokens[0] ?? view.element).scrollIntoView({ block: "center", inline: "nearest" });
    return tokens;
  }

  /** Shows all text as it was written, or rendered again. */
  toggleWritten(): void {
    const { state } = this.context;
    state.view.written = !state.view.written;
    state.view.turned = [];
    this.bar.showWritten(state.view.written);
    this.context.keep();
    this.showOverview();
    this.grid.redraw(this.model, state.view);
  }

  private showOverview(): void {
    const { traces, view } = this.context.state;
    const { pinned, order, written } = view;
    const agreement = answerLine(traces, written);
    this.overview.update({ ...this.model.comparison, pinned, order, written, agreement });
  }

  /** Counts savings against a trace, whose column goes to the front. */
  private pin(run: string | undefined): void {
    this.context.state.pin(run);
    this.context.keep();
    this.update();
  }

  private turnFigures(): void {
    const { view } = this.context.state;
    view.figures = !view.figures;
    this.context.keep();
    this.grid.redraw(this.model, view);
  }

  private sort(order: RowOrder | undefined): void {
    this.context.state.view.order = order;
    this.context.keep();
    this.showOverview();
  }

  private openColumn(run: string): void {
    const column = this.model.columns.findIndex((each) => each.run === run);
    const row = this.grid.rows.findIndex((view) => (view.row.cells[column] ?? []).length > 0);
    if (row >= 0) this.focusPlace({ row, column });
  }

  /** Shows some blocks the other way. */
  private turn(run: string, blocks: readonly Block[]): void {
    const { view } = this.context.state;
    const turned = new Set(view.turned);
    for (const { key } of blocks) if (!turned.delete(blockKey(run, key))) turned.add(blockKey(run, key));
    view.turned = [...turned];
    this.context.keep();
    this.grid.redraw(this.model, view);
  }

  search(): void {
    this.bar.search.focus();
  }

  private positionOf(token: Element) {
    const column = this.grid.placeOf(token)?.column;
    const at = Number((token as HTMLElement).dataset["at"]);
    const position = column === undefined ? undefined : this.context.state.traces[column]?.trace.positions[at];
    return position && { position, at };
  }

  private firstPlace(): GridPlace {
    const row = this.grid.rows[0]!.row;
    return {
      row: 0,
      column: Math.max(
        0,
        row.cells.findIndex((blocks) => blocks.length > 0),
      ),
    };
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    const onCell = event.target.classList.contains("cell");
    const by = event.altKey ? undefined : moveOf(event.key);
    const linked = by === "left" || by === "right" ? this.linkedBeside(by) : undefined;
    if (linked) this.focusPlace(linked);
    else if (by)
      this.focusPlace(move(this.place, by, this.grid.rows.length, this.model.columns.length, (at) => this.filled(at)));
    else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight"))
      this.stepToken(event.key === "ArrowRight" ? 1 : -1);
    else if (!onCell) return;
    else if (event.key === "Enter" || event.key === " ")
      this.fold([this.grid.rows[this.place.row]!], !this.grid.rows[this.place.row]!.folded);
    else if (event.key === "t")
      this.blocksAt(this.place).forEach((block) => this.grid.view(this.place.column, block).toggleTrials());
    else if (event.key === "r") this.turn(this.model.columns[this.place.column]!.run, this.blocksAt(this.place));
    else if (event.key === "R") this.toggleWritten();
    else if (event.key === "x") this.goToExit();
    else if (event.key === "y") this.link();
    else if (event.key === "n" || event.key === "N") this.hits.step(event.key === "n" ? 1 : -1);
    else if (event.key === "/") this.search();
    else if (event.key === "p" || event.key === "A") this.steer(event.key === "p");
    else if (branchOf(event.key)) this.branch(branchOf(event.key)!);
    else return;
    event.preventDefault();
  }

  private onFocus(event: FocusEvent): void {
    const place = event.target instanceof Element ? this.grid.placeOf(event.target) : undefined;
    if (!place) return;
    this.setPlace(place);
    this.tellMenu(place);
    this.grid.markLinked(place);
    const chosen = this.placeInTrace();
    if (!chosen) return;
    const { state, host } = this.context;
    if (state.view.selected?.run === chosen.run && state.view.selected.at === chosen.at) return;
    state.view.selected = chosen;
    this.context.keep();
    host.post({ type: "select", ...chosen });
  }

  private focusedPlace(): GridPlace | undefined {
    const { activeElement } = document;
    return activeElement ? this.grid.placeOf(activeElement) : undefined;
  }

  /** The step of the column beside that does the same work, where there is one. */
  private linkedBeside(by: "left" | "right"): GridPlace | undefined {
    const column = this.place.column + (by === "right" ? 1 : -1);
    return column >= 0 && column < this.model.columns.length ? this.grid.linkedPlace(this.place, column) : undefined;
  }

  private blocksAt({ row, column }: GridPlace) {
    return this.grid.rows[row]?.row.cells[column] ?? [];
  }

  private filled(place: GridPlace): boolean {
    return this.blocksAt(place).length > 0;
  }

  /** Exactly one cell is in the tab order: the one last focused. */
  private setPlace(place: GridPlace): void {
    for (const cell of this.grid.grid.querySelectorAll('.cell[tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    this.place = place;
    this.grid.showColumn(place.column);
    this.grid.cell(place)?.setAttribute("tabindex", "0");
  }

  private focusPlace(place: GridPlace): void {
    const cell = this.grid.cell(place);
    if (!cell) return;
    this.setPlace(place);
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private stepToken(by: 1 | -1): void {
    const cell = this.grid.cell(this.place);
    const all = [...(cell?.querySelectorAll(".token") ?? [])];
    const now = all.findIndex((token) => token.classList.contains("pointed"));
    const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by))];
    if (!next) return;
    next.scrollIntoView({ block: "nearest" });
    this.tip.show(next);
    this.tellMenu(this.place);
  }

  private goToExit(): void {
    const { column } = this.place;
    const row = this.grid.rows.findIndex((view) => view.row.cells[column]?.some((block) => block.exit !== undefined));
    if (row >= 0) this.focusPlace({ row, column });
  }

  private link(): void {
    const { selected } = this.context.state.view;
    const chosen = selected && this.context.state.find(selected.run) ? selected : this.placeInTrace();
    if (chosen) this.context.host.post({ type: "link", ...chosen });
  }

  /** Of the run in whose column a person stands, while it goes on. */
  private steer(isPause: boolean): void {
    const run = this.model.columns[this.place.column]?.run;
    if (run === undefined || !this.context.state.find(run)?.live) return;
    if (isPause) this.turnPause(run);
    else this.context.host.post({ type: "command", command: "stop-thinking", run });
  }

  private turnPause(run: string): void {
    const command = this.context.state.find(run)?.paused ? "resume" : "pause";
    this.context.host.post({ type: "command", command, run });
  }

  private branch(kind: BranchKind): void {
    const place = this.branchPlace(this.place, this.grid.cell(this.place)?.querySelector(".token.pointed"));
    if (place) this.context.host.post({ type: "branch", kind, ...place });
  }

  private tellMenu(place: GridPlace, over?: Element): void {
    const cell = this.grid.cell(place);
    // A click on a token gives its cell the focus, and the menu is for the token all the same.
    const token = over ? over.closest(".token") : cell?.querySelector(".token.pointed");
    if (cell) tellMenu(cell, this.branchPlace(place, token));
  }

  /** The token that is pointed at, else the last one of the step. */
  private branchPlace(place: GridPlace, token: Element | null | undefined): Place | undefined {
    const [run, block] = [this.model.columns[place.column]?.run, this.blocksAt(place).at(-1)];
    if (run === undefined || !block) return undefined;
    return { run, at: token instanceof HTMLElement ? Number(token.dataset["at"]) : block.to - 1 };
  }

  /** The step that a person would go on from, where none was chosen. */
  private placeInTrace(): Place | undefined {
    const block = this.blocksAt(this.place)[0];
    const run = this.model.columns[this.place.column]?.run;
    return block && run !== undefined ? { run, at: block.from } : undefined;
  }

  private fold(rows: readonly RowView[], folded: boolean): void {
    const kept = new Set(this.context.state.view.folded);
    for (const row of rows) {
      row.folded = folded;
      if (folded) kept.add(row.row.key);
      else kept.delete(row.row.key);
    }
    this.context.state.view.folded = [...kept];
    this.context.keep();
  }
}

/** Whether a block is to be shown as it was written. */
const asWritten = ({ written, turned }: ViewState, run: string, key: string): boolean =>
  written !== turned.includes(blockKey(run, key));
