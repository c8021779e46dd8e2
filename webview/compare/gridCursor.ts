/** Where a person stands in the comparison: one cell, alone in the tab order. How they get from it to another. */
import { blockAt, type Block } from "../shown/blocks";
import type { Place } from "../shown/state";
import type { ColumnModel } from "./columnModel";
import { move, type GridPlace, type Move } from "./gridKeys";
import type { GridView } from "./gridView";
import type { RowView } from "./rowView";

export class GridCursor {
  private standing: GridPlace = { row: 0, column: 0 };

  constructor(
    private readonly grid: GridView,
    private readonly model: ColumnModel,
  ) {}

  get place(): GridPlace {
    return this.standing;
  }

  get row(): RowView | undefined {
    return this.grid.rows[this.standing.row];
  }

  /** Whose column it is. */
  get run(): string | undefined {
    return this.runAt(this.standing);
  }

  get blocks(): readonly Block[] {
    return this.blocksAt(this.standing);
  }

  /** The token of the cell that is pointed at by keys. */
  get pointed(): Element | undefined {
    return this.grid.cell(this.standing)?.querySelector(".token.pointed") ?? undefined;
  }

  runAt({ column }: GridPlace): string | undefined {
    return this.model.columns[column]?.run;
  }

  blocksAt({ row, column }: GridPlace): readonly Block[] {
    return this.grid.rows[row]?.row.cells[column] ?? [];
  }

  /** Stands in a cell; the focus stays where it is. */
  stand(place: GridPlace): void {
    for (const cell of this.grid.grid.querySelectorAll('.cell[tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    this.standing = place;
    this.grid.showColumn(place.column);
    this.grid.cell(place)?.setAttribute("tabindex", "0");
  }

  /** Stands in a cell, brings it into sight and gives it the focus. */
  focus(place: GridPlace): void {
    const cell = this.grid.cell(place);
    if (!cell) return;
    this.stand(place);
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Where nothing is in the tab order yet, the first cell is that holds something. */
  standSomewhere(): void {
    const first = this.grid.rows[0]?.row;
    if (!first || this.grid.grid.querySelector('.cell[tabindex="0"]')) return;
    const filled = first.cells.findIndex((blocks) => blocks.length > 0);
    this.stand({ row: 0, column: Math.max(0, filled) });
  }

  move(by: Move): void {
    const linked = by === "left" || by === "right" ? this.linkedBeside(by) : undefined;
    const { rows } = this.grid;
    const filled = (place: GridPlace): boolean => this.blocksAt(place).length > 0;
    this.focus(linked ?? move(this.standing, by, rows.length, this.model.columns.length, filled));
  }

  /** To the block of this column where thinking stopped. */
  goToExit(): void {
    this.goTo(this.standing.column, (blocks) => blocks.some(({ exit }) => exit !== undefined));
  }

  /** To the first block of a run. */
  goToRun(run: string): void {
    this.goTo(this.columnOf(run), (blocks) => blocks.length > 0);
  }

  /** Where the block of a position stands. */
  find({ run, at }: Place): GridPlace | undefined {
    const column = this.columnOf(run);
    const blocks = this.model.columns[column]?.blocks ?? [];
    if (blocks.length === 0) return undefined;
    const block = blockAt(blocks, at);
    const row = this.grid.rows.findIndex((view) => view.row.cells[column]?.includes(block));
    return row < 0 ? undefined : { row, column };
  }

  /** @returns what shows the token of a position, which is now in sight */
  intoSight(place: GridPlace, at: number): readonly Element[] {
    const view = this.grid.view(place.column, blockAt(this.blocksAt(place), at));
    const tokens = view.token(at);
    (tokens[0] ?? view.element).scrollIntoView({ block: "center", inline: "nearest" });
    return tokens;
  }

  /** The token before or after the one that is pointed at, which is now in sight. */
  tokenBeside(by: 1 | -1): Element | undefined {
    const all = [...(this.grid.cell(this.standing)?.querySelectorAll(".token") ?? [])];
    const now = all.findIndex((token) => token.classList.contains("pointed"));
    const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by))];
    next?.scrollIntoView({ block: "nearest" });
    return next;
  }

  private columnOf(run: string): number {
    return this.model.columns.findIndex((each) => each.run === run);
  }

  private goTo(column: number, isMeant: (blocks: readonly Block[]) => boolean): void {
    const row = this.grid.rows.findIndex((view) => isMeant(view.row.cells[column] ?? []));
    if (row >= 0) this.focus({ row, column });
  }

  /** The step of the column beside that does the same work, where there is one. */
  private linkedBeside(by: "left" | "right"): GridPlace | undefined {
    const column = this.standing.column + (by === "right" ? 1 : -1);
    return column >= 0 && column < this.model.columns.length ? this.grid.linkedPlace(this.standing, column) : undefined;
  }
}
