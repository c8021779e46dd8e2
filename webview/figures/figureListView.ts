/** A view made of figures, one below the other, each drawn again only when what it shows has changed. */
import { element } from "../element";
import { COMPARE, emptyState } from "../emptyState";
import type { PanelState } from "../state";
import type { PanelContext, View } from "../view";
import { FigureFrame, type FigureSpec } from "./figureFrame";

export class FigureListView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly frames = new Map<string, FigureFrame>();

  /**
   * @param specs the figures of a state, in order
   * @param nothing what to say where there are none
   */
  constructor(
    private readonly context: PanelContext,
    private readonly specs: (state: PanelState) => FigureSpec[],
    private readonly nothing: string,
  ) {}

  pictures(): FigureSpec[] {
    return this.specs(this.context.state);
  }

  update(): void {
    const specs = this.pictures();
    const keys = new Set(specs.map(({ key }) => key));
    for (const [key, frame] of this.frames) {
      if (keys.has(key)) continue;
      frame.element.remove();
      this.frames.delete(key);
    }
    specs.forEach((spec, index) => {
      let frame = this.frames.get(spec.key);
      if (frame) frame.update(spec);
      else {
        frame = new FigureFrame(spec, this.context, (run, at) => this.context.reveal({ run, at }));
        this.frames.set(spec.key, frame);
      }
      if (this.element.children[index] !== frame.element)
        this.element.insertBefore(frame.element, this.element.children[index] ?? null);
    });
    this.element.querySelector(".empty-state")?.remove();
    if (specs.length === 0) this.element.append(emptyState(this.context, this.nothing, COMPARE));
  }
}
