/**
 * The settings of every rule that are worth having, over several recordings: its usual one, the cheapest that loses nothing, and one
 * that is proven to keep a risk. Each can be taken for live runs, and each answer that it turns wrong is a press away.
 */
import { strategyTitle } from "../../src/core/catalogue";
import type { RuleFigures, RulePoint, RuleTable } from "../../src/core/exits/ruleFigures";
import { SIGNALS } from "../../src/core/exits/signals";
import { button, element } from "../dom/element";
import { formatCount, formatFineShare } from "../dom/quantities";
import { settingWords } from "../figures/ruleFrontFigures";
import { l10n } from "../../src/core/text/l10n";

/** Shares of exits that may turn a right answer wrong. */
const RISKS = [0.01, 0.02, 0.05, 0.1, 0.2];
/** Answers turned wrong that have a button of their own. */
const MOST_BUTTONS = 8;

export interface RuleChoices {
  onRisk(risk: number | undefined): void;
  onUse(rule: string, threshold: number): void;
  /** An exit that turned an answer wrong: the place of its question among the recordings. */
  onFalseExit(question: number, rule: string, threshold: number): void;
}

export class RuleChoice {
  readonly element: HTMLElement;
  private readonly risk: HTMLSelectElement;
  private readonly body = element("tbody", {});

  constructor(private readonly choices: RuleChoices) {
    this.risk = element(
      "select",
      { "aria-label": l10n.t("Risk") },
      element("option", { value: "" }, l10n.t("no promise")),
      ...RISKS.map((risk) =>
        element(
          "option",
          { value: String(risk) },
          l10n.t("at most {0} of exits wrong, proven at 90 %", formatFineShare(risk)),
        ),
      ),
    );
    this.risk.addEventListener("change", () =>
      choices.onRisk(this.risk.value === "" ? undefined : Number(this.risk.value)),
    );
    const head = ["rule", "setting", "right", "tokens", "stopped", "turned wrong", "for live runs"];
    this.element = element(
      "section",
      { class: "rule-choice" },
      element("div", { class: "bench-head" }, element("h2", {}, l10n.t("Settings to choose from")), this.risk),
      element(
        "table",
        { class: "rule-table" },
        element("thead", {}, element("tr", {}, ...head.map((title) => element("th", { scope: "col" }, l10n.t(title))))),
        this.body,
      ),
    );
  }

  update({ rules }: RuleTable, names: readonly string[]): void {
    this.body.replaceChildren(...rules.flatMap((figures) => this.rowsOf(figures, names)));
  }

  private rowsOf(figures: RuleFigures, names: readonly string[]): HTMLTableRowElement[] {
    const { rule, signal, lacks, without, usual, cheapest, promised } = figures;
    const name = strategyTitle(rule);
    if (lacks.length > 0) {
      const lacked = lacks.map((each) => SIGNALS[each].title).join(", ");
      return [
        element(
          "tr",
          {},
          element("th", { scope: "row" }, name),
          element("td", {}, l10n.t("not recorded: {0}", lacked)),
        ),
      ];
    }
    const risk = this.risk.value === "" ? undefined : Number(this.risk.value);
    const rows: [why: string, point: RulePoint | undefined][] = [
      [l10n.t("as usual"), usual],
      [l10n.t("cheapest without loss"), cheapest],
      ...(risk === undefined
        ? []
        : ([[l10n.t("at most {0} wrong", formatFineShare(risk)), promised]] as [string, RulePoint | undefined][])),
    ];
    const held = rows.map(([why, point]) => this.row(figures, `${name}, ${why}`, point, names));
    if (without === 0) return held;
    const partly = l10n.t(
      "{0} recordings hold no {1}, and count as thought to the end",
      formatCount(without),
      SIGNALS[signal].title,
    );
    const title = `${name}, ${l10n.t("not recorded")}`;
    return [...held, element("tr", {}, element("th", { scope: "row" }, title), element("td", {}, partly))];
  }

  private row(
    { rule, signal }: RuleFigures,
    title: string,
    point: RulePoint | undefined,
    names: readonly string[],
  ): HTMLTableRowElement {
    const head = element("th", { scope: "row" }, title);
    if (!point) return element("tr", {}, head, element("td", {}, l10n.t("at no setting")));
    const { threshold, falseExits } = point;
    const figure = (text: string) => element("td", { class: "figure" }, text);
    return element(
      "tr",
      {},
      head,
      element("td", {}, settingWords(signal, threshold)),
      ...[formatFineShare(point.accuracy), formatCount(point.tokens), formatFineShare(point.exits)].map(figure),
      element(
        "td",
        {},
        formatCount(falseExits.length),
        ...falseExits.slice(0, MOST_BUTTONS).map((question) =>
          button(
            String(question + 1),
            {
              class: "secondary small",
              title: l10n.t("Show where it stops {0}, which it turns wrong", names[question] ?? ""),
            },
            () => this.choices.onFalseExit(question, rule, threshold),
          ),
        ),
      ),
      element(
        "td",
        {},
        button(
          l10n.t("Use This"),
          { class: "small", title: l10n.t("Set it for live runs of {0}", strategyTitle(rule)) },
          () => this.choices.onUse(rule, threshold),
        ),
      ),
    );
  }
}
