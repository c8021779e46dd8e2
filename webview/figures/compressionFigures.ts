/** The compression view: thoughts folded into gists, rounds with their summaries, short steps against full ones. */
import { sameQuestion } from "../../src/core/measure/question";
import type { PanelState } from "../shown/state";
import type { FigureSpec } from "./figure";
import { gistFigure } from "./gistFigure";
import { pairsFigure } from "./pairsFigure";
import { roundsFigure } from "./roundsFigure";

export function compressionFigures({ traces }: PanelState): FigureSpec[] {
  const full = traces.filter(({ trace }) => trace.spans.some(({ kind }) => kind === "step"));
  return traces.flatMap((shown) => {
    const ofQuestion = full.find(({ trace }) => sameQuestion(trace.header, shown.trace.header));
    return [gistFigure(shown), roundsFigure(shown), pairsFigure(ofQuestion, shown)].filter(
      (figure) => figure !== undefined,
    );
  });
}
