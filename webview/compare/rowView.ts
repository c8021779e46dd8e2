/** One row of the comparison: a fold button and, for each column, the blocks that stand in it. */
import type { Block } from "../shown/blocks";
import { button, element } from "../dom/element";
import { setChildren } from "../dom/keyedList";
import type { Row } from "../shown/rows";
import { estimatedHeight, type BlockView } from "./blockView";
import { l10n } from "../../src/core/text/l10n";

/** Finds or makes the drawn form of a block, which outlives a move to another row. */
export interface BlockViews {
  view(column: number, block: Block): BlockView;
  /** Whether a block is to be shown as it was written. */
  asWritten(column: number, block: Block): boolean;
}

export class RowView {
  readonly element = element("div", { role: "row", class: "row" });
  row: Row;
  private cells: HTMLElement[] = [];
  /** What the cells hold; it stays in sight while its cell, which may be higher, is scrolled through. */
  private bodies: HTMLElement[] = [];
  private place: { from: number; spans: readonly number[] } = { from: 1, spans: [] };
  private fold: HTMLButtonElement | undefined;
  private isFolded = false;
  /** The one column that there is room for; all of them where it is undefined. */
  private only: number | undefined;

  constructor(
    row: Row,
    private readonly blocks: BlockViews,
    private readonly onFold: (row: RowView) => void,
  ) {
    this.row = row;
    this.fill();
  }

  get drawn(): boolean {
    return this.fold !== undefined;
  }

  get folded(): boolean {
    return this.isFolded;
  }

  set folded(folded: boolean) {
    this.isFolded = folded;
    this.element.classList.toggle("folded", folded);
    this.fold?.setAttribute("aria-expanded", String(!folded));
    this.fold?.setAttribute("aria-label", folded ? l10n.t("Unfold row") : l10n.t("Fold row"));
  }

  /**
   * Takes over the blocks of `row`. They are drawn at once when the row was shown before, else when it comes near; not
   * where nothing of them changed.
   * @returns whether anything changed
   */
  update(row: Row): boolean {
    const changed = !sameRow(this.row, row);
    // Links are looked up by block: also of a row that looks as before, the blocks are new ones.
    this.row = row;
    if (changed) this.fill();
    return changed;
  }

  private fill(): void {
    if (this.fold) this.draw();
  }

  /** In pixels, roughly: as high as its highest cell. */
  get estimatedHeight(): number {
    return Math.max(0, ...this.row.cells.map(heightOf));
  }

  /**
   * Puts the row into the grid of its band.
   * @param from line of the grid that it begins at, from 1
   * @param spans how many lines each of its cells reaches over
   */
  stand(from: number, spans: readonly number[]): void {
    this.place = { from, spans };
    this.fold?.parentElement!.style.setProperty("grid-row", String(from));
    this.cells.forEach((cell, column) => {
      // An empty cell takes no room: the one above it reaches down over it, or its column is over.
      cell.style.setProperty("grid-row", `${from} / span ${Math.max(1, spans[column]!)}`);
    });
  }

  /** Draws the row if it is not drawn yet; called when it comes near the screen or gets the focus. */
  show(): void {
    if (this.fold) return;
    this.fold = button("", { class: "fold", tabindex: "-1" }, () => this.onFold(this));
    this.bodies = this.row.cells.map(() => element("div", { class: "cell-body" }));
    this.cells = this.bodies.map((body, column) => {
      const cell = element("div", { role: "gridcell", tabindex: "-1", class: "cell", "data-column": column }, body);
      cell.style.setProperty("grid-column", String(column + 2));
      return cell;
    });
    this.element.append(element("div", { role: "rowheader", class: "row-header" }, this.fold), ...this.cells);
    this.element.classList.add("drawn");
    this.stand(this.place.from, this.place.spans.length > 0 ? this.place.spans : this.cells.map(() => 1));
    this.folded = this.isFolded;
    this.draw();
  }

  /** Shows the cells of one column alone, without the room that the others need; all of them where it is undefined. */
  showOnly(column: number | undefined): void {
    this.only = column;
    this.cells.forEach((cell, index) => (cell.hidden = column !== undefined && index !== column));
    this.element.hidden = column !== undefined && this.fold !== undefined && this.row.cells[column]?.length === 0;
  }

  cell(column: number): HTMLElement | undefined {
    this.show();
    return this.cells[column];
  }

  /** Draws the row again, which is drawn already. */
  draw(): void {
    this.row.cells.forEach((blocks, column) => {
      const cell = this.cells[column]!;
      cell.classList.toggle("empty", blocks.length === 0);
      this.bodies[column]!.classList.toggle("short", heightOf(blocks) <= SHORT);
      cell.classList.toggle(
        "answer",
        blocks.some(({ section }) => section === "answer"),
      );
      const views = blocks.map((block) => this.blocks.view(column, block));
      views.forEach((view, index) => view.draw(blocks[index]!, this.blocks.asWritten(column, blocks[index]!)));
      setChildren(
        this.bodies[column]!,
        views.map((view) => view.element),
      );
    });
    this.showOnly(this.only);
  }
}

/** Higher cells scroll as usual: what stays in sight must leave room for the rest of it. */
const SHORT = 240;

const heightOf = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + estimatedHeight(block), 0);

/** Whether nothing changed in a row: only the last rows of a running trace do. */
function sameRow(a: Row, b: Row): boolean {
  return a.cells.every((blocks, column) => {
    const others = b.cells[column]!;
    return (
      blocks.length === others.length &&
      blocks.every((block, index) => {
        const other = others[index]!;
        return (
          block.key === other.key &&
          block.to === other.to &&
          block.open === other.open &&
          block.shared === other.shared &&
          block.kind === other.kind &&
          block.step === other.step &&
          block.checks.length === other.checks.length &&
          block.evicted.length === other.evicted.length &&
          block.calls.length === other.calls.length &&
          block.withheld.length === other.withheld.length &&
          block.marks.length === other.marks.length &&
          // A mark that has grown is another one.
          block.marks.every((mark, place) => mark === other.marks[place]) &&
          block.importance === other.importance &&
          block.exit === other.exit
        );
      })
    );
  });
}
