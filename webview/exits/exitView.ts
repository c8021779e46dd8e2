/** The exit explorer: move the threshold or the budget of a recorded run and see where thinking would have stopped. */
import { element } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import { askedRules, exitFigures, ruleFigures, type AskedRule, type ShownTraces } from "../figures/exitFigures";
import type { FigureSpec } from "../figures/figure";
import { COMPARE, emptyState } from "../parts/emptyState";
import { FigureList } from "../parts/figureList";
import type { PanelContext, View } from "../parts/view";
import { ExitPanel } from "./exitPanel";
import { GroupExits } from "./groupExits";
import { l10n } from "../../src/core/text/l10n";

const NOTHING = l10n.t("No trace here asked whether thinking may stop, and none came to an answer. Compare with DEER.");

/** Traces that are drawn one by one; of more, the first ones, and all of them together. */
const MOST_SINGLE = 8;

export class ExitView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly panels: KeyedList<AskedRule, ExitPanel>;
  private readonly summaries: FigureList;
  private readonly figures: FigureList;
  private readonly empty: HTMLElement;
  private readonly group: GroupExits;
  private readonly rest = element("p", { class: "caption" });

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
    this.element.append(
      this.group.element,
      this.rest,
      this.summaries.element,
      panels,
      this.figures.element,
      this.empty,
    );
  }

  pictures(): FigureSpec[] {
    const { single } = this;
    const panels = this.panels.update(askedRules(single)).map((panel) => panel.spec());
    return [...this.group.specs(), ...ruleFigures(single), ...panels, ...exitFigures(this.context.state, single)];
  }

  update(): void {
    const { single } = this;
    const panels = this.panels.update(askedRules(single));
    const specs = exitFigures(this.context.state, single);
    const rest = this.context.state.traces.length - single.traces.length;
    this.rest.hidden = rest === 0;
    this.rest.textContent = l10n.t(
      "One by one, the first {0} traces; {1} more are in the pictures of all.",
      single.traces.length,
      rest,
    );
    this.group.update();
    this.summaries.update(ruleFigures(single));
    this.figures.update(specs);
    this.empty.hidden = panels.length + specs.length > 0;
  }

  private get single(): ShownTraces {
    return { traces: this.context.state.traces.slice(0, MOST_SINGLE) };
  }
}
