/** What early exit would have come to at other thresholds over a whole dataset, from the checks that were recorded. */
import type { PanelBench } from "../../src/core/protocol/panelApi";
import { meanCurve } from "../../src/core/exits/replayCurves";
import { unitOf } from "../../src/core/exits/rules";
import { strategyTitle } from "../../src/core/catalogue";
import { asThreshold, settingCurve, type NamedCurve } from "../charts/settingCurve";
import { formatFineShare } from "../dom/quantities";
import { curveRows } from "./exitFigures";
import { oneLine } from "../dom/safeText";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

function curvesOf({ strategies, runs }: PanelBench): NamedCurve[] {
  return strategies.flatMap((strategy) => {
    const replays = runs.flatMap((run) => (run.strategy === strategy && run.replays ? [run.replays] : []));
    const name = strategyTitle(oneLine(strategy, 40));
    return replays.length > 0
      ? [{ name, strategy, points: meanCurve(replays), setting: asThreshold(unitOf(strategy)) }]
      : [];
  });
}

/** Undefined where no strategy recorded checks with scores. */
export function thresholdFigure(bench: PanelBench): FigureSpec | undefined {
  if (!bench.runs.some(({ replays }) => replays)) return undefined;
  return {
    key: "thresholds",
    version: String(bench.runs.length),
    title: l10n.t("{0}: threshold, accuracy and tokens", oneLine(bench.data, 60)),
    caption: l10n.t(
      "Each dot is a threshold, computed from the recorded checks with no model run again. A hollow dot counts runs that stopped before such a threshold would have stopped them: they count as they were recorded.",
    ),
    draw: (theme, width) => settingCurve(curvesOf(bench), width, theme),
    table: () => ({
      head: ["strategy", "threshold", "right", "mean tokens", "mean thinking", "mean time", "stopped", "beyond"],
      rows: curvesOf(bench).flatMap((curve) => curveRows(curve, formatFineShare)),
    }),
  };
}
