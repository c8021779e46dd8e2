/** The panel: title, tabs, notices, and the view that is chosen. Redraws at most once a frame. */
import type { ToPanel } from "../../src/core/protocol/panelApi";
import { BenchView } from "../bench/benchView";
import { CompareView } from "../compare/compareView";
import { button, element } from "../dom/element";
import { COMPARE, emptyState, SCORE, WHAT_IF } from "../parts/emptyState";
import { acceptFiles } from "../parts/fileDrop";
import type { Host } from "../parts/host";
import { confidenceFigures } from "../figures/confidenceFigures";
import { ExitView } from "../exits/exitView";
import { compressionFigures } from "../figures/compressionFigures";
import { LatentView } from "../latents/latentView";
import { whatIfFigures } from "../figures/whatIfFigures";
import { memoryFigures } from "../figures/memoryFigures";
import { FigureListView } from "../parts/figureList";
import { Notices } from "./notices";
import { oneLine } from "../dom/safeText";
import { pageName, savedPage } from "./savedPage";
import { SamplesView } from "../samples/samplesView";
import { PanelState, type Place, type ViewName, VIEWS } from "../shown/state";
import { Tabs } from "./tabs";
import { showTermTips } from "../parts/termTip";
import type { PanelContext, View } from "../parts/view";
import { l10n } from "../../src/core/text/l10n";

const MAKERS: Record<ViewName, (context: PanelContext) => View> = {
  compare: (context) => new CompareView(context),
  confidence: (context) =>
    new FigureListView(
      context,
      confidenceFigures,
      l10n.t(
        "These traces were recorded without confidences. A local model can read their text and say how sure it is of each token.",
      ),
      SCORE,
    ),
  exits: (context) => new ExitView(context),
  bench: (context) => new BenchView(context),
  samples: (context) => new SamplesView(context),
  memory: (context) => new FigureListView(context, memoryFigures, l10n.t("Nothing was processed yet.")),
  latents: (context) => new LatentView(context),
  compression: (context) =>
    new FigureListView(
      context,
      compressionFigures,
      l10n.t("Nothing was compressed here. Compare Chain of Thought with Chain of Draft, LightThinker or InftyThink."),
    ),
  whatif: (context) =>
    new FigureListView(
      context,
      whatIfFigures,
      l10n.t(
        "Nothing was asked of these runs yet: which of their steps decided the answer, or whether the answer changes where the thought is cut, mistaken, said in other words or left out.",
      ),
      WHAT_IF,
    ),
};

export class Panel implements PanelContext {
  readonly state: PanelState;
  readonly element: HTMLElement;
  private readonly title = element("h1", { class: "title" });
  private readonly notices: Notices;
  private readonly tabs: Tabs;
  private readonly stage = element("div", { id: "view", role: "tabpanel", class: "stage" });
  private readonly views = new Map<ViewName, View>();
  private readonly addTraces = button(
    l10n.t("Add Traces…"),
    {
      class: "secondary small",
      title: l10n.t("Show traces or logs of any tool beside these; or drop files here, holding Shift"),
    },
    () => this.host.post({ type: "command", command: "add-traces" }),
  );
  private readonly savePage = button(
    l10n.t("Save Page…"),
    { class: "secondary small", title: l10n.t("Save these traces and all their pictures as one HTML page") },
    () => this.postPage(),
  );
  private frame = 0;

  constructor(readonly host: Host) {
    this.state = new PanelState(host.readState());
    this.notices = new Notices(this);
    this.tabs = new Tabs(VIEWS, (view) => this.choose(view));
    this.element = element(
      "div",
      { class: "panel" },
      element(
        "header",
        { class: "toolbar" },
        this.title,
        this.tabs.element,
        element("div", { class: "panel-actions" }, this.addTraces, this.savePage),
      ),
      this.notices.element,
      element("main", {}, this.stage),
    );
    showTermTips(this.element);
    this.element.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "f") {
        event.preventDefault();
        this.choose("compare");
        this.draw();
        this.views.get("compare")?.search?.();
      }
    });
    acceptFiles(this.element, l10n.t("Drop to show beside these traces"), {
      dropped: (files) => host.post({ type: "drop", files }),
      refused: (names) =>
        this.receive({
          type: "notice",
          level: "warning",
          message: l10n.t("Too large to be dropped: {0}. Add it by its place instead.", names.join(", ")),
          action: { title: l10n.t("Add Traces…"), command: "add-traces" },
        }),
    });
    this.requestDraw();
  }

  receive(message: ToPanel): void {
    this.state.apply(message);
    if (message.type === "reveal") this.reveal(message);
    else if (message.type === "save-page") this.postPage();
    else if (message.type === "toggle-written") this.viewOf("compare").toggleWritten?.();
    else this.requestDraw();
    if (message.type === "show") this.keep();
  }

  keep(): void {
    this.host.writeState(this.state.view);
  }

  reveal(place: Place): void {
    this.state.view.selected = { run: place.run, at: place.at };
    this.choose("compare");
    this.draw();
    this.views.get("compare")?.reveal?.(place);
  }

  private choose(view: ViewName): void {
    this.state.view.view = view;
    this.keep();
    this.requestDraw();
  }

  private postPage(): void {
    const figures = VIEWS.flatMap((view) => this.viewOf(view).pictures?.() ?? []);
    const content = savedPage(this.state, figures);
    this.host.post({ type: "save", name: pageName(this.state.title), format: "html", content });
  }

  private viewOf(name: ViewName): View {
    const known = this.views.get(name);
    if (known) return known;
    const made = MAKERS[name](this);
    this.views.set(name, made);
    return made;
  }

  private requestDraw(): void {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.title.textContent = oneLine(this.state.title, 120);
    this.notices.update();
    const { bench, samples, traces } = this.state;
    this.savePage.hidden = bench === undefined && samples === undefined && traces.length === 0;
    const chosen = this.viewNow;
    this.tabs.show("bench", bench !== undefined);
    this.tabs.show("samples", samples !== undefined);
    this.tabs.choose(chosen);
    this.stage.setAttribute("aria-labelledby", `tab-${chosen}`);
    if (traces.length === 0 && chosen !== "bench" && chosen !== "samples") {
      this.stage.replaceChildren(this.nothingYet());
      return;
    }
    const view = this.viewOf(chosen);
    if (this.stage.firstChild !== view.element) this.stage.replaceChildren(view.element);
    view.update();
  }

  /** The view that was chosen, where there is something to show in it. */
  private get viewNow(): ViewName {
    const { bench, samples, traces, view } = this.state;
    // A dataset run and samples have no traces of their own until some are chosen; without them there is nothing to show there.
    if (traces.length === 0 && samples) return "samples";
    if (traces.length === 0 && bench) return "bench";
    const isEmpty = (view.view === "bench" && !bench) || (view.view === "samples" && !samples);
    return isEmpty ? "compare" : view.view;
  }

  private nothingYet(): HTMLElement {
    return this.state.answered
      ? emptyState(
          this,
          l10n.t(
            "No trace yet. Compare strategies on a prompt to see what its reasoning costs, or add traces that other tools recorded.",
          ),
          COMPARE,
          { title: l10n.t("Add Traces…"), command: "add-traces" },
        )
      : emptyState(this, l10n.t("Opening the trace…"));
  }
}
