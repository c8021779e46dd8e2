/** The latents view: answers after each thought, strips and searches, and the thoughts among the vocabulary. */
import { latentAnswers } from "../../src/core/measure/latentAnswers";
import { button, element } from "../element";
import { FigureListView } from "../figures/figureListView";
import type { FigureSpec } from "../figures/figureFrame";
import { latentFigures } from "../figures/latentFigures";
import type { PanelState, ShownTrace } from "../state";
import type { PanelContext, View } from "../view";
import { answerFigure } from "./answerFigure";
import { projectable } from "./projectionFigure";
import { ProjectionPanel } from "./projectionPanel";

const NOTHING =
  "These traces hold no continuous thoughts and no soft tokens. Compare with Coconut or SoftCoT to see some.";
const LATENT = "coconut";
const CONTROL = "coconut-pause";

/** All figures but those that a person chooses a layout of. */
function figuresOf(state: PanelState): FigureSpec[] {
  const answers = answerFigure(state.traces);
  return [...(answers ? [answers] : []), ...latentFigures(state)];
}

export class LatentView implements View {
  readonly element = element("div", { class: "latent-view" });
  private readonly offer = element("div", { class: "latent-offer" });
  private readonly list: FigureListView;
  private readonly projections = element("div", { class: "figure-list latent-projections" });
  private readonly panels = new Map<string, ProjectionPanel>();

  constructor(private readonly context: PanelContext) {
    this.list = new FigureListView(context, figuresOf, NOTHING);
    this.element.append(this.offer, this.list.element, this.projections);
  }

  pictures(): FigureSpec[] {
    this.updatePanels();
    const projected = [...this.panels.values()].flatMap((panel) => panel.spec() ?? []);
    return [...figuresOf(this.context.state), ...projected];
  }

  update(): void {
    this.list.update();
    this.updatePanels();
    this.drawOffer();
  }

  private updatePanels(): void {
    const wanted = new Set<string>();
    for (const shown of this.context.state.traces)
      for (const of of projectable(shown.trace)) {
        const key = `${shown.run} ${of}`;
        wanted.add(key);
        const known = this.panels.get(key);
        if (known) known.update(shown);
        else {
          const made = new ProjectionPanel(shown, of, this.context);
          this.panels.set(key, made);
          this.projections.append(made.element);
        }
      }
    for (const [key, panel] of this.panels) {
      if (wanted.has(key)) continue;
      panel.element.remove();
      this.panels.delete(key);
    }
    this.projections.hidden = this.panels.size === 0;
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
        "What do the thoughts themselves give? The pause control takes as many steps with a fixed token in their place.",
      ),
      button(
        "Run Beside Its Pause Control",
        { title: "Both try the answer after each thought; trials are counted." },
        () => this.context.host.post({ type: "command", command: "pause-control", run }),
      ),
    );
  }
}

/** A run of Coconut that is over and stands alone, or whose answers after each thought are not known. */
function needsControl(traces: readonly ShownTrace[]): ShownTrace | undefined {
  const isOf = (strategy: string) => (shown: ShownTrace) => shown.trace.header?.strategy === strategy;
  const run = traces.find((shown) => isOf(LATENT)(shown) && !shown.live && shown.trace.latents.length > 0);
  if (!run) return undefined;
  const answered = latentAnswers(run.trace).length > run.trace.latents.length;
  return answered && traces.some(isOf(CONTROL)) ? undefined : run;
}
