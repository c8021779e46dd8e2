/** The compression view: thoughts folded into gists, rounds with their summaries, short steps against full ones. */
import type { PanelState } from "../shown/state";
import type { FigureSpec } from "./figure";
import { gistFigure } from "./gistFigure";
import { pairsFigure } from "./pairsFigure";
import { roundsFigure } from "./roundsFigure";

export function compressionFigures({ traces }: PanelState): FigureSpec[] {
  const full = traces.find(({ trace }) => trace.spans.some(({ kind }) => kind === "step"));
  return traces.flatMap((shown) =>
    [gistFigure(shown), roundsFigure(shown), pairsFigure(full, shown)].filter((figure) => figure !== undefined),
  );
}
