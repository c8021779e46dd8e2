/** What was asked of traces afterwards: which step mattered, and whether the answer follows the thought. */
import type { PanelState } from "../shown/state";
import { faithfulnessFigure } from "./faithfulnessFigure";
import type { FigureSpec } from "./figure";
import { importanceFigure } from "./importanceFigure";

export const whatIfFigures = (state: PanelState): FigureSpec[] =>
  [...state.traces.map(importanceFigure), faithfulnessFigure(state)].filter((figure) => figure !== undefined);
