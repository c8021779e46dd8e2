/** The answers that would come out after 0…k thoughts, a line a run: Coconut, and its pause control beside it. */
import { max } from "d3";
import type { LatentAnswer } from "../../src/core/measure/latentAnswers";
import { oneLine } from "../dom/safeText";
import { clipText, textWidth } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface AnswerLine {
  run: string;
  name: string;
  answers: readonly LatentAnswer[];
}

const TOP = 34;
const LINE = 30;
const NARROWEST_CELL = 30;
const WIDEST_CELL = 150;

/** `after 2 thoughts: impus, right`. */
export function answerSentence({ thoughts, answer, correct }: LatentAnswer): string {
  const right = correct === undefined ? "" : correct ? l10n.t(", right") : l10n.t(", wrong");
  return l10n.t("after {0}: {1}{2}", thoughts, oneLine(answer, 40), right);
}

export function answerGrid(lines: readonly AnswerLine[], width: number, theme: Theme): Drawn {
  const columns = (max(lines.flatMap(({ answers }) => answers.map(({ thoughts }) => thoughts))) ?? 0) + 1;
  const names = lines.map(({ name }) => clipText(name, 190));
  const left = Math.min(210, Math.max(90, ...names.map((name) => textWidth(name) + 14)));
  const cell = Math.max(NARROWEST_CELL, Math.min(WIDEST_CELL, (width - left - 4) / columns));
  const area = frame(Math.max(width, left + cell * columns + 4), TOP + lines.length * LINE + 4, {
    top: TOP,
    right: 4,
    bottom: 4,
    left,
  });
  const words = lines.map(({ name, answers }) => `${name}: ${answers.map(answerSentence).join("; ")}`);
  const svg = picture(area, l10n.t("Answers by the number of thoughts. {0}", words.join(". ")), theme);
  const head = svg.append("g").attr("fill", theme.muted).attr("aria-hidden", "true");
  head.append("text").attr("x", left).attr("y", 12).text(l10n.t("answer after so many thoughts"));
  for (let column = 0; column < columns; column += 1)
    head
      .append("text")
      .attr("x", left + column * cell + 4)
      .attr("y", 28)
      .text(String(column));
  const shown = withoutCommonStart(lines.flatMap(({ answers }) => answers.map(({ answer }) => oneLine(answer, 80))));
  const points: DrawnPoint[] = [];
  lines.forEach(({ run, answers }, line) => {
    const top = TOP + line * LINE;
    svg
      .append("text")
      .attr("x", 0)
      .attr("y", top + 17)
      .attr("font-weight", 600)
      .text(names[line]!);
    for (const each of answers) {
      const { thoughts, answer, correct } = each;
      const x = left + thoughts * cell;
      const colour = correct === undefined ? theme.muted : correct ? theme.right : theme.wrong;
      svg
        .append("rect")
        .attr("x", x + 0.5)
        .attr("y", top + 0.5)
        .attr("width", cell - 4)
        .attr("height", LINE - 6)
        .attr("rx", 2)
        .attr("fill", colour)
        .attr("fill-opacity", 0.1)
        .attr("stroke", colour);
      const sign = correct === undefined ? "" : correct ? "✓ " : "✗ ";
      const text = `${sign}${shown(oneLine(answer, 80))}`;
      svg
        .append("text")
        .attr("x", x + 5)
        .attr("y", top + 16)
        .text(clipText(text, cell - 12));
      points.push({
        x: x + cell - 12,
        y: top + LINE / 2 - 3,
        radius: 4,
        run,
        at: each.at,
        label: answerSentence(each),
      });
    }
  });
  return { svg: svg.node()!, points };
}

/** Answers are often one sentence that differs in its last word: what all begin with says nothing in a narrow cell. */
function withoutCommonStart(answers: readonly string[]): (answer: string) => string {
  const distinct = [...new Set(answers)].map((answer) => answer.split(" "));
  const shortest = Math.min(...distinct.map((words) => words.length)) - 1;
  let common = 0;
  while (common < shortest && distinct.every((words) => words[common] === distinct[0]![common])) common += 1;
  return (answer) => (common > 0 ? answer.split(" ").slice(common).join(" ") : answer);
}
