/** One row of the comparison: a fold button and, for each column, the blocks that stand in it. */
import type { Block } from "../shown/blocks";
import { button, element } from "../dom/element";
import { setChildren } from "../dom/keyedList";
import type { Row } from "../shown/rows";
import { estimatedHeight, type BlockView } from "./blockView";

/** Finds or makes the drawn form of a block, which outlives a move to another row. */
export interface BlockViews {
  view(column: number, block: Block): BlockView;
}

export class RowView {
  readonly element = element("div", { role: "row", class: "row" });
  row: Row;
  private cells: HTMLElement[] = [];
  private fold: HTMLButtonElement | undefined;
  private isFolded = false;

  constructor(
    row: Row,
    private readonly blocks: BlockViews,
    private readonly onFold: (row: RowView) => void,
  ) {
    this.row = row;
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
    this.fold?.setAttribute("aria-label", folded ? "Unfold row" : "Fold row");
  }

  /** Takes over the blocks of `row`; they are drawn at once when the row was shown before, else when it comes near. */
  update(row: Row): void {
    this.row = row;
    this.element.classList.toggle("answer", row.section === "answer");
    if (this.fold) {
      this.draw();
      return;
    }
    const heights = row.cells.map((blocks) => blocks.reduce((sum, block) => sum + estimatedHeight(block), 0));
    this.element.style.setProperty("--estimated-height", `${Math.max(0, ...heights)}px`);
  }

  /** Draws the row if it is not drawn yet; called when it comes near the screen or gets the focus. */
  show(): void {
    if (this.fold) return;
    this.fold = button("", { class: "fold", tabindex: "-1" }, () => this.onFold(this));
    this.cells = this.row.cells.map((_, column) =>
      element("div", { role: "gridcell", tabindex: "-1", class: "cell", "data-column": column }),
    );
    this.element.append(element("div", { role: "rowheader", class: "row-header" }, this.fold), ...this.cells);
    this.element.classList.add("drawn");
    this.folded = this.isFolded;
    this.draw();
  }

  cell(column: number): HTMLElement | undefined {
    this.show();
    return this.cells[column];
  }

  private draw(): void {
    this.row.cells.forEach((blocks, column) => {
      const cell = this.cells[column]!;
      cell.classList.toggle("empty", blocks.length === 0);
      const views = blocks.map((block) => this.blocks.view(column, block));
      views.forEach((view, index) => view.draw(blocks[index]!));
      setChildren(
        cell,
        views.map((view) => view.element),
      );
    });
  }
}
