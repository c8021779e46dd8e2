/** A picture with its title, its points for keyboard and pointer, its table, and export as SVG, PNG and CSV. */
import { button, element } from "../element";
import type { Drawn } from "../marks/drawn";
import { editorTheme, type Theme } from "../marks/theme";
import type { PanelContext } from "../view";
import { csvOf, pngOf, svgText, themeOnScreen } from "./pictureFile";

export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface FigureSpec {
  /** Unique in its view. */
  key: string;
  /** Grows with what is shown; an equal version is not drawn again. */
  version: string;
  title: string;
  /** How to read the picture; empty where a figure above said it already. */
  caption: string;
  draw(theme: Theme, width: number): Drawn;
  table(): Table;
  /** The pointer was pressed or dragged at a place of the picture, in its pixels. */
  onDrag?(x: number, y: number): void;
}

/** Width of exported pictures in pixels; PNGs have twice as many. */
export const EXPORT_WIDTH = 960;
const NARROWEST = 320;
/** Longer tables are cut on screen; the CSV has all rows. */
const LONGEST_TABLE = 200;

export class FigureFrame {
  readonly element: HTMLElement;
  private readonly title = element("h2", {});
  private readonly caption = element("p", { class: "caption" });
  private readonly canvas = element("div", { class: "canvas" });
  private readonly details: HTMLDetailsElement;
  private width = 0;

  constructor(
    private spec: FigureSpec,
    private readonly context: PanelContext,
    private readonly onPoint: (run: string, at: number) => void,
  ) {
    this.details = element("details", {}, element("summary", {}, "Table"));
    this.details.addEventListener("toggle", () => this.drawTable());
    const save = (label: string, action: () => void): HTMLButtonElement =>
      button(label, { class: "secondary small", "aria-label": `Save as ${label}` }, action);
    this.element = element(
      "figure",
      { class: "figure-frame" },
      element(
        "figcaption",
        {},
        this.title,
        element("span", { class: "spacer" }),
        save("SVG", () => this.saveSvg()),
        save("PNG", () => void this.savePng()),
        save("CSV", () => this.save("csv", csvOf(this.spec.table()))),
      ),
      this.caption,
      this.canvas,
      this.details,
    );
    this.canvas.addEventListener("pointerdown", (event) => this.onPointer(event));
    this.canvas.addEventListener("pointermove", (event) => event.buttons === 1 && this.onPointer(event));
    this.draw();
    new ResizeObserver(() => {
      if (Math.abs(this.canvas.clientWidth - this.width) > 1) this.draw();
    }).observe(this.canvas);
  }

  update(spec: FigureSpec): void {
    const changed = spec.version !== this.spec.version;
    this.spec = spec;
    if (changed) this.draw();
  }

  openTable(): void {
    this.details.open = true;
  }

  /** Puts controls between the words and the picture. */
  above(controls: HTMLElement): void {
    this.canvas.before(controls);
  }

  private onPointer(event: PointerEvent): void {
    if (!this.spec.onDrag || (event.target instanceof Element && event.target.closest(".point"))) return;
    event.preventDefault();
    if (event.type === "pointerdown") this.canvas.setPointerCapture(event.pointerId);
    const box = this.canvas.getBoundingClientRect();
    this.spec.onDrag(event.clientX - box.left, event.clientY - box.top);
  }

  private draw(): void {
    const { spec } = this;
    this.title.textContent = spec.title;
    this.caption.textContent = spec.caption;
    this.caption.hidden = spec.caption === "";
    this.width = this.canvas.clientWidth;
    const { svg, points } = spec.draw(editorTheme, Math.max(NARROWEST, this.width || EXPORT_WIDTH));
    const focused = [...this.canvas.querySelectorAll(".point")].indexOf(document.activeElement!);
    this.canvas.replaceChildren(
      svg,
      ...points.map(({ x, y, radius, label, run, at }) => {
        const point = button("", { class: "point", "aria-label": label, title: label }, () => this.onPoint(run, at));
        const size = Math.max(12, radius * 2 + 4);
        point.style.setProperty("left", `${x - size / 2}px`);
        point.style.setProperty("top", `${y - size / 2}px`);
        point.style.setProperty("width", `${size}px`);
        point.style.setProperty("height", `${size}px`);
        return point;
      }),
    );
    if (focused >= 0) this.canvas.querySelectorAll<HTMLElement>(".point")[focused]?.focus();
    if (this.details.open) this.drawTable();
  }

  private drawTable(): void {
    this.details.querySelector(".table-box")?.remove();
    if (!this.details.open) return;
    const { head, rows } = this.spec.table();
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, this.spec.title),
      element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)))),
      element(
        "tbody",
        {},
        ...rows.slice(0, LONGEST_TABLE).map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell)))),
      ),
    );
    const rest = rows.length - LONGEST_TABLE;
    this.details.append(
      element(
        "div",
        { class: "table-box", tabindex: "0", role: "region", "aria-label": `Table: ${this.spec.title}` },
        table,
        rest > 0 && element("p", {}, `${rest} more rows are in the CSV.`),
      ),
    );
  }

  private exported(): SVGSVGElement {
    return this.spec.draw(themeOnScreen(document.body), EXPORT_WIDTH).svg;
  }

  private saveSvg(): void {
    this.save("svg", svgText(this.exported(), themeOnScreen(document.body).background));
  }

  private async savePng(): Promise<void> {
    try {
      this.save("png", await pngOf(this.exported(), themeOnScreen(document.body).background));
    } catch (error) {
      this.context.host.post({ type: "failed", message: `The picture could not be drawn as PNG: ${String(error)}` });
    }
  }

  private save(format: "svg" | "png" | "csv", content: string): void {
    const name = `${this.spec.title.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase()}.${format}`;
    this.context.host.post({ type: "save", name, format, content });
  }
}
