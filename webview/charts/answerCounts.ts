/** How often samples of one question gave each answer. */
import { VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import { formatCount } from "../dom/quantities";
import { acrossPlot, bottomAxis } from "./axes";
import { clipText, textWidth } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface AnswerCount {
  answer: string;
  count: number;
  /** Undefined where it is not known, or none is expected. */
  correct: boolean | undefined;
}

const ROW = 22;

/** @returns a picture without points: what it says stands in its table */
export function answerCounts(
  rows: readonly AnswerCount[],
  { title, width, theme }: { title: string; width: number; theme: Theme },
): Drawn {
  const widest = rows.reduce((most, { answer }) => Math.max(most, textWidth(answer)), 0);
  const left = Math.min(width * 0.4, 28 + widest);
  const area = frame(width, rows.length * ROW + 44, { top: 6, right: 48, bottom: 38, left });
  const svg = picture(area, title, theme);
  const x = acrossPlot(Math.max(...rows.map(({ count }) => count)), area);
  bottomAxis(svg, x, area, theme, l10n.t("samples"), formatCount);
  rows.forEach(({ answer, count, correct }, index) => {
    const y = area.top + index * ROW;
    const verdict = correct === undefined ? "unknown" : correct ? "right" : "wrong";
    const colour = correct === undefined ? theme.muted : correct ? theme.right : theme.wrong;
    const text = (at: number, anchor: string, words: string) =>
      svg
        .append("text")
        .attr("x", at)
        .attr("y", y + 15)
        .attr("text-anchor", anchor)
        .text(words);
    text(left - 8, "end", clipText(`${correct === undefined ? "" : `${VERDICT_SIGNS[verdict]} `}${answer}`, left - 12));
    svg
      .append("rect")
      .attr("x", x(0))
      .attr("y", y + 4)
      .attr("width", Math.max(0, x(count) - x(0)))
      .attr("height", ROW - 8)
      .attr("fill", colour);
    text(x(count) + 6, "start", formatCount(count));
  });
  return { svg: svg.node()!, points: [] };
}
