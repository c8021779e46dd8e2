/** How many answers stay what they were where the thought is altered at a place, with intervals: one line a test. */
import type { FaithfulnessPoint } from "../../src/core/whatIf/faithfulness";
import { formatShare } from "../dom/quantities";
import { acrossPlot, bottomAxis, leftAxis, upPlot } from "./axes";
import { nameLine, spread, textWidth } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import { pointLine } from "./pointLine";
import { dashOf, type Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface FaithfulnessCurve {
  name: string;
  points: readonly FaithfulnessPoint[];
}

/** @returns a picture without points: what it says stands in its table */
export function faithfulnessCurves(curves: readonly FaithfulnessCurve[], width: number, theme: Theme): Drawn {
  const right = 32 + Math.min(width / 3, Math.max(50, ...curves.map(({ name }) => textWidth(name))));
  const area = frame(width, 250, { top: 26, right, bottom: 42, left: 48 });
  const x = acrossPlot(1, area);
  const y = upPlot(1, area);
  const said = curves.map(({ name, points }) => `${name}: ${points.map(pointWords).join(", ")}`).join("; ");
  const svg = picture(area, l10n.t("Answers that stay what they were, by the place of the change. {0}", said), theme);
  leftAxis(svg, y, area, theme, l10n.t("same answers"), formatShare);
  bottomAxis(svg, x, area, theme, l10n.t("share of the thought before the change"), formatShare);
  const labelled = spread(
    curves.map(({ points }) => y(points.at(-1)?.share ?? 0)),
    14,
    area.top,
    area.height - area.bottom,
  );
  curves.forEach(({ name, points }, index) => {
    const colour = theme.series[index % theme.series.length]!;
    const drawn = points.map((point) => ({
      ...{ x: x(point.at), y: y(point.share), interval: [y(point.interval[0]), y(point.interval[1])] as const },
      words: `${name} ${pointWords(point)}`,
    }));
    pointLine(svg, drawn, { colour, dash: dashOf(index), radius: 3, intervals: "bars" });
    nameLine(svg, width - area.right + 2, labelled[index]!, { name, colour, dash: dashOf(index) });
  });
  return { svg: svg.node()!, points: [] };
}

const pointWords = ({ at, share, n }: FaithfulnessPoint): string =>
  l10n.t("at {0} {1} of {2}", formatShare(at), formatShare(share), n);
