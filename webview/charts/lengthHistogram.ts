/** How long samples of one question are, and how they ended: right, wrong, not known, or stopped. */
import { formatCount } from "../dom/quantities";
import { acrossPlot, bottomAxis, leftAxis, upPlot } from "./axes";
import { nameLine } from "./labels";
import { frame, picture, type Drawn } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

/** In the order in which they lie on each other. */
export const ENDINGS = ["right", "wrong", "not known", "stopped"] as const;
export type Ending = (typeof ENDINGS)[number];

export interface SampleLength {
  tokens: number;
  ending: Ending;
}

const BINS = 24;

/** Samples of each ending by length: `from` and `to` in tokens, `to` exclusive. */
export function lengthBins(
  samples: readonly SampleLength[],
): { from: number; to: number; counts: Record<Ending, number> }[] {
  const most = samples.reduce((longest, { tokens }) => Math.max(longest, tokens), 0);
  const size = Math.max(1, Math.ceil((most + 1) / BINS));
  const count = Math.max(1, Math.ceil((most + 1) / size));
  const bins = Array.from({ length: count }, (_, bin) => ({
    from: bin * size,
    to: (bin + 1) * size,
    counts: { right: 0, wrong: 0, "not known": 0, stopped: 0 },
  }));
  for (const { tokens, ending } of samples) bins[Math.floor(tokens / size)]!.counts[ending] += 1;
  return bins;
}

const total = (counts: Record<Ending, number>): number => ENDINGS.reduce((sum, ending) => sum + counts[ending], 0);

/** @returns a picture without points: what it says stands in its table */
export function lengthHistogram(
  samples: readonly SampleLength[],
  { title, width, theme }: { title: string; width: number; theme: Theme },
): Drawn {
  const bins = lengthBins(samples);
  const area = frame(width, 210, { top: 26, right: 96, bottom: 42, left: 44 });
  const svg = picture(area, title, theme);
  const x = acrossPlot(bins.at(-1)!.to, area);
  const y = upPlot(Math.max(...bins.map(({ counts }) => total(counts))), area);
  leftAxis(svg, y, area, theme, l10n.t("samples"), formatCount);
  bottomAxis(svg, x, area, theme, l10n.t("tokens"), formatCount);
  const colours: Record<Ending, string> = {
    right: theme.right,
    wrong: theme.wrong,
    "not known": theme.muted,
    stopped: theme.exit,
  };
  for (const { from, to, counts } of bins) {
    let below = 0;
    for (const ending of ENDINGS) {
      const above = below + counts[ending];
      svg
        .append("rect")
        .attr("x", x(from) + 1)
        .attr("y", y(above))
        .attr("width", Math.max(1, x(to) - x(from) - 2))
        .attr("height", y(below) - y(above))
        .attr("fill", colours[ending]);
      below = above;
    }
  }
  const present = ENDINGS.filter((ending) => samples.some((sample) => sample.ending === ending));
  present.forEach((ending, index) =>
    nameLine(svg, area.width - area.right + 8, area.top + 8 + index * 16, {
      ...{ name: ending, colour: colours[ending], dash: "none" },
    }),
  );
  return { svg: svg.node()!, points: [] };
}
