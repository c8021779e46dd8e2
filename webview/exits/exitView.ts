/** The exit explorer: move the threshold or the budget of a recorded run and see where thinking would have stopped. */
import { element } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import { checkedTraces, exitFigures } from "../figures/exitFigures";
import type { FigureSpec } from "../figures/figure";
import { COMPARE, emptyState } from "../parts/emptyState";
import { FigureList } from "../parts/figureList";
import type { PanelContext, View } from "../parts/view";
import type { ShownTrace } from "../shown/state";
import { ExitPanel } from "./exitPanel";

const NOTHING = "No trace here asked whether thinking may stop, and none came to an answer. Compare with DEER.";

export class ExitView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly panels: KeyedList<ShownTrace, ExitPanel>;
  private readonly figures: FigureList;
  private readonly empty: HTMLElement;

  constructor(private readonly context: PanelContext) {
    const panels = element("div", {});
    this.panels = new KeyedList(panels, {
      key: ({ run }) => run,
      make: (shown) => new ExitPanel(shown, context),
      update: (panel, shown) => panel.update(shown),
    });
    this.figures = new FigureList(context);
    this.empty = emptyState(context, NOTHING, COMPARE);
    this.element.append(panels, this.figures.element, this.empty);
  }

  pictures(): FigureSpec[] {
    const { state } = this.context;
    return [...this.panels.update(checkedTraces(state)).map((panel) => panel.spec()), ...exitFigures(state)];
  }

  update(): void {
    const { state } = this.context;
    const panels = this.panels.update(checkedTraces(state));
    const specs = exitFigures(state);
    this.figures.update(specs);
    this.empty.hidden = panels.length + specs.length > 0;
  }
}
