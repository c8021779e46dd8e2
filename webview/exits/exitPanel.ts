/** One rule that asked in a trace: the controls that set another threshold or budget, and the chart that answers. */
import { replay } from "../../src/core/exits/replay";
import { scoreScale } from "../../src/core/exits/scale";
import { measure, purposes } from "../../src/core/measure/metrics";
import { isBudgetEdge, positionAt, scoreAt } from "../charts/exitChart";
import { element } from "../dom/element";
import { asAsked, checksFigure, recordedThreshold, type AskedRule, type ExitSetting } from "../figures/exitFigures";
import type { FigureSpec } from "../figures/figure";
import { FigureFrame } from "../parts/figureFrame";
import type { PanelContext } from "../parts/view";
import { ExitControls } from "./exitControls";

export class ExitPanel {
  readonly element = element("section", { class: "exit-panel" });
  private readonly controls: ExitControls;
  private readonly frame: FigureFrame;
  private setting: ExitSetting;
  private dragged: keyof ExitSetting = "threshold";

  constructor(
    private asked: AskedRule,
    private readonly context: PanelContext,
  ) {
    this.setting = { threshold: context.state.view.thresholds[asked.key], budget: undefined };
    this.controls = new ExitControls((setting) => this.set(setting));
    this.frame = new FigureFrame(this.spec(), context);
    this.frame.above(this.controls.element);
    this.element.append(this.frame.element);
    this.draw();
  }

  update(asked: AskedRule): void {
    this.asked = asked;
    this.draw();
  }

  spec(): FigureSpec {
    return checksFigure(this.asked, this.setting, (x, y, drag) => this.drag(x, y, drag));
  }

  private set(setting: ExitSetting): void {
    this.setting = setting;
    const { thresholds } = this.context.state.view;
    if (setting.threshold === undefined) Reflect.deleteProperty(thresholds, this.asked.key);
    else thresholds[this.asked.key] = setting.threshold;
    this.context.keep();
    this.draw();
  }

  private drag(x: number, y: number, { begins, width }: { begins: boolean; width: number }): void {
    if (begins) this.dragged = isBudgetEdge(y) ? "budget" : "threshold";
    if (this.dragged === "threshold") {
      this.set({ ...this.setting, threshold: scoreAt(y, scoreScale(asAsked(this.asked).checks)) });
      return;
    }
    const thinking = purposes(this.asked.shown.trace).map((purpose) => purpose === "thinking");
    const before = thinking.slice(0, positionAt(x, thinking.length, width)).filter(Boolean).length;
    this.set({ ...this.setting, budget: before < thinking.filter(Boolean).length ? before : undefined });
  }

  private draw(): void {
    const { shown, by } = this.asked;
    const trace = asAsked(this.asked);
    const { thinking } = measure(trace).tokens;
    this.controls.show(this.setting, {
      recorded: recordedThreshold(trace),
      scale: scoreScale(trace.checks),
      thinking,
      replayed: replay(shown.trace, { ...this.setting, by }),
      expected: trace.header?.gold !== undefined,
    });
    this.frame.update(this.spec());
  }
}
