/** The early-answering curve: which answer the run had after each share of its thinking, and since when it never changed. */
import type { EarlyAnswering } from "../../src/core/measure/earlyAnswer";
import { acrossPlot, bottomAxis } from "./axes";
import { textWidth } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { formatShare } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

export interface AnswerStripData {
  run: string;
  title: string;
  early: EarlyAnswering;
}

/** Since when the answer stood, in one sentence; what steps end in is a weaker sign than a trial answer. */
export function settledSentence({ settledAt, after, tokensAfter, from }: EarlyAnswering): string {
  if (settledAt === undefined) return l10n.t("The final answer never stood while the model thought.");
  if (tokensAfter === 0) return l10n.t("The final answer stood only at the end of thinking.");
  const values = [formatShare(1 - after), tokensAfter, formatShare(after)] as const;
  return from === "checks"
    ? l10n.t(
        "The final answer stood and never changed again after {0} of thinking: {1} thinking tokens ({2}) came after.",
        ...values,
      )
    : l10n.t(
        "The final answer was first written after {0} of thinking: {1} thinking tokens ({2}) came after.",
        ...values,
      );
}

export function answerStrip({ run, title, early }: AnswerStripData, width: number, theme: Theme): Drawn {
  const area = frame(width, 118, { top: 30, right: 18, bottom: 42, left: 12 });
  const x = acrossPlot(1, area);
  const svg = picture(area, l10n.t("Early answering of {0}. {1}", title, settledSentence(early)), theme);
  bottomAxis(svg, x, area, theme, l10n.t("share of thinking"), formatShare);
  const { points } = early;
  const bottom = area.height - area.bottom;
  points.forEach((point, index) => {
    const from = x(point.share);
    const to = x(points[index + 1]?.share ?? 1);
    svg
      .append("rect")
      .attr("x", from)
      .attr("y", area.top)
      .attr("width", Math.max(0, to - from))
      .attr("height", bottom - area.top - 8)
      .attr("fill", point.isFinal ? theme.kinds.answer : theme.muted)
      .attr("fill-opacity", point.isFinal ? 0.35 : 0.15);
    svg
      .append("path")
      .attr("d", `M${from},${area.top}V${bottom - 8}`)
      .attr("stroke", theme.foreground);
    const sign = point.correct === undefined ? "" : point.correct ? " ✓" : " ✗";
    const text = `${point.answer === undefined ? "–" : oneLine(point.answer, 16)}${sign}`;
    if (to - from > textWidth(text) + 8)
      svg
        .append("text")
        .attr("x", from + 5)
        .attr("y", area.top + 24)
        .text(text);
  });
  if (early.settledAt !== undefined) {
    const at = x(1 - early.after);
    const share = formatShare(early.after);
    const hasStood = early.from === "checks";
    const atEnd = hasStood
      ? l10n.t("the answer stood only at the end")
      : l10n.t("the answer was written only at the end");
    const before = hasStood
      ? l10n.t("{0} of thinking after the answer stood", share)
      : l10n.t("{0} of thinking after the answer was written", share);
    const text = early.tokensAfter === 0 ? atEnd : before;
    const toLeft = at + textWidth(text) > width - area.right;
    if (early.tokensAfter > 0)
      svg
        .append("path")
        .attr("d", `M${at + 0.5},${area.top - 4}H${x(1)}`)
        .attr("stroke", theme.exit)
        .attr("stroke-width", 2);
    svg
      .append("text")
      .attr("x", toLeft ? width - area.right : at)
      .attr("y", area.top - 9)
      .attr("text-anchor", toLeft ? "end" : "start")
      .text(text);
  }
  return {
    svg: svg.node()!,
    points: points.map((point) => ({
      x: x(point.share),
      y: area.top + 4,
      radius: 4,
      run,
      at: point.at,
      label: l10n.t(
        "After {0} of thinking: {1}{2}",
        formatShare(point.share),
        point.answer === undefined ? l10n.t("no answer") : oneLine(point.answer, 40),
        point.isFinal ? l10n.t(", the final answer") : "",
      ),
    })),
  };
}
