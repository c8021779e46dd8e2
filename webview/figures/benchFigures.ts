/** The bench view: accuracy against cost, and what other thresholds would have come to. */
import type { PanelBench } from "../../src/core/protocol/panelApi";
import type { Cost } from "../charts/benchScatter";
import { costFigure } from "./costFigure";
import type { FigureSpec } from "./figure";
import { thresholdFigure } from "./thresholdFigure";

export const benchFigures = (bench: PanelBench, cost: Cost): FigureSpec[] =>
  [costFigure(bench, cost), thresholdFigure(bench)].filter((figure) => figure !== undefined);
