/** The latents view: answers after each thought, then continuous thoughts (Coconut) and soft tokens (SoftCoT) as strips of cells. */
import { gradeAnswer } from "../../src/core/text/answer";
import type { Trace } from "../../src/core/trace/fold";
import { cellStrip, sentence, type Cell } from "../charts/cellStrip";
import { oneLine } from "../dom/safeText";
import type { PanelState, ShownTrace } from "../shown/state";
import { answerFigure } from "./answerFigure";
import { searchFigure } from "./searchFigure";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

const word = ([text, share]: readonly [string, number]): [string, number] => [oneLine(text, 24) || "␣", share];

function latentCells(trace: Trace): Cell[] {
  const gold = trace.header?.gold;
  return trace.latents.map((latent, index) => ({
    name: `thought ${index + 1}`,
    at: latent.at,
    norm: latent.norm,
    entropy: latent.entropy,
    // What a thought gives next to nothing would fill the cell with zeros.
    words: latent.top.filter(([, share], rank) => rank < 3 || share >= 0.005).map(word),
    answer: latent.answer === undefined ? undefined : oneLine(latent.answer, 24),
    right: latent.answer === undefined || gold === undefined ? undefined : gradeAnswer(latent.answer, gold),
  }));
}

function softCells(trace: Trace): Cell[] {
  return trace.softs.map((soft) => ({
    name: `soft ${soft.index + 1}`,
    at: 0,
    norm: soft.norm,
    entropy: undefined,
    words: soft.nearest.map(word),
    answer: undefined,
    right: undefined,
  }));
}

/** All figures but those that a person chooses a layout of. */
export function latentFigures(state: PanelState): FigureSpec[] {
  const answers = answerFigure(state.traces);
  return [...(answers ? [answers] : []), ...state.traces.flatMap(figuresOf)];
}

function figuresOf(shown: ShownTrace): FigureSpec[] {
  const { run, trace, version } = shown;
  const spec = (kind: string, caption: string, cells: () => Cell[]): FigureSpec => ({
    key: `${run} ${kind}`,
    version: String(version),
    title: `${shown.title}: ${kind}`,
    caption,
    draw: (theme, width) => cellStrip({ run, title: `${shown.title}, ${kind}`, cells: cells() }, width, theme),
    table: () => ({
      head: ["cell", "norm", "entropy, nats", "nearest words", "answer here", "summary"],
      rows: cells().map((cell) => [
        cell.name,
        cell.norm?.toFixed(3) ?? "",
        cell.entropy?.toFixed(3) ?? "",
        cell.words.map(([text, share]) => `${text} ${share.toFixed(3)}`).join(", "),
        cell.answer ?? "",
        sentence(cell),
      ]),
    }),
  });
  const search = searchFigure(shown, shown.title);
  return [
    ...(search ? [search] : []),
    ...(trace.latents.length > 0
      ? [
          spec(
            l10n.t("continuous thoughts"),
            l10n.t(
              "Each cell is one hidden state fed back as the next input: the words nearest to it by logit lens, and the answer that would come out if thinking stopped there.",
            ),
            () => latentCells(trace),
          ),
        ]
      : []),
    ...(trace.softs.length > 0
      ? [
          spec(
            l10n.t("soft tokens"),
            l10n.t(
              "Each cell is one soft prompt token from the assistant: its norm, and the vocabulary entries nearest to it by cosine.",
            ),
            () => softCells(trace),
          ),
        ]
      : []),
  ];
}
