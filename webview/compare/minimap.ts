/** The minimap of a column: a press or a key goes to that place of the trace. */
import { exitPlace } from "../../src/core/trace/exitPlace";
import type { Trace } from "../../src/core/trace/fold";
import { minimap } from "../charts/minimap";
import { editorTheme } from "../charts/theme";
import { element } from "../dom/element";
import { formatCount } from "../dom/quantities";
import { explain } from "../parts/termTip";
import { blockAt, type Block } from "../shown/blocks";
import { l10n } from "../../src/core/text/l10n";

export interface MinimapFacts {
  readonly trace: Trace;
  readonly title: string;
  readonly blocks: Block[];
  /** First positions of what a search found. */
  readonly hits: readonly number[];
  /** Another one after every change of the trace. */
  readonly version: number;
}

export class Minimap {
  readonly element: HTMLElement;
  private readonly here = element("span", { class: "minimap-here" });
  private facts: MinimapFacts | undefined;
  private drawn: readonly unknown[] = [];
  private at = 0;

  constructor(private readonly onJump: (at: number) => void) {
    this.element = explain(element("div", { class: "minimap", role: "slider", tabindex: "0" }, this.here), "minimap");
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    const toPointer = (event: PointerEvent): void => {
      const box = this.element.getBoundingClientRect();
      if (box.width > 0) this.jump(Math.floor(((event.clientX - box.left) / box.width) * this.length));
    };
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      toPointer(event);
    });
    this.element.addEventListener("pointermove", (event) => event.buttons === 1 && toPointer(event));
  }

  update(facts: MinimapFacts): void {
    this.facts = facts;
    const { trace, title, hits, version } = facts;
    this.element.classList.toggle("empty", trace.positions.length === 0);
    this.element.tabIndex = trace.positions.length === 0 ? -1 : 0;
    this.element.setAttribute("aria-label", l10n.t("Minimap of {0}", title));
    this.element.setAttribute("aria-valuemin", "0");
    this.element.setAttribute("aria-valuemax", String(Math.max(0, this.length - 1)));
    const now = [version, hits];
    if (now.some((each, index) => each !== this.drawn[index])) {
      this.drawn = now;
      this.element.replaceChildren(minimap(trace, hits, editorTheme), this.here);
    }
    this.stand(this.at);
  }

  showHits(hits: readonly number[]): void {
    if (this.facts) this.update({ ...this.facts, hits });
  }

  /** The text was scrolled to a position. What has the focus keeps the place that its keys went to. */
  scrolledTo(at: number): void {
    if (document.activeElement !== this.element) this.stand(at);
  }

  private stand(at: number): void {
    this.at = Math.max(0, Math.min(this.length - 1, at));
    this.here.style.setProperty("left", `${(this.at / Math.max(1, this.length)) * 100}%`);
    this.element.setAttribute("aria-valuenow", String(this.at));
    this.element.setAttribute("aria-valuetext", this.words());
  }

  private get length(): number {
    return this.facts?.trace.positions.length ?? 0;
  }

  private words(): string {
    const { blocks = [] } = this.facts ?? {};
    if (blocks.length === 0) return l10n.t("nothing yet");
    const { step, kind } = blockAt(blocks, this.at);
    const what = step === undefined ? kind : `${kind} ${step}`;
    return l10n.t("{0}, token {1} of {2}", what, formatCount(this.at + 1), formatCount(this.length));
  }

  private jump(at: number): void {
    if (this.length === 0) return;
    this.stand(at);
    this.onJump(this.at);
  }

  /** Arrows go from block to block, pages from mark to mark: checks, the exit, hits. */
  private onKey(event: KeyboardEvent): void {
    const next = this.keyed(event.key);
    // The grid has keys of its own.
    event.stopPropagation();
    if (next === undefined) return;
    event.preventDefault();
    this.jump(next);
  }

  private keyed(key: string): number | undefined {
    if (!this.facts) return undefined;
    const { trace, blocks, hits } = this.facts;
    const after = (places: readonly number[]): number => places.find((place) => place > this.at) ?? this.at;
    const before = (places: readonly number[]): number => places.findLast((place) => place < this.at) ?? this.at;
    const steps = (): number[] => blocks.map(({ from }) => from);
    const marks = (): number[] =>
      [...trace.checks.map(({ at }) => at), ...(trace.exit ? [exitPlace(trace)!] : []), ...hits].sort((a, b) => a - b);
    switch (key) {
      case "ArrowRight":
      case "ArrowDown":
        return after(steps());
      case "ArrowLeft":
      case "ArrowUp":
        return before(steps());
      case "PageDown":
        return after(marks());
      case "PageUp":
        return before(marks());
      case "Home":
        return 0;
      case "End":
        return this.length - 1;
      default:
        return undefined;
    }
  }
}
