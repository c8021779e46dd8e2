/** Thoughts among the vocabulary: the picture that the trace brings, and others that the engine lays out when asked. */
import type { ProjectionMethod } from "../../src/core/trace/trace";
import { button, element } from "../dom/element";
import { FigureFrame } from "../parts/figureFrame";
import { oneLine } from "../dom/safeText";
import type { ShownTrace } from "../shown/state";
import type { PanelContext } from "../parts/view";
import {
  METHOD_NAMES,
  projectionFigure,
  projectionTitle,
  vectorsOf,
  type Projected,
} from "../figures/projectionFigure";
import type { FigureSpec } from "../figures/figure";
import { l10n } from "../../src/core/text/l10n";

const METHODS = Object.keys(METHOD_NAMES) as ProjectionMethod[];

export class ProjectionPanel {
  readonly element = element("section", { class: "projection-panel" });
  private readonly heading = element("h2", {});
  private readonly buttons: ReadonlyMap<ProjectionMethod, HTMLButtonElement>;
  private readonly bar = element("progress", { max: 1, "aria-label": l10n.t("Laying out the thoughts") });
  private readonly status = element("span", { class: "projection-status", role: "status" });
  private readonly stop = button(l10n.t("Cancel"), { class: "secondary small" }, () => this.cancel());
  private readonly fix = button("", { class: "secondary small" }, () => this.repair());
  private readonly controls: HTMLElement;
  private frame: FigureFrame | undefined;
  private wanted: ProjectionMethod | undefined;

  constructor(
    private shown: ShownTrace,
    private readonly of: Projected,
    private readonly context: PanelContext,
  ) {
    this.buttons = new Map(
      METHODS.map((method) => [
        method,
        button(METHOD_NAMES[method], { class: "secondary small", "aria-pressed": "false" }, () => this.choose(method)),
      ]),
    );
    this.controls = element(
      "div",
      { class: "projection-controls" },
      element("div", { role: "group", "aria-label": l10n.t("Laid out by") }, ...this.buttons.values()),
      this.bar,
      this.stop,
      this.status,
      this.fix,
    );
    this.element.append(this.heading, this.controls);
    this.update(shown);
  }

  update(shown: ShownTrace): void {
    this.shown = shown;
    const spec = this.spec();
    if (spec && this.frame) this.frame.update(spec);
    else if (spec) {
      this.frame = new FigureFrame(spec, this.context);
      const focused = document.activeElement;
      this.frame.above(this.controls);
      this.element.replaceChildren(this.frame.element);
      if (focused instanceof HTMLElement && this.controls.contains(focused)) focused.focus();
    }
    this.drawControls();
  }

  /** The picture that is shown; undefined while there is none. */
  spec(): FigureSpec | undefined {
    const { projections } = this.shown.trace;
    const own = projections.filter(({ of }) => of === this.of);
    const projection = own.find(({ method }) => method === this.wanted) ?? own[0];
    return projection && projectionFigure(this.shown, projection);
  }

  private get key(): string {
    return `${this.shown.run} ${this.of}`;
  }

  private get method(): ProjectionMethod | undefined {
    const own = this.shown.trace.projections.filter(({ of }) => of === this.of);
    return own.find(({ method }) => method === this.wanted)?.method ?? own[0]?.method;
  }

  private drawControls(): void {
    const { trace, live, title } = this.shown;
    const at = this.context.state.projecting.get(this.key);
    const running = at?.progress;
    const vectors = vectorsOf(trace, this.of).length;
    this.heading.textContent = oneLine(projectionTitle(title, this.of), 120);
    for (const [method, each] of this.buttons) {
      const there = trace.projections.some((known) => known.of === this.of && known.method === method);
      each.disabled = !there && (live || vectors === 0 || running !== undefined);
      each.setAttribute("aria-pressed", String(method === this.method));
      each.title = there ? "" : l10n.t("The engine lays the thoughts out; the model that had them has to be there.");
    }
    // Whoever stands on Cancel when there is nothing left to cancel goes on from the layout that is shown.
    if (running === undefined && document.activeElement === this.stop)
      this.buttons.get(this.method ?? METHODS[0]!)?.focus();
    this.bar.hidden = this.stop.hidden = running === undefined;
    if (running?.fraction === undefined) this.bar.removeAttribute("value");
    else this.bar.value = running.fraction;
    const action = at?.failure?.action;
    this.fix.hidden = action === undefined;
    this.fix.textContent = action?.title ?? "";
    const said = at?.failure ? oneLine(at.failure.message, 300) : (running?.message ?? "");
    // A screen reader speaks what changes, and a percentage that counts up is not worth hearing.
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  private choose(method: ProjectionMethod): void {
    this.wanted = method;
    const { run, trace } = this.shown;
    if (!trace.projections.some((known) => known.of === this.of && known.method === method)) {
      const { strategy = "", model } = trace.header ?? {};
      this.context.state.projecting.set(this.key, { progress: { message: l10n.t("Starting"), fraction: undefined } });
      this.context.host.post({
        type: "project",
        modelId: model?.id ?? "",
        request: {
          run,
          strategy,
          of: this.of,
          method,
          vectors: vectorsOf(trace, this.of),
          ...(model?.sha256 === undefined ? {} : { sha256: model.sha256 }),
        },
      });
    }
    this.update(this.shown);
  }

  private cancel(): void {
    this.context.host.post({ type: "stop-projecting", run: this.shown.run, of: this.of });
    this.wanted = undefined;
  }

  private repair(): void {
    const command = this.context.state.projecting.get(this.key)?.failure?.action?.command;
    if (command) this.context.host.post({ type: "command", command });
  }
}
