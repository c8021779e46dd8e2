/** What a search finds in the comparison: it is marked in the text, stepped through, and kept while traces grow. */
import type { PanelState } from "../shown/state";
import type { ColumnModel } from "./columnModel";
import type { GridView } from "./gridView";
import { blockKey, HitList } from "./hitList";
import type { RowView } from "./rowView";
import { isEmpty, searchBlocks, type Query } from "./search";

interface HitSurroundings {
  readonly state: PanelState;
  readonly model: ColumnModel;
  readonly grid: GridView;
  /** Makes a row the place in the grid, unfolded; the focus stays where it is. */
  stand(row: number, column: number): void;
  /** @param at index of the current hit, from 0; -1 for none */
  count(at: number, total: number, searching: boolean): void;
}

export class SearchHits {
  private readonly hits = new HitList();
  private query: Query = { text: "", kind: "any", below: undefined };

  constructor(private readonly around: HitSurroundings) {}

  /** Searches again what has changed. */
  again(): void {
    if (!isEmpty(this.query)) this.find(this.query);
  }

  find(query: Query): void {
    const stay = query.text === this.query.text && query.kind === this.query.kind && query.below === this.query.below;
    this.query = query;
    const { model, grid, state } = this.around;
    const { columns } = model;
    const rowOf = new Map<string, number>();
    grid.rows.forEach(({ row }, index) =>
      row.cells.forEach((blocks, column) => {
        for (const { key } of blocks) rowOf.set(blockKey(columns[column]!.run, key), index);
      }),
    );
    const found = columns.flatMap(({ run, blocks }) => searchBlocks(run, state.find(run)!.trace, blocks, query));
    this.hits.set(found, rowOf, stay);
    for (const row of grid.rows) this.mark(row);
    grid.showHits(this.hits.places);
    this.showCount();
    if (!stay) this.show();
  }

  step(by: 1 | -1): void {
    this.hits.step(by);
    this.show();
    this.showCount();
  }

  /** Marks the hits of a row that is drawn. */
  mark(row: RowView): void {
    if (!row.drawn) return;
    const { model, grid } = this.around;
    for (const marked of row.element.querySelectorAll(".hit")) marked.classList.remove("hit", "current");
    row.row.cells.forEach((blocks, column) => {
      const run = model.columns[column]!.run;
      for (const block of blocks)
        for (const hit of this.hits.in(run, block.key))
          for (let at = hit.from; at < hit.to; at += 1)
            for (const token of grid.view(column, block).token(at)) token.classList.add("hit");
    });
  }

  private showCount(): void {
    this.around.count(this.hits.at, this.hits.length, !isEmpty(this.query));
  }

  /** Brings the current hit into sight without taking the focus from the search field. */
  private show(): void {
    const hit = this.hits.current;
    if (!hit) return;
    const { model, grid } = this.around;
    const column = model.columns.findIndex(({ run }) => run === hit.run);
    const row = grid.rows.findIndex((view) => view.row.cells[column]?.some(({ key }) => key === hit.block));
    if (row < 0) return;
    this.around.stand(row, column);
    for (const marked of grid.grid.querySelectorAll(".hit.current")) marked.classList.remove("current");
    const view = grid.view(
      column,
      grid.rows[row]!.row.cells[column]!.find(({ key }) => key === hit.block)!,
    );
    for (let at = hit.from; at < hit.to; at += 1)
      for (const token of view.token(at)) token.classList.add("hit", "current");
    (view.token(hit.from)[0] ?? view.element).scrollIntoView({ block: "center", inline: "nearest" });
  }
}
