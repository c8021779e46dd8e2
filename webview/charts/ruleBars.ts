/** Several exit rules over one recorded run: how much each lets think, what its trials cost, and what it answers. */
import { VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { acrossPlot, bottomAxis } from "./axes";
import { clipText, textWidth } from "./labels";
import { frame, picture, type Drawn } from "./picture";
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

const ROW = 22;

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
  const area = frame(width, rows.length * ROW + 44, { top: 6, right, bottom: 38, left });
  const svg = picture(area, l10n.t("{0}: where each of {1} exit rules stops", title, rows.length), theme);
  const x = acrossPlot(Math.max(...rows.map(({ tokens }) => tokens)), area);
  bottomAxis(svg, x, area, theme, l10n.t("tokens"), formatCount);
  rows.forEach(({ name, thinking, tokens, correct }, index) => {
    const y = area.top + index * ROW;
    const verdict = correct === undefined ? "unknown" : correct ? "right" : "wrong";
    const row = svg.append("g");
    row
      .append("text")
      .attr("x", left - 8)
      .attr("y", y + 15)
      .attr("text-anchor", "end")
      .text(clipText(name, left - 12));
    const bar = (from: number, to: number, fill: string) =>
      row
        .append("rect")
        .attr("x", x(from))
        .attr("y", y + 4)
        .attr("width", Math.max(0, x(to) - x(from)))
        .attr("height", ROW - 8)
        .attr("fill", fill);
    bar(0, thinking, theme.kinds.thinking);
    bar(thinking, tokens, theme.kinds.trial);
    row
      .append("text")
      .attr("x", area.width - right + 8)
      .attr("y", y + 15)
      .attr("fill", verdict === "right" ? theme.right : verdict === "wrong" ? theme.wrong : theme.foreground)
      .text(clipText(`${VERDICT_SIGNS[verdict]} ${answers[index]!}`, right - 10));
  });
  return { svg: svg.node()!, points: [] };
}
