/** The exit explorer: move the threshold or the budget of a recorded run and see where thinking would have stopped. */
import { earlyAnswering, type EarlyAnswering } from "../../src/core/measure/earlyAnswer";
import { measure, purposes } from "../../src/core/measure/metrics";
import { budgetCurve, replay, thresholdCurve, type Replay } from "../../src/core/exits/replay";
import { element } from "../element";
import { COMPARE, emptyState } from "../emptyState";
import { FigureFrame, type FigureSpec } from "../figures/figureFrame";
import { checkSentence } from "../charts/checkMarks";
import { formatCount, formatFineShare, formatMs, formatProbability, formatShare } from "../quantities";
import type { ShownTrace } from "../state";
import type { PanelContext, View } from "../view";
import { answerStrip, settledSentence } from "../charts/answerStrip";
import { exitChart, isBudgetEdge, positionAt, scoreAt } from "../charts/exitChart";
import { ExitControls, type ExitSetting } from "./exitControls";
import { asThreshold, settingCurve, type NamedCurve } from "../charts/settingCurve";

/** One trace with checks: controls and chart. */
class ExitPanel {
  readonly element = element("section", { class: "exit-panel" });
  private readonly controls: ExitControls;
  private readonly frame: FigureFrame;
  private setting: ExitSetting;
  private dragged: keyof ExitSetting = "threshold";

  constructor(
    private shown: ShownTrace,
    private readonly context: PanelContext,
  ) {
    this.setting = { threshold: context.state.view.thresholds[shown.run], budget: undefined };
    this.controls = new ExitControls((setting) => this.set(setting));
    this.frame = new FigureFrame(this.spec(), context, (run, at) => context.reveal({ run, at }));
    this.frame.above(this.controls.element);
    this.element.append(this.frame.element);
    this.draw();
  }

  update(shown: ShownTrace): void {
    this.shown = shown;
    this.draw();
  }

  private set(setting: ExitSetting): void {
    this.setting = setting;
    const { thresholds } = this.context.state.view;
    if (setting.threshold === undefined) Reflect.deleteProperty(thresholds, this.shown.run);
    else thresholds[this.shown.run] = setting.threshold;
    this.context.keep();
    this.draw();
  }

  private drag(x: number, y: number, { begins, width }: { begins: boolean; width: number }): void {
    if (begins) this.dragged = isBudgetEdge(y) ? "budget" : "threshold";
    if (this.dragged === "threshold") {
      this.set({ ...this.setting, threshold: Math.round(scoreAt(y) * 200) / 200 });
      return;
    }
    const thinking = purposes(this.shown.trace).map((purpose) => purpose === "thinking");
    const before = thinking.slice(0, positionAt(x, thinking.length, width)).filter(Boolean).length;
    this.set({ ...this.setting, budget: before < thinking.filter(Boolean).length ? before : undefined });
  }

  private get recorded(): number | undefined {
    return this.shown.trace.checks.at(-1)?.threshold;
  }

  private draw(): void {
    const { trace } = this.shown;
    this.controls.show(this.setting, this.recorded, measure(trace).tokens.thinking, replay(trace, this.setting));
    this.frame.update(this.spec());
  }

  spec(): FigureSpec {
    const { run, trace, version } = this.shown;
    const title = this.shown.title;
    const replayed: Replay = replay(trace, this.setting);
    return {
      key: run,
      version: `${version} ${this.setting.threshold} ${this.setting.budget}`,
      title: `${title}: exits`,
      caption:
        "Drag the threshold up or down in the picture and the budget along its lower edge, or use the sliders: the exit moves, with no model run again.",
      draw: (theme, width) =>
        exitChart({ run, title, trace, replayed, threshold: this.setting.threshold ?? this.recorded }, width, theme),
      table: () => ({
        head: ["at token", "by", "answer", "right", "score", "check"],
        rows: trace.checks.map((check) => [
          formatCount(check.at),
          check.by,
          check.answer ?? "",
          check.correct === undefined ? "" : check.correct ? "yes" : "no",
          check.confidence === undefined ? "" : formatProbability(check.confidence),
          checkSentence(check),
        ]),
      }),
      onDrag: (x, y, drag) => this.drag(x, y, drag),
    };
  }
}

function earlySpec(shown: ShownTrace, early: EarlyAnswering): FigureSpec {
  const title = shown.title;
  const source = early.from === "checks" ? "its trial answers" : "what its steps end in";
  return {
    key: `${shown.run} early`,
    version: String(shown.version),
    title: `${title}: early answering`,
    caption: `${settledSentence(early)} Read from ${source}.`,
    draw: (theme, width) => answerStrip({ run: shown.run, title, early }, width, theme),
    table: () => ({
      head: ["share of thinking", "at token", "answer", "final", "right"],
      rows: early.points.map(({ share, at, answer, isFinal, correct }) => [
        formatFineShare(share),
        formatCount(at),
        answer ?? "",
        isFinal ? "yes" : "no",
        correct === undefined ? "" : correct ? "yes" : "no",
      ]),
    }),
  };
}

function curveSpec(shown: readonly ShownTrace[]): FigureSpec {
  const traces = shown.map(({ trace }) => trace);
  const longest = Math.max(...traces.map((trace) => measure(trace).tokens.thinking));
  const budgets = Array.from({ length: 11 }, (_, step) => Math.round((longest * step) / 10));
  const curves = (): NamedCurve[] => [
    { name: "threshold", points: thresholdCurve(traces), setting: asThreshold },
    { name: "budget", points: budgetCurve(traces, budgets), setting: (value) => `${formatCount(value)} tokens` },
  ];
  return {
    key: "curve",
    version: shown.map(({ run, version }) => `${run} ${version}`).join(),
    title: "Threshold, accuracy and tokens",
    caption:
      "All traces with checks together: early exit over the threshold, and its control, truncation at a budget. A hollow dot counts runs whose recording ends too early to say.",
    draw: (theme, width) => settingCurve(curves(), width, theme),
    table: () => ({
      head: ["by", "setting", "right", "mean tokens", "mean thinking", "mean time", "stopped", "beyond the recording"],
      rows: curves().flatMap(({ name, points, setting }) =>
        points.map((point) => [
          name,
          setting(point.setting),
          formatShare(point.accuracy),
          formatCount(point.tokens),
          formatCount(point.thinking),
          formatMs(point.ms),
          formatShare(point.exits),
          String(point.beyond),
        ]),
      ),
    }),
  };
}

const NOTHING = "No trace here asked whether thinking may stop, and none came to an answer. Compare with DEER.";

export class ExitView implements View {
  readonly element = element("div", { class: "figure-list" });
  private readonly panels = new Map<string, ExitPanel>();
  private readonly frames = new Map<string, FigureFrame>();

  constructor(private readonly context: PanelContext) {}

  pictures(): FigureSpec[] {
    return [...this.checked().map((shown) => this.panel(shown).spec()), ...this.specs()];
  }

  update(): void {
    const parts = [
      ...this.checked().map((shown) => this.panel(shown).element),
      ...this.specs().map((spec) => this.figure(spec)),
    ];
    if (parts.length === 0) parts.push(emptyState(this.context, NOTHING, COMPARE));
    parts.forEach((part, index) => {
      if (this.element.children[index] !== part) this.element.insertBefore(part, this.element.children[index] ?? null);
    });
    while (this.element.children.length > parts.length) this.element.lastElementChild!.remove();
  }

  private checked(): ShownTrace[] {
    return this.context.state.traces.filter(({ trace }) =>
      trace.checks.some(({ confidence }) => confidence !== undefined),
    );
  }

  /** Figures that nobody sets anything in. */
  private specs(): FigureSpec[] {
    const specs = this.context.state.traces.flatMap((shown) => {
      const early = earlyAnswering(shown.trace);
      return early ? [earlySpec(shown, early)] : [];
    });
    const checked = this.checked();
    return checked.length > 1 ? [...specs, curveSpec(checked)] : specs;
  }

  private panel(shown: ShownTrace): ExitPanel {
    const known = this.panels.get(shown.run);
    if (known) {
      known.update(shown);
      return known;
    }
    const made = new ExitPanel(shown, this.context);
    this.panels.set(shown.run, made);
    return made;
  }

  private figure(spec: FigureSpec): HTMLElement {
    const known = this.frames.get(spec.key);
    if (known) {
      known.update(spec);
      return known.element;
    }
    const made = new FigureFrame(spec, this.context, (run, at) => this.context.reveal({ run, at }));
    this.frames.set(spec.key, made);
    return made.element;
  }
}
