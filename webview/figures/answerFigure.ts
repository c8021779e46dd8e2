/** Answers after 0…k thoughts of every run that tried some, Coconut and its pause control beside each other. */
import { latentAnswers } from "../../src/core/measure/latentAnswers";
import { answerGrid, answerSentence, type AnswerLine } from "../charts/answerGrid";
import { oneLine } from "../dom/safeText";
import type { ShownTrace } from "../shown/state";
import { yesNo, type FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

/** Undefined where no run answered more than once: a single answer needs no picture. */
export function answerFigure(traces: readonly ShownTrace[]): FigureSpec | undefined {
  const shown = traces
    .map(({ run, trace, title, version }) => ({ run, name: title, version, answers: latentAnswers(trace) }))
    .filter(({ answers }) => answers.length > 0);
  if (!shown.some(({ answers }) => answers.length > 1)) return undefined;
  const lines: AnswerLine[] = shown;
  return {
    key: "answers",
    version: shown.map(({ run, name, version }) => `${run} ${name} ${version}`).join(),
    title: l10n.t("Answers after each thought"),
    caption: l10n.t(
      "What the run would have answered had it stopped after so many thoughts. A pause control thinks as often but feeds a fixed token: what it reaches, more steps alone give.",
    ),
    draw: (theme, width) => answerGrid(lines, width, theme),
    table: () => ({
      head: ["run", "thoughts", "answer", "right", "summary"],
      rows: lines.flatMap(({ name, answers }) =>
        answers.map((each) => [
          name,
          String(each.thoughts),
          oneLine(each.answer, 200),
          yesNo(each.correct),
          answerSentence(each),
        ]),
      ),
    }),
  };
}
