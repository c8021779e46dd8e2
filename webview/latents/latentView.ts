/** The latents view: answers after each thought, strips and searches, and the thoughts among the vocabulary. */
import { strategyFacts, type StrategyFacts } from "../../src/core/catalogue";
import { latentAnswers } from "../../src/core/measure/latentAnswers";
import { button, element } from "../dom/element";
import { KeyedList } from "../dom/keyedList";
import { FigureListView } from "../parts/figureList";
import { latentFigures } from "../figures/latentFigures";
import type { ShownTrace } from "../shown/state";
import type { PanelContext, View } from "../parts/view";
import { projectable, type Projected } from "../figures/projectionFigure";
import { ProjectionPanel } from "./projectionPanel";
import type { FigureSpec } from "../figures/figure";
import { l10n } from "../../src/core/text/l10n";

const NOTHING = l10n.t(
  "These traces hold no continuous thoughts and no soft tokens. Compare with Coconut or SoftCoT to see some.",
);

export class LatentView implements View {
  readonly element = element("div", { class: "latent-view" });
  private readonly offer = element("div", { class: "latent-offer" });
  private readonly list: FigureListView;
  private readonly projections = element("div", { class: "figure-list latent-projections" });
  private readonly panels: KeyedList<{ shown: ShownTrace; of: Projected }, ProjectionPanel>;

  constructor(private readonly context: PanelContext) {
    this.list = new FigureListView(context, latentFigures, NOTHING);
    this.panels = new KeyedList(this.projections, {
      key: ({ shown, of }) => `${shown.run} ${of}`,
      make: ({ shown, of }) => new ProjectionPanel(shown, of, context),
      update: (panel, { shown }) => panel.update(shown),
    });
    this.element.append(this.offer, this.list.element, this.projections);
  }

  pictures(): FigureSpec[] {
    const projected = this.updatePanels().flatMap((panel) => panel.spec() ?? []);
    return [...latentFigures(this.context.state), ...projected];
  }

  update(): void {
    this.list.update();
    this.updatePanels();
    this.drawOffer();
  }

  /** Panels are made for a page to be saved too, while the view is not visible. */
  private updatePanels(): ProjectionPanel[] {
    const wanted = this.context.state.traces.flatMap((shown) => projectable(shown.trace).map((of) => ({ shown, of })));
    this.projections.hidden = wanted.length === 0;
    return this.panels.update(wanted);
  }

  /** Latent thinking is judged by its control; where that is missing, one button runs both. */
  private drawOffer(): void {
    const run = needsControl(this.context.state.traces)?.run;
    this.offer.hidden = run === undefined;
    if (run === undefined || this.offer.dataset["run"] === run) return;
    this.offer.dataset["run"] = run;
    this.offer.replaceChildren(
      element(
        "p",
        {},
        l10n.t(
          "What do the thoughts themselves give? The pause control takes as many steps with a fixed token in their place.",
        ),
      ),
      button(
        l10n.t("Run Beside Its Pause Control"),
        { title: l10n.t("Both try the answer after each thought; trials are counted.") },
        () => this.context.host.post({ type: "command", command: "pause-control", run }),
      ),
    );
  }
}

/** A run of continuous thoughts that is over and stands alone, or whose answers after each thought are not known. */
function needsControl(traces: readonly ShownTrace[]): ShownTrace | undefined {
  const feeds = (latents: StrategyFacts["latents"]) => (shown: ShownTrace) =>
    strategyFacts(shown.trace.header?.strategy)?.latents === latents;
  const run = traces.find((shown) => feeds("thoughts")(shown) && !shown.live && shown.trace.latents.length > 0);
  if (!run) return undefined;
  const answered = latentAnswers(run.trace).length > run.trace.latents.length;
  return answered && traces.some(feeds("pauses")) ? undefined : run;
}
