/** The comparison: traces side by side with search, folding, keyboard and links, drawn while models run. */
import { blockAt, type Block } from "../shown/blocks";
import { button, element } from "../dom/element";
import { CONFIDENCE_CLASSES } from "../parts/tokens";
import type { Place, ViewState } from "../shown/state";
import type { PanelContext, View } from "../parts/view";
import { answerLine } from "./answerLine";
import { ColumnModel } from "./columnModel";
import { move, moveOf, type GridPlace } from "./gridKeys";
import { GridView } from "./gridView";
import { keyHelp } from "./keyHelp";
import { blockKey, HitList } from "./hitList";
import type { RowView } from "./rowView";
import { isEmpty, searchBlocks, type Query } from "./search";
import { SearchBar } from "./searchBar";
import { TokenTip } from "./tokenTip";

export class CompareView implements View {
  readonly element: HTMLElement;
  private readonly model = new ColumnModel();
  private readonly grid: GridView;
  private readonly searchBar: SearchBar;
  private readonly tip: TokenTip;
  private place: GridPlace = { row: 0, column: 0 };
  private readonly hits = new HitList();
  private readonly answers = element("p", { class: "answer-line", role: "status", "aria-label": "Answers" });
  private readonly written = button(
    "As written",
    {
      class: "secondary small",
      title: "Show all text as it was written, without rendering its Markdown and mathematics (R; r for one step)",
    },
    () => this.toggleWritten(),
  );
  private query: Query = { text: "", kind: "any", below: undefined };

  constructor(private readonly context: PanelContext) {
    this.grid = new GridView({
      fold: (row) => this.fold([row], !row.folded),
      cancel: (run) => context.host.post({ type: "command", command: "cancel", run }),
      asWritten: (run, block) => asWritten(context.state.view, run, block.key),
      turn: (run, block) => this.turn(run, [block]),
      drawn: (row) => this.markHits(row),
    });
    this.searchBar = new SearchBar(
      (query) => this.find(query),
      (by) => this.stepHit(by),
      () => this.focusPlace(this.place),
    );
    this.element = element(
      "div",
      { class: "compare" },
      element(
        "div",
        { class: "compare-bar" },
        this.searchBar.element,
        element("span", { class: "spacer" }),
        element(
          "div",
          { class: "bar-end" },
          legend(),
          this.written,
          button("Fold all", { class: "secondary small" }, () => this.fold(this.grid.rows, true)),
          button("Unfold all", { class: "secondary small" }, () => this.fold(this.grid.rows, false)),
          button("Copy link", { class: "secondary small", title: "Copy a link to the chosen step (y)" }, () =>
            this.link(),
          ),
          keyHelp(),
        ),
      ),
      this.answers,
      this.grid.element,
    );
    this.tip = new TokenTip(this.grid.element, (token) => this.positionOf(token));
    this.element.append(this.tip.element);
    this.grid.grid.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.grid.addEventListener("focusin", (event) => this.onFocus(event));
    this.grid.grid.addEventListener("pointerover", (event) => {
      const place = event.target instanceof Element ? this.grid.placeOf(event.target) : undefined;
      this.grid.markLinked(place ?? this.focusedPlace());
    });
    this.grid.grid.addEventListener("pointerleave", () => this.grid.markLinked(this.focusedPlace()));
  }

  update(): void {
    const { traces, view } = this.context.state;
    this.written.setAttribute("aria-pressed", String(view.written));
    if (!this.model.update(traces)) return;
    this.grid.update(this.model, traces, new Set(view.folded), view.written);
    this.showAnswers();
    if (!isEmpty(this.query)) this.find(this.query);
    if (this.grid.rows.length > 0 && !this.grid.grid.querySelector('.cell[tabindex="0"]'))
      this.setPlace(this.firstPlace());
  }

  reveal({ run, at }: Place): void {
    const column = this.model.columns.findIndex((each) => each.run === run);
    const blocks = this.model.columns[column]?.blocks;
    if (!blocks || blocks.length === 0) return;
    const block = blockAt(blocks, at);
    const row = this.grid.rows.findIndex((view) => view.row.cells[column]?.includes(block));
    if (row < 0) return;
    this.fold([this.grid.rows[row]!], false);
    this.focusPlace({ row, column });
    const view = this.grid.view(column, block);
    const tokens = view.token(at);
    (tokens[0] ?? view.element).scrollIntoView({ block: "center", inline: "nearest" });
    for (const marked of this.grid.grid.querySelectorAll(".token.revealed")) marked.classList.remove("revealed");
    for (const token of tokens) {
      token.classList.add("revealed");
      token.addEventListener("animationend", () => token.classList.remove("revealed"), { once: true });
    }
  }

  /** Shows all text as it was written, or rendered again. */
  toggleWritten(): void {
    const { state } = this.context;
    state.view.written = !state.view.written;
    state.view.turned = [];
    this.written.setAttribute("aria-pressed", String(state.view.written));
    this.context.keep();
    this.showAnswers();
    this.grid.redraw(this.model, state.view.written);
  }

  private showAnswers(): void {
    const { traces, view } = this.context.state;
    this.answers.replaceChildren(...answerLine(traces, view.written));
    this.answers.hidden = this.answers.childNodes.length === 0;
  }

  /** Shows some blocks the other way. */
  private turn(run: string, blocks: readonly Block[]): void {
    const { view } = this.context.state;
    const turned = new Set(view.turned);
    for (const { key } of blocks) if (!turned.delete(blockKey(run, key))) turned.add(blockKey(run, key));
    view.turned = [...turned];
    this.context.keep();
    this.grid.redraw(this.model, view.written);
  }

  search(): void {
    this.searchBar.focus();
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
    else if (event.key === "n" || event.key === "N") this.stepHit(event.key === "n" ? 1 : -1);
    else if (event.key === "/") this.search();
    else return;
    event.preventDefault();
  }

  private onFocus(event: FocusEvent): void {
    const place = event.target instanceof Element ? this.grid.placeOf(event.target) : undefined;
    if (!place) return;
    this.setPlace(place);
    this.grid.markLinked(place);
    const block = this.blocksAt(place)[0];
    const run = this.model.columns[place.column]?.run;
    if (!block || run === undefined) return;
    const { state, host } = this.context;
    if (state.view.selected?.run === run && state.view.selected.at === block.from) return;
    state.view.selected = { run, at: block.from };
    this.context.keep();
    host.post({ type: "select", run, at: block.from });
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
  }

  private goToExit(): void {
    const { column } = this.place;
    const row = this.grid.rows.findIndex((view) => view.row.cells[column]?.some((block) => block.exit !== undefined));
    if (row >= 0) this.focusPlace({ row, column });
  }

  private link(): void {
    const { selected } = this.context.state.view;
    if (selected) this.context.host.post({ type: "link", ...selected });
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

  private find(query: Query): void {
    const stay = query.text === this.query.text && query.kind === this.query.kind && query.below === this.query.below;
    this.query = query;
    const { columns } = this.model;
    const rowOf = new Map<string, number>();
    this.grid.rows.forEach(({ row }, index) =>
      row.cells.forEach((blocks, column) => {
        for (const { key } of blocks) rowOf.set(blockKey(columns[column]!.run, key), index);
      }),
    );
    const { state } = this.context;
    const found = columns.flatMap(({ run, blocks }) => searchBlocks(run, state.find(run)!.trace, blocks, query));
    this.hits.set(found, rowOf, stay);
    for (const row of this.grid.rows) this.markHits(row);
    this.showCount();
    if (!stay) this.showHit();
  }

  private stepHit(by: 1 | -1): void {
    this.hits.step(by);
    this.showHit();
    this.showCount();
  }

  private showCount(): void {
    this.searchBar.showCount(this.hits.at, this.hits.length, !isEmpty(this.query));
  }

  /** Brings the current hit into sight without taking the focus from the search field. */
  private showHit(): void {
    const hit = this.hits.current;
    if (!hit) return;
    const column = this.model.columns.findIndex(({ run }) => run === hit.run);
    const row = this.grid.rows.findIndex((view) => view.row.cells[column]?.some(({ key }) => key === hit.block));
    if (row < 0) return;
    this.fold([this.grid.rows[row]!], false);
    this.setPlace({ row, column });
    for (const marked of this.grid.grid.querySelectorAll(".hit.current")) marked.classList.remove("current");
    const view = this.grid.view(
      column,
      this.blocksAt({ row, column }).find(({ key }) => key === hit.block)!,
    );
    for (let at = hit.from; at < hit.to; at += 1)
      for (const token of view.token(at)) token.classList.add("hit", "current");
    (view.token(hit.from)[0] ?? view.element).scrollIntoView({ block: "center", inline: "nearest" });
  }

  private markHits(row: RowView): void {
    if (!row.drawn) return;
    for (const marked of row.element.querySelectorAll(".hit")) marked.classList.remove("hit", "current");
    row.row.cells.forEach((blocks, column) => {
      const run = this.model.columns[column]!.run;
      for (const block of blocks)
        for (const hit of this.hits.in(run, block.key))
          for (let at = hit.from; at < hit.to; at += 1)
            for (const token of this.grid.view(column, block).token(at)) token.classList.add("hit");
    });
  }
}

/** Whether a block is to be shown as it was written. */
const asWritten = ({ written, turned }: ViewState, run: string, key: string): boolean =>
  written !== turned.includes(blockKey(run, key));

/** What shading and underlining mean. */
function legend(): HTMLElement {
  return element(
    "div",
    { class: "legend", "aria-label": "Confidence of tokens", role: "group" },
    element("span", {}, "p ≥"),
    ...CONFIDENCE_CLASSES.map((bound, level) =>
      element("span", { class: level > 0 ? `token unsure-${level}` : "token" }, bound === 0 ? "lower" : String(bound)),
    ),
    element("span", { class: "token forced" }, "fed"),
  );
}
