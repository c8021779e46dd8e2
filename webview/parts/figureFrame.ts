/** A picture with its title, its points for keyboard and pointer, its table, and export as SVG, PNG and CSV. */
import { button, element } from "../dom/element";
import { editorTheme } from "../charts/theme";
import type { FigureSpec } from "../figures/figure";
import { visible } from "../dom/safeText";
import { headName } from "./termTip";
import type { PanelContext } from "./view";
import { csvOf, EXPORT_WIDTH, pngOf, svgText, themeOnScreen } from "./pictureFile";
import { l10n } from "../../src/core/text/l10n";

const NARROWEST = 320;
/** Longer tables are cut on screen; the CSV has all rows. */
const LONGEST_TABLE = 200;

/** Of a picture in a canvas of some width; one that is not laid out yet has none. */
const drawnWidth = (canvas: number): number => Math.max(NARROWEST, canvas || EXPORT_WIDTH);

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
  ) {
    this.details = element("details", {}, element("summary", {}, l10n.t("Table")));
    this.details.addEventListener("toggle", () => this.drawTable());
    const save = (label: string, action: () => void): HTMLButtonElement =>
      button(label, { class: "secondary small", "aria-label": l10n.t("Save as {0}", label) }, action);
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
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("focusin", (event) => this.enter(event.target));
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
    const drag = { begins: event.type === "pointerdown", width: drawnWidth(this.width) };
    this.spec.onDrag(event.clientX - box.left + this.canvas.scrollLeft, event.clientY - box.top, drag);
  }

  /** One point is in the tab order, arrow keys go to the others: a picture may have hundreds. */
  private onKey(event: KeyboardEvent): void {
    const points = this.points();
    const now = points.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: points.length - 1 };
    const next = now < 0 ? undefined : points[steps[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  private enter(target: EventTarget | null): void {
    const points = this.points();
    if (!points.includes(target as HTMLElement)) return;
    for (const point of points) point.tabIndex = point === target ? 0 : -1;
  }

  private points(): HTMLElement[] {
    return [...this.canvas.querySelectorAll<HTMLElement>(".point")];
  }

  private draw(): void {
    const { spec } = this;
    this.title.textContent = spec.title;
    this.caption.textContent = spec.caption;
    this.caption.hidden = spec.caption === "";
    this.width = this.canvas.clientWidth;
    const { svg, points } = spec.draw(editorTheme, drawnWidth(this.width));
    const focused = this.points().indexOf(document.activeElement as HTMLElement);
    this.canvas.replaceChildren(
      svg,
      ...points.map(({ x, y, radius, label, run, at }, index) => {
        const tabindex = index === Math.max(0, focused) ? 0 : -1;
        const attributes = { class: "point", tabindex, "aria-label": label, title: label };
        const point = button("", attributes, () => this.context.reveal({ run, at }));
        const size = Math.max(12, radius * 2 + 4);
        point.style.setProperty("left", `${x - size / 2}px`);
        point.style.setProperty("top", `${y - size / 2}px`);
        point.style.setProperty("width", `${size}px`);
        point.style.setProperty("height", `${size}px`);
        return point;
      }),
    );
    if (points.length > 1) {
      this.canvas.setAttribute("role", "group");
      this.canvas.setAttribute("aria-label", l10n.t("{0}, arrow keys go from point to point", spec.title));
    } else for (const name of ["role", "aria-label"]) this.canvas.removeAttribute(name);
    if (focused >= 0) this.points()[focused]?.focus();
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
      element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, headName(cell))))),
      element(
        "tbody",
        {},
        ...rows
          .slice(0, LONGEST_TABLE)
          .map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, element("bdi", {}, visible(cell)))))),
      ),
    );
    const rest = rows.length - LONGEST_TABLE;
    this.details.append(
      element(
        "div",
        { class: "table-box", tabindex: "0", role: "region", "aria-label": l10n.t("Table: {0}", this.spec.title) },
        table,
        rest > 0 && element("p", {}, l10n.t("{0} more rows are in the CSV.", rest)),
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
      this.context.host.post({
        type: "failed",
        message: l10n.t("The picture could not be drawn as PNG: {0}", String(error)),
      });
    }
  }

  private save(format: "svg" | "png" | "csv", content: string): void {
    const name = `${this.spec.title.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase()}.${format}`;
    this.context.host.post({ type: "save", name, format, content });
  }
}
