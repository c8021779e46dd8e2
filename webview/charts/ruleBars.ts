/** Several exit rules over one recorded run: how much each lets think, what its trials cost, and what it answers. */
import { VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { acrossPlot, bottomAxis } from "./axes";
import { barRow, barsFrame, drawBar, nameBar } from "./barRows";
import { clipText, textWidth } from "./labels";
import { picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface RuleBar {
  name: string;
  /** Whether the rule stops the run before its end. */
  stopped: boolean;
  /** Tokens of thinking, and all with trials and the answer. */
  thinking: number;
  tokens: number;
  answer: string | undefined;
  correct: boolean | undefined;
}

/** @returns a picture without points: what it says stands in its table */
export function ruleBars(
  rows: readonly RuleBar[],
  { title, width, theme }: { title: string; width: number; theme: Theme },
): Drawn {
  const left = Math.min(width * 0.35, 12 + rows.reduce((most, { name }) => Math.max(most, textWidth(name)), 0));
  const answers = rows.map(
    ({ answer, stopped }) =>
      `${answer === undefined ? "–" : oneLine(answer, 24)}${stopped ? "" : l10n.t(", at the end")}`,
  );
  const right = Math.min(width * 0.35, 34 + answers.reduce((most, text) => Math.max(most, textWidth(text)), 0));
  const area = barsFrame(rows.length, width, { left, right });
  const svg = picture(area, l10n.t("{0}: where each of {1} exit rules stops", title, rows.length), theme);
  const x = acrossPlot(Math.max(...rows.map(({ tokens }) => tokens)), area);
  bottomAxis(svg, x, area, theme, l10n.t("tokens"), formatCount);
  rows.forEach(({ name, thinking, tokens, correct }, index) => {
    const verdict = correct === undefined ? "unknown" : correct ? "right" : "wrong";
    const row = svg.append("g");
    nameBar(row, area, index, name);
    drawBar(row, area, index, { x, from: 0, to: thinking, fill: theme.kinds.thinking });
    drawBar(row, area, index, { x, from: thinking, to: tokens, fill: theme.kinds.trial });
    row
      .append("text")
      .attr("x", area.width - right + 8)
      .attr("y", barRow(area, index).baseline)
      .attr("fill", verdict === "right" ? theme.right : verdict === "wrong" ? theme.wrong : theme.foreground)
      .text(clipText(`${VERDICT_SIGNS[verdict]} ${answers[index]!}`, right - 10));
  });
  return { svg: svg.node()!, points: [] };
}
