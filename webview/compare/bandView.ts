/** The rows of the comparison in bands: the grids that are laid out, and drawn when they come near the screen. */
import { element } from "../dom/element";
import { KeyedList, setChildren } from "../dom/keyedList";
import { bandsOf, type Band } from "../shown/bands";
import type { Row } from "../shown/rows";
import type { RowView } from "./rowView";

/** Bands within this distance of the screen are drawn. */
const NEAR = "800px 0px";

export interface BandEvents {
  make(row: Row): RowView;
  /** A row has left the page. */
  dropped(row: RowView): void;
  /** A row's tokens were drawn or appended to. */
  drawn(row: RowView): void;
  /** Bands that came near were drawn. */
  grown(): void;
}

class BandView {
  readonly element = element("div", { role: "none", class: "band" });
  rows: readonly RowView[] = [];
  private spans: Band["spans"] = [];

  constructor(band: Band, rows: readonly RowView[]) {
    this.update(band, rows);
  }

  /** Does nothing where the same rows stand as before: while a model writes, only the last bands change. */
  update({ spans }: Band, rows: readonly RowView[]): void {
    const same =
      rows.length === this.rows.length &&
      rows.every((row, index) => row === this.rows[index] && equal(spans[index]!, this.spans[index]!));
    if (same) return;
    this.spans = spans;
    this.rows = rows;
    rows.forEach((row, index) => row.stand(index + 1, spans[index]!));
    this.element.style.setProperty(
      "--estimated-height",
      `${rows.reduce((sum, { estimatedHeight }) => sum + estimatedHeight, 0)}px`,
    );
    setChildren(
      this.element,
      rows.map((row) => row.element),
    );
  }
}

export class BandList {
  private rows: ReadonlyMap<string, RowView> = new Map();
  private readonly bands: KeyedList<Band, BandView>;
  private readonly bandByElement = new Map<Element, BandView>();
  private readonly near: IntersectionObserver;

  /**
   * @param body holds the bands and nothing else
   * @param scroller is what they are scrolled in
   */
  constructor(
    body: HTMLElement,
    scroller: HTMLElement,
    private readonly events: BandEvents,
  ) {
    this.near = new IntersectionObserver((entries) => this.onNear(entries), { root: scroller, rootMargin: NEAR });
    this.bands = new KeyedList(body, {
      key: ({ rows }) => keyOf(rows[0]!),
      make: (band) => this.insert(band),
      update: (view, band) => {
        view.update(band, this.viewsOf(band));
        if (view.element.classList.contains("drawn")) this.show(view);
      },
      dropped: (view) => {
        this.near.unobserve(view.element);
        this.bandByElement.delete(view.element);
      },
    });
  }

  /** @returns the rows in their order */
  update(rows: readonly Row[]): RowView[] {
    const before = this.rows;
    const changed: RowView[] = [];
    this.rows = new Map(
      rows.map((row) => {
        const known = before.get(keyOf(row));
        if (known?.update(row) && known.drawn) changed.push(known);
        return [keyOf(row), known ?? this.events.make(row)];
      }),
    );
    const focused = document.activeElement;
    this.bands.update(bandsOf(rows));
    // A row that went into another band took the focus out of the page for a moment.
    if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus({ preventScroll: true });
    for (const row of changed) this.events.drawn(row);
    for (const [key, row] of before) if (!this.rows.has(key)) this.events.dropped(row);
    return [...this.rows.values()];
  }

  private viewsOf({ rows }: Band): RowView[] {
    return rows.map((row) => this.rows.get(keyOf(row))!);
  }

  private insert(band: Band): BandView {
    const view = new BandView(band, this.viewsOf(band));
    this.bandByElement.set(view.element, view);
    this.near.observe(view.element);
    return view;
  }

  private show(view: BandView): void {
    view.element.classList.add("drawn");
    for (const row of view.rows) {
      if (row.drawn) continue;
      row.show();
      this.events.drawn(row);
    }
  }

  private onNear(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const view = isIntersecting ? this.bandByElement.get(target) : undefined;
      if (!view) continue;
      this.near.unobserve(view.element);
      this.show(view);
    }
    this.events.grown();
  }
}

const equal = (a: readonly number[], b: readonly number[]): boolean => a.every((each, index) => each === b[index]);

/** A row keeps its cells for good: when columns come or go, all rows are made anew. */
const keyOf = ({ key, cells }: Row): string => `${cells.length} ${key}`;
