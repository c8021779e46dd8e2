/** The exit explorer: move the threshold or the budget of a recorded run and see where thinking would have stopped. */
import { element } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import { askedRules, exitFigures, ruleFigures, type AskedRule } from "../figures/exitFigures";
import type { FigureSpec } from "../figures/figure";
import { COMPARE, emptyState } from "../parts/emptyState";
import { FigureList } from "../parts/figureList";
import type { PanelContext, View } from "../parts/view";
import { ExitPanel } from "./exitPanel";
import { GroupExits } from "./groupExits";

const NOTHING = "No trace here asked whether thinking may stop, and none came to an answer. Compare with DEER.";

export class ExitView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly panels: KeyedList<AskedRule, ExitPanel>;
  private readonly summaries: FigureList;
  private readonly figures: FigureList;
  private readonly empty: HTMLElement;
  private readonly group: GroupExits;

  constructor(private readonly context: PanelContext) {
    const panels = element("div", {});
    this.panels = new KeyedList(panels, {
      key: ({ key }) => key,
      make: (asked) => new ExitPanel(asked, context),
      update: (panel, asked) => panel.update(asked),
    });
    this.group = new GroupExits(context);
    this.summaries = new FigureList(context);
    this.figures = new FigureList(context);
    this.empty = emptyState(context, NOTHING, COMPARE);
    this.element.append(this.group.element, this.summaries.element, panels, this.figures.element, this.empty);
  }

  pictures(): FigureSpec[] {
    const { state } = this.context;
    const panels = this.panels.update(askedRules(state)).map((panel) => panel.spec());
    return [...this.group.specs(), ...ruleFigures(state), ...panels, ...exitFigures(state)];
  }

  update(): void {
    const { state } = this.context;
    const panels = this.panels.update(askedRules(state));
    const specs = exitFigures(state);
    this.group.update();
    this.summaries.update(ruleFigures(state));
    this.figures.update(specs);
    this.empty.hidden = panels.length + specs.length > 0;
  }
}
