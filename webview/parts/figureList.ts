/** Figures one below the other, each drawn again only when what it shows has changed. */
import { element } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import type { FigureSpec } from "../figures/figure";
import type { PanelState } from "../shown/state";
import { actionBar, COMPARE, emptyState, type EmptyAction } from "./emptyState";
import { FigureFrame } from "./figureFrame";
import type { PanelContext, View } from "./view";

export class FigureList {
  readonly element = element("div", {});
  private readonly frames: KeyedList<FigureSpec, FigureFrame>;

  /** @param made called for each new frame */
  constructor(context: PanelContext, made?: (frame: FigureFrame, key: string) => void) {
    this.frames = new KeyedList(this.element, {
      key: ({ key }) => key,
      make: (spec) => {
        const frame = new FigureFrame(spec, context);
        made?.(frame, spec.key);
        return frame;
      },
      update: (frame, spec) => frame.update(spec),
    });
  }

  update(specs: readonly FigureSpec[]): void {
    this.frames.update(specs);
  }
}

/** A view that is nothing but a list of figures. */
export class FigureListView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly list: FigureList;
  private readonly empty: HTMLElement;

  /**
   * @param specs the figures of a state, in order
   * @param nothing what to say where there are none
   * @param action what helps then; several stand above the figures all the time
   */
  constructor(
    private readonly context: PanelContext,
    private readonly specs: (state: PanelState) => FigureSpec[],
    nothing: string,
    action: EmptyAction | readonly EmptyAction[] = COMPARE,
  ) {
    this.list = new FigureList(context);
    const [bar, helps] = Array.isArray(action) ? [action, []] : [[], [action as EmptyAction]];
    this.empty = emptyState(context, nothing, ...helps);
    if (bar.length > 0) this.element.append(actionBar(context, bar));
    this.element.append(this.list.element, this.empty);
  }

  pictures(): FigureSpec[] {
    return this.specs(this.context.state);
  }

  update(): void {
    const specs = this.pictures();
    this.list.update(specs);
    this.empty.hidden = specs.length > 0;
  }
}
