/**
 * Context length over generated tokens as the papers on compressed reasoning draw it: the area under the sawtooth is the
 * dependency, the area up to the straight line what the same tokens would have added with nothing dropped
 * (LightThinker, 2502.15589, §4.1; InftyThink, 2503.06692, §2).
 */
import { area as areaShape, line as lineShape } from "d3";
import { formatCount, formatShort } from "../dom/quantities";
import { upPlot, acrossPlot, bottomAxis, leftAxis } from "./axes";
import { textWidth } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint } from "./picture";
import { outline, peakOf } from "./memoryChart";
import { strategyColour, type Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface ComplexityData {
  run: string;
  title: string;
  /** Whose colour the line has. */
  strategy: string | undefined;
  /** Live KV rows after each position, [positions]. */
  rows: readonly number[];
  /** Rows of the prompt. */
  prompt: number;
  dependency: number;
  /** Where rounds begin and what they read anew; empty for other strategies. */
  rounds: readonly { n: number; at: number; read: number }[];
}

type Corner = readonly [at: number, rows: number];

/** What the same tokens would have held and attended to with nothing dropped: P·L + L·(L + 1) / 2. */
export function plainCost({ rows, prompt }: Pick<ComplexityData, "rows" | "prompt">): {
  peak: number;
  dependency: number;
} {
  const { length } = rows;
  return { peak: prompt + length, dependency: prompt * length + (length * (length + 1)) / 2 };
}

/** `2.9×`, or `the same`. */
export function timesLess(plain: number, measured: number): string {
  return measured > 0 && plain > measured ? `${(plain / measured).toFixed(1)}×` : l10n.t("the same");
}

export function complexityChart(data: ComplexityData, width: number, theme: Theme): Drawn {
  const { run, title, rows, prompt, dependency, rounds } = data;
  const plain = plainCost(data);
  const colour = strategyColour(theme, data.strategy);
  const [peakAt, peak] = peakOf(data);
  const area = frame(width, 260, { top: 34, right: 92, bottom: 42, left: 48 });
  const x = acrossPlot(rows.length, area);
  const y = upPlot(plain.peak * 1.05, area);
  const svg = picture(
    area,
    l10n.t(
      "{0}: peak {1} rows and dependency {2}; with nothing dropped {3} and {4}",
      title,
      formatCount(peak),
      formatShort(dependency),
      formatCount(plain.peak),
      formatShort(plain.dependency),
    ),
    theme,
  );
  leftAxis(svg, y, area, theme, l10n.t("context length, rows"), formatCount, 5);
  bottomAxis(svg, x, area, theme, l10n.t("generated tokens"), formatCount);

  const corners = outline(rows, prompt, width - area.left - area.right);
  const straight = (at: number): number => prompt + at;
  const band = (
    low: (corner: Corner) => number,
    high: (corner: Corner) => number,
    fill: string,
    opacity: number,
  ): void =>
    void svg
      .append("path")
      .attr("fill", fill)
      .attr("fill-opacity", opacity)
      .attr(
        "d",
        areaShape<Corner>(
          (corner) => x(corner[0]),
          (corner) => y(low(corner)),
          (corner) => y(high(corner)),
        )(corners),
      );
  band(
    ([, live]) => live,
    ([at]) => straight(at),
    theme.muted,
    0.12,
  );
  band(
    () => 0,
    ([, live]) => live,
    colour,
    0.3,
  );
  svg
    .append("path")
    .attr("d", `M${x(0)},${y(prompt)}L${x(rows.length)},${y(plain.peak)}`)
    .attr("stroke", theme.foreground)
    .attr("stroke-dasharray", "6 4");
  svg
    .append("path")
    .attr("fill", "none")
    .attr("stroke", colour)
    .attr("stroke-width", 1.6)
    .attr(
      "d",
      lineShape<Corner>(
        (corner) => x(corner[0]),
        (corner) => y(corner[1]),
      )(corners),
    );

  level(peak, l10n.t("peak {0}", formatCount(peak)), colour);
  level(plain.peak, l10n.t("plain {0}", formatCount(plain.peak)), theme.foreground);
  level(prompt, l10n.t("prompt {0}", formatCount(prompt)), theme.muted);
  inArea(l10n.t("dependency {0}", formatShort(dependency)), 0.5, y(0) - 8);
  const words = l10n.t("{0} less than {1}", timesLess(plain.dependency, dependency), formatShort(plain.dependency));
  // The grey area is lowest where the words begin.
  const begin = x.invert(width - area.right - textWidth(words) - 12);
  const [upper, lower] = [y(straight(Math.max(0, begin))), y(peak)];
  if (lower - upper > 18) inArea(words, 1, (upper + lower) / 2 + 5);

  const points: DrawnPoint[] = rounds.slice(1).map(({ n, at, read }) => {
    const left = Math.round(x(at)) + 0.5;
    svg
      .append("path")
      .attr("d", `M${left},${area.top - 8}V${area.height - area.bottom}`)
      .attr("stroke", theme.muted)
      .attr("stroke-dasharray", "1 3");
    const name = l10n.t("round {0}", n);
    if (x(rounds[n]?.at ?? rows.length) - left > textWidth(name) + 6)
      svg
        .append("text")
        .attr("x", left + 4)
        .attr("y", area.top - 6)
        .attr("fill", theme.muted)
        .text(name);
    const label = l10n.t(
      "{0}: round {1} begins at token {2} and reads {3} rows",
      title,
      n,
      formatCount(at),
      formatCount(read),
    );
    return { x: x(at), y: y(read), radius: 4, run, at, label };
  });
  svg
    .append("circle")
    .attr("cx", x(peakAt))
    .attr("cy", y(peak))
    .attr("r", 3.5)
    .attr("fill", theme.background)
    .attr("stroke", colour)
    .attr("stroke-width", 1.6);
  points.push({
    ...{ x: x(peakAt), y: y(peak), radius: 4, run, at: Math.max(0, peakAt - 1) },
    label: l10n.t("{0}: peak {1} rows at token {2}", title, formatCount(peak), formatCount(peakAt)),
  });
  return { svg: svg.node()!, points };

  /** A dashed level across the plot, named at its right. */
  function level(value: number, name: string, colour: string): void {
    const at = Math.round(y(value)) + 0.5;
    svg
      .append("path")
      .attr("d", `M${area.left},${at}H${width - area.right + 4}`)
      .attr("stroke", colour)
      .attr("stroke-opacity", 0.6)
      .attr("stroke-dasharray", "2 3");
    svg
      .append("text")
      .attr("x", width - area.right + 8)
      .attr("y", at + 4)
      .text(name);
  }

  /** Words in the plot with their end at a share of its width. */
  function inArea(words: string, share: number, baseline: number): void {
    const at = Math.max(x(rows.length * share) - 6, area.left + textWidth(words) + 6);
    svg
      .append("text")
      .attr("x", at)
      .attr("y", baseline)
      .attr("text-anchor", "end")
      .attr("font-weight", 600)
      .text(words);
  }
}
