/** How often samples of one question gave each answer. */
import { VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import { formatCount } from "../dom/quantities";
import { acrossPlot, bottomAxis } from "./axes";
import { barRow, barsFrame, drawBar, nameBar } from "./barRows";
import { textWidth } from "./labels";
import { picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface AnswerCount {
  answer: string;
  count: number;
  /** Undefined where it is not known, or none is expected. */
  correct: boolean | undefined;
}

/** @returns a picture without points: what it says stands in its table */
export function answerCounts(
  rows: readonly AnswerCount[],
  { title, width, theme }: { title: string; width: number; theme: Theme },
): Drawn {
  const widest = rows.reduce((most, { answer }) => Math.max(most, textWidth(answer)), 0);
  const left = Math.min(width * 0.4, 28 + widest);
  const area = barsFrame(rows.length, width, { left, right: 48 });
  const svg = picture(area, title, theme);
  const x = acrossPlot(Math.max(...rows.map(({ count }) => count)), area);
  bottomAxis(svg, x, area, theme, l10n.t("samples"), formatCount);
  rows.forEach(({ answer, count, correct }, index) => {
    const verdict = correct === undefined ? "unknown" : correct ? "right" : "wrong";
    const fill = correct === undefined ? theme.muted : correct ? theme.right : theme.wrong;
    nameBar(svg, area, index, `${correct === undefined ? "" : `${VERDICT_SIGNS[verdict]} `}${answer}`);
    drawBar(svg, area, index, { x, from: 0, to: count, fill });
    svg
      .append("text")
      .attr("x", x(count) + 6)
      .attr("y", barRow(area, index).baseline)
      .attr("text-anchor", "start")
      .text(formatCount(count));
  });
  return { svg: svg.node()!, points: [] };
}
