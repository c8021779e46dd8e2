/** The comparison: traces side by side with search, folding, keyboard and links, drawn while models run. */
import { comparisonMarkdown } from "../../src/core/measure/comparisonText";
import type { Block } from "../shown/blocks";
import { element } from "../dom/element";
import type { Place, RowOrder, ViewState } from "../shown/state";
import type { PanelContext, View } from "../parts/view";
import { answerLine } from "./answerLine";
import { CompareBar } from "./compareBar";
import { ColumnModel } from "./columnModel";
import { GridCursor } from "./gridCursor";
import { moveOf, type GridPlace } from "./gridKeys";
import { GridView } from "./gridView";
import { blockKey } from "./hitList";
import { OverviewTable } from "./overviewTable";
import type { RowView } from "./rowView";
import { SearchHits } from "./searchHits";
import { StepActions } from "./stepActions";
import { TokenTip } from "./tokenTip";

export class CompareView implements View {
  readonly element: HTMLElement;
  private readonly model = new ColumnModel();
  private readonly grid: GridView;
  private readonly cursor: GridCursor;
  private readonly actions: StepActions;
  private readonly bar: CompareBar;
  private readonly tip: TokenTip;
  private readonly hits: SearchHits;
  private readonly overview = new OverviewTable({
    pin: (run) => this.pin(run),
    sort: (order) => this.sort(order),
    open: (run) => this.cursor.goToRun(run),
  });

  constructor(private readonly context: PanelContext) {
    this.grid = new GridView({
      fold: (row) => this.fold([row], !row.folded),
      cancel: (run) => this.actions.cancel(run),
      turnPause: (run) => this.actions.turnPause(run),
      stopThinking: (run) => this.actions.stopThinking(run),
      turnFigures: () => this.turnFigures(),
      setOptions: (run) => this.actions.setOptions(run),
      asWritten: (run, block) => asWritten(context.state.view, run, block.key),
      turn: (run, block) => this.turn(run, [block]),
      drawn: (row) => this.hits.mark(row),
      jump: (run, at) => this.scrollTo({ run, at }),
    });
    this.cursor = new GridCursor(this.grid, this.model);
    this.actions = new StepActions(context, this.grid, this.cursor);
    this.bar = new CompareBar({
      find: (query) => this.hits.find(query),
      stepHit: (by) => this.hits.step(by),
      leaveSearch: () => this.cursor.focus(this.cursor.place),
      toggleWritten: () => this.toggleWritten(),
      foldAll: (folded) => this.fold(this.grid.rows, folded),
      copyLink: () => this.actions.link(),
      copyTable: () => context.host.post({ type: "copy", text: comparisonMarkdown(this.model.comparison) }),
    });
    this.hits = new SearchHits({
      state: context.state,
      model: this.model,
      grid: this.grid,
      stand: (row, column) => {
        this.fold([this.grid.rows[row]!], false);
        this.cursor.stand({ row, column });
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
      if (place) this.actions.tellMenu(place, event.target as Element);
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
    this.cursor.standSomewhere();
  }

  reveal(place: Place): void {
    const found = this.cursor.find(place);
    if (!found) return;
    this.fold([this.grid.rows[found.row]!], false);
    this.cursor.focus(found);
    const tokens = this.cursor.intoSight(found, place.at);
    for (const marked of this.grid.grid.querySelectorAll(".token.revealed")) marked.classList.remove("revealed");
    for (const token of tokens) {
      token.classList.add("revealed");
      token.addEventListener("animationend", () => token.classList.remove("revealed"), { once: true });
    }
  }

  /** Brings a position into sight; the focus stays where it is. */
  private scrollTo(place: Place): void {
    const found = this.cursor.find(place);
    if (!found) return;
    this.cursor.stand(found);
    this.cursor.intoSight(found, place.at);
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

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    const onCell = event.target.classList.contains("cell");
    const by = event.altKey ? undefined : moveOf(event.key);
    if (by) this.cursor.move(by);
    else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight"))
      this.stepToken(event.key === "ArrowRight" ? 1 : -1);
    else if (!onCell || !(this.pressOnCell(event.key) || this.actions.press(event.key))) return;
    event.preventDefault();
  }

  /** Shows more or less of the cell where a person stands, or of the comparison. @returns whether the key asks for that */
  private pressOnCell(key: string): boolean {
    const { row, run, blocks, place } = this.cursor;
    if (key === "Enter" || key === " ") this.fold([row!], !row!.folded);
    else if (key === "t") for (const block of blocks) this.grid.view(place.column, block).toggleTrials();
    else if (key === "r") this.turn(run!, blocks);
    else if (key === "R") this.toggleWritten();
    else if (key === "x") this.cursor.goToExit();
    else if (key === "n" || key === "N") this.hits.step(key === "n" ? 1 : -1);
    else if (key === "/") this.search();
    else return false;
    return true;
  }

  private onFocus(event: FocusEvent): void {
    const place = event.target instanceof Element ? this.grid.placeOf(event.target) : undefined;
    if (!place) return;
    this.cursor.stand(place);
    this.actions.tellMenu(place);
    this.grid.markLinked(place);
    this.actions.select();
  }

  private focusedPlace(): GridPlace | undefined {
    const { activeElement } = document;
    return activeElement ? this.grid.placeOf(activeElement) : undefined;
  }

  private stepToken(by: 1 | -1): void {
    const next = this.cursor.tokenBeside(by);
    if (!next) return;
    this.tip.show(next);
    this.actions.tellMenu(this.cursor.place);
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
