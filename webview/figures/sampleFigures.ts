/** Several samples of one question as figures: their answers, their lengths, and where they part. */
import type { PanelSamples } from "../../src/core/protocol/panelApi";
import {
  groupAnswers,
  lengthsOf,
  partings,
  type GroupAnswer,
  type GroupedSample,
} from "../../src/core/votes/sampleGroup";
import { answerCounts, type AnswerCount } from "../charts/answerCounts";
import { ENDINGS, lengthBins, lengthHistogram, type Ending, type SampleLength } from "../charts/lengthHistogram";
import { partingCurve } from "../charts/partingCurve";
import { formatCount, formatFineShare } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { yesNo, type FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

/** Answers that have a bar of their own. */
const MOST_BARS = 10;

export const answerWords = (answer: string | undefined): string =>
  answer === undefined ? l10n.t("no answer") : oneLine(answer, 60);

function endingOf({ stopped, correct }: GroupedSample): Ending {
  if (stopped !== undefined) return "stopped";
  return correct === undefined ? "not known" : correct ? "right" : "wrong";
}

export function sampleFigures(shown: PanelSamples): FigureSpec[] {
  const { samples } = shown;
  if (samples.length === 0) return [];
  const answers = groupAnswers(samples);
  const version = `${samples.length}`;
  return [
    ...(answers.length > 0 ? [answersFigure(answers, version)] : []),
    lengthsFigure(samples, version),
    partingFigure(samples, version),
  ];
}

function barsOf(answers: readonly GroupAnswer[]): AnswerCount[] {
  const bars = answers.slice(0, MOST_BARS).map(({ answer, correct, samples }) => ({
    ...{ answer: answerWords(answer), count: samples.length, correct },
  }));
  const rest = answers.slice(MOST_BARS).reduce((sum, { samples }) => sum + samples.length, 0);
  return rest > 0
    ? [...bars, { answer: l10n.t("{0} others", answers.length - MOST_BARS), count: rest, correct: undefined }]
    : bars;
}

function answersFigure(answers: readonly GroupAnswer[], version: string): FigureSpec {
  const title = l10n.t("Answers: {0} different", formatCount(answers.length));
  return {
    ...{ key: "answers", version, title },
    caption: l10n.t("How many samples came to each answer; those that mean the same are one."),
    draw: (theme, width) => answerCounts(barsOf(answers), { title, width, theme }),
    table: () => ({
      head: ["answer", "samples", "share", "right"],
      rows: answers.map(({ answer, samples, share, correct }) => [
        ...[answerWords(answer), formatCount(samples.length), formatFineShare(share), yesNo(correct)],
      ]),
    }),
  };
}

function lengthsFigure(samples: readonly GroupedSample[], version: string): FigureSpec {
  const { least, middle, most } = lengthsOf(samples);
  const title = l10n.t(
    "Lengths: {0} to {1} tokens, {2} in the middle",
    formatCount(least),
    formatCount(most),
    formatCount(middle),
  );
  const lengths: SampleLength[] = samples.map((sample) => ({ tokens: sample.tokens, ending: endingOf(sample) }));
  return {
    ...{ key: "lengths", version, title },
    caption: l10n.t("All tokens after the prompt, trials included, by how the sample ended."),
    draw: (theme, width) => lengthHistogram(lengths, { title, width, theme }),
    table: () => ({
      head: ["tokens", ...ENDINGS],
      rows: lengthBins(lengths).map(({ from, to, counts }) => [
        `${formatCount(from)}–${formatCount(to - 1)}`,
        ...ENDINGS.map((ending) => formatCount(counts[ending])),
      ]),
    }),
  };
}

function partingFigure(samples: readonly GroupedSample[], version: string): FigureSpec {
  const points = partings(samples);
  const title = l10n.t("Where samples part");
  return {
    ...{ key: "partings", version, title },
    caption: l10n.t(
      "Each sample counts as a text of its own from the token at which it no longer goes on as any sample before it.",
    ),
    draw: (theme, width) => partingCurve(points, { title, most: lengthsOf(samples).most, width, theme }),
    table: () => ({
      head: ["tokens in common", "different texts after"],
      rows: points.map(({ at, texts }) => [formatCount(at), formatCount(texts)]),
    }),
  };
}
