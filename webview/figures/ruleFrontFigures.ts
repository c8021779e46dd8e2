/** Every exit rule over several recordings at once, as fronts of accuracy against tokens and against time. */
import { strategyTitle } from "../../src/core/catalogue";
import type { RulePoint, RuleTable } from "../../src/core/exits/ruleFigures";
import { SIGNALS, type SignalName } from "../../src/core/exits/signals";
import { scoreText } from "../charts/checkWords";
import { ruleFront, type FrontCost, type FrontCurve, type FrontMark } from "../charts/ruleFront";
import { formatCount, formatFineShare, formatMs } from "../dom/quantities";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

/** As in `confidence 0.95`: what is compared, and with what. */
export function settingWords(signal: SignalName, threshold: number): string {
  const { title, unit } = SIGNALS[signal];
  return `${l10n.t(title)} ${unit === "answers" ? formatCount(threshold) : scoreText({ value: threshold, unit })}`;
}

type CostOf = (point: RulePoint) => number;

const COSTS: readonly { key: string; title: string; of: CostOf; shown: FrontCost }[] = [
  {
    key: "tokens",
    title: l10n.t("Every rule at every setting, against tokens"),
    of: ({ tokens }) => tokens,
    shown: { name: "mean tokens, trials included", format: formatCount },
  },
  {
    key: "ms",
    title: l10n.t("Every rule at every setting, against time"),
    of: ({ ms }) => ms,
    shown: { name: "mean time, checks included", format: formatMs },
  },
];

/** @param version changes with what is shown */
export const ruleFrontFigures = (table: RuleTable, version: string): FigureSpec[] =>
  COSTS.map(({ key, title, of, shown }) => ({
    ...{ key: `front ${key}`, version, title },
    caption:
      key === "tokens"
        ? l10n.t(
            "{0} questions, each rule as if it had asked alone. Bands are 95 % by bootstrap over questions. The oracle is the bound: it stops where the answer first stays right. Truncation is the control.",
            formatCount(table.questions),
          )
        : "",
    draw: (theme, width) =>
      ruleFront(curvesOf(table, of), marksOf(table, of), { title: sentence(table, title), cost: shown, width, theme }),
    table: () => ({
      head: ["rule", "setting", "right", "95 %", shown.name, "stopped", "turned wrong"],
      rows: rowsOf(table, of, shown),
    }),
  }));

function curvesOf({ rules, truncation }: RuleTable, of: CostOf): FrontCurve[] {
  const curves = rules
    .filter(({ points }) => points.length > 0)
    .map(({ rule, signal, points }): FrontCurve => ({
      ...{ name: strategyTitle(rule), strategy: rule },
      points: points.map((point) => frontPoint(point, of, settingWords(signal, point.threshold))),
    }));
  const cut = truncation.map((point) => frontPoint(point, of, l10n.t("{0} tokens", formatCount(point.threshold))));
  return cut.length > 0 ? [...curves, { name: "Truncation", strategy: undefined, points: cut }] : curves;
}

const frontPoint = ({ accuracy, band, ...point }: RulePoint, of: CostOf, label: string) => ({
  ...{ accuracy, band, label },
  cost: of({ accuracy, band, ...point }),
});

const marksOf = ({ whole, oracle }: RuleTable, of: CostOf): FrontMark[] => [
  { name: "to the end", cost: of(whole), accuracy: whole.accuracy },
  ...(oracle ? [{ name: l10n.t("oracle"), cost: of(oracle), accuracy: oracle.accuracy }] : []),
];

function rowsOf(table: RuleTable, of: CostOf, { format }: FrontCost): string[][] {
  const row = (name: string, setting: string, point: RulePoint): string[] => [
    ...[name, setting, formatFineShare(point.accuracy)],
    `${formatFineShare(point.band[0])}–${formatFineShare(point.band[1])}`,
    ...[format(of(point)), formatFineShare(point.exits), formatCount(point.falseExits.length)],
  ];
  return [
    row(l10n.t("to the end"), "", table.whole),
    ...(table.oracle ? [row(l10n.t("oracle"), "", table.oracle)] : []),
    ...table.rules.flatMap(({ rule, signal, points }) =>
      points.map((point) => row(strategyTitle(rule), settingWords(signal, point.threshold), point)),
    ),
    ...table.truncation.map((point) =>
      row(l10n.t("Truncation"), l10n.t("{0} tokens", formatCount(point.threshold)), point),
    ),
  ];
}

const sentence = ({ questions, whole }: RuleTable, title: string): string =>
  l10n.t("{0}: {1} questions, {2} right to the end", title, formatCount(questions), formatFineShare(whole.accuracy));
