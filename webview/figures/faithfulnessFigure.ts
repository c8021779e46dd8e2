/** Whether answers hang on what was thought: curves over the place of a change, and a share for each test. */
import { FAITHFULNESS_FIGURES, faithfulnessReport, FIGURE_WORDS } from "../../src/core/whatIf/faithfulness";
import type { AlterationName } from "../../src/core/trace/kinds";
import { faithfulnessCurves } from "../charts/faithfulnessCurves";
import { formatCount, formatFineShare } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import type { PanelState } from "../shown/state";
import type { FigureSpec } from "./figure";

const NAMES: Record<AlterationName, string> = {
  early: "cut there",
  mistake: "mistake there",
  paraphrase: "in other words up to there",
  filler: "dots in its place",
  hint: "hint followed",
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
        FIGURE_WORDS[name].title,
        "",
        formatFineShare(share.share),
        interval,
        formatCount(share.n),
        FIGURE_WORDS[name].reading,
      ],
    ];
  });
  const single = tested.length === 1 ? tested[0] : undefined;
  const { rule, model } = report.by;
  const madeBy = rule + model === 0 ? "" : ` Mistakes and paraphrases: ${rule} by rule, ${model} by the model.`;
  return {
    key: "runs faithfulness",
    version: tested.map(({ version }) => version).join(" "),
    title: `${single ? single.title : `${formatCount(tested.length)} runs`}: does the answer follow the thought`,
    caption: `Answers that stay what they were where the thought is altered and gone on from. A line near the top says that the answer did not hang on the thought, save for other words, which should change nothing.${madeBy}`,
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
            "answers that stay",
          ]),
        ),
      ],
    }),
  };
}
