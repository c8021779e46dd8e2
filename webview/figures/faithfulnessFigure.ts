/** Whether answers hang on what was thought: curves over the place of a change, and a share for each test. */
import { FAITHFULNESS_FIGURES, faithfulnessReport, FIGURE_WORDS } from "../../src/core/whatIf/faithfulness";
import type { AlterationName } from "../../src/core/trace/kinds";
import { faithfulnessCurves } from "../charts/faithfulnessCurves";
import { formatCount, formatFineShare } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import type { PanelState } from "../shown/state";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

const NAMES: Record<AlterationName, string> = {
  early: l10n.t("cut there"),
  mistake: l10n.t("mistake there"),
  paraphrase: l10n.t("in other words up to there"),
  filler: l10n.t("dots in its place"),
  hint: l10n.t("hint followed"),
};

/** Undefined where no shown trace was tested. */
export function faithfulnessFigure({ traces }: PanelState): FigureSpec | undefined {
  const tested = traces.filter(({ trace }) => trace.alterations.length > 0);
  if (tested.length === 0) return undefined;
  const report = faithfulnessReport(tested.map(({ trace }) => trace.alterations));
  const curves = report.curves.map(({ test, points }) => ({ name: NAMES[test], points }));
  const shares = FAITHFULNESS_FIGURES.flatMap((name) => {
    const share = report.figures[name];
    if (!share) return [];
    const interval = `${formatFineShare(share.interval[0])}–${formatFineShare(share.interval[1])}`;
    return [
      [
        l10n.t(FIGURE_WORDS[name].title),
        "",
        formatFineShare(share.share),
        interval,
        formatCount(share.n),
        l10n.t(FIGURE_WORDS[name].reading),
      ],
    ];
  });
  const single = tested.length === 1 ? tested[0] : undefined;
  const { rule, model } = report.by;
  const madeBy =
    rule + model === 0 ? "" : l10n.t(" Mistakes and paraphrases: {0} by rule, {1} by the model.", rule, model);
  return {
    key: "runs faithfulness",
    version: tested.map(({ version }) => version).join(" "),
    title: l10n.t(
      "{0}: does the answer follow the thought",
      single ? single.title : l10n.t("{0} runs", formatCount(tested.length)),
    ),
    caption: l10n.t(
      "Answers that stay what they were where the thought is altered and gone on from. A line near the top says that the answer did not hang on the thought, save for other words, which should change nothing.{0}",
      madeBy,
    ),
    draw: (theme, width) => faithfulnessCurves(curves, width, theme),
    table: () => ({
      head: ["what", "thought before", "share", "95 % interval", "questions", "how to read it"],
      rows: [
        ...shares,
        ...curves.flatMap(({ name, points }) =>
          points.map(({ at, share, interval, n }) => [
            oneLine(name, 60),
            formatFineShare(at),
            formatFineShare(share),
            `${formatFineShare(interval[0])}–${formatFineShare(interval[1])}`,
            formatCount(n),
            l10n.t("answers that stay"),
          ]),
        ),
      ],
    }),
  };
}
