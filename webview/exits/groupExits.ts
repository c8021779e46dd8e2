/** Every exit rule over all recordings of a panel at once. */
import { replay } from "../../src/core/exits/replay";
import { ruleTable, type RuleTable } from "../../src/core/exits/ruleFigures";
import { rulesAsked } from "../../src/core/exits/rules";
import { element } from "../dom/element";
import { ruleFrontFigures } from "../figures/ruleFrontFigures";
import type { FigureSpec } from "../figures/figure";
import { FigureList } from "../parts/figureList";
import type { PanelContext } from "../parts/view";
import type { PanelState, ShownTrace } from "../shown/state";
import { RuleChoice } from "./ruleChoice";

/** How sure a risk is to be kept. */
const CONFIDENCE = 0.9;

/** Finished recordings with an expected answer in which several rules asked. */
const recordingsOf = ({ traces }: PanelState): ShownTrace[] =>
  traces.filter(({ trace, live }) => !live && trace.header?.gold !== undefined && rulesAsked(trace.checks).length > 1);

export class GroupExits {
  readonly element = element("div", { class: "group-exits" });
  private readonly figures: FigureList;
  private readonly choice: RuleChoice;
  private risk: number | undefined;
  private version = "";
  private table: RuleTable | undefined;
  private recordings: readonly ShownTrace[] = [];

  constructor(private readonly context: PanelContext) {
    this.figures = new FigureList(context);
    this.choice = new RuleChoice({
      onRisk: (risk) => {
        this.risk = risk;
        this.version = "";
        this.update();
      },
      onUse: (rule, threshold) => context.host.post({ type: "use-setting", strategy: rule, threshold }),
      onFalseExit: (question, by, threshold) => this.show(question, by, threshold),
    });
    this.element.append(this.figures.element, this.choice.element);
  }

  update(): void {
    const specs = this.specs();
    this.element.hidden = specs.length === 0;
    this.figures.update(specs);
    if (this.table)
      this.choice.update(
        this.table,
        this.recordings.map(({ title }) => title),
      );
  }

  specs(): FigureSpec[] {
    const recordings = recordingsOf(this.context.state);
    const version = recordings.map(({ run, version }) => `${run} ${version}`).join();
    if (recordings.length < 2) {
      this.table = undefined;
      return [];
    }
    if (!this.table || version !== this.version) {
      const promised = this.risk === undefined ? undefined : { risk: this.risk, confidence: CONFIDENCE };
      this.table = ruleTable(
        recordings.map(({ trace }) => trace),
        promised,
      );
      this.recordings = recordings;
      this.version = version;
    }
    return ruleFrontFigures(this.table, version);
  }

  private show(question: number, by: string, threshold: number): void {
    const shown = this.recordings[question];
    if (!shown) return;
    const { at } = replay(shown.trace, { by, threshold });
    this.context.reveal({ run: shown.run, at });
  }
}
