/** Live KV rows over the tokens processed: a straight line for plain thinking, a sawtooth where rows are dropped. */
import { area as areaShape, line as lineShape } from "d3";
import { formatCount, formatShort } from "../dom/quantities";
import { upPlot, acrossPlot, bottomAxis, leftAxis } from "./axes";
import { nameLine, SAMPLE_WIDTH, Occupied, spread, textWidth } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint } from "./picture";
import { dashOf, strategyColour, type Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface MemorySeries {
  run: string;
  title: string;
  /** Whose colour the line has. */
  strategy: string | undefined;
  /** Live KV rows after each position, [positions]. */
  rows: readonly number[];
  /** Rows of the prompt. */
  prompt: number;
  /** Whether rows were ever dropped, so that a line of the same tokens with nothing dropped says something. */
  drops: boolean;
  dependency: number;
  /** Whether the trace says what its cache held; else the line is what its text alone would have taken. */
  recorded: boolean;
}

type Corner = readonly [at: number, rows: number];

/** The outline of `rows` in at most about `columns` × 2 corners: lowest and highest of every column keep the sawtooth sharp. */
export function outline(rows: readonly number[], prompt: number, columns: number): Corner[] {
  const size = Math.max(1, Math.ceil(rows.length / columns));
  const corners: Corner[] = [[0, prompt]];
  for (let from = 0; from < rows.length; from += size) {
    let low = from;
    let high = from;
    for (let at = from; at < Math.min(rows.length, from + size); at += 1) {
      if (rows[at]! < rows[low]!) low = at;
      if (rows[at]! > rows[high]!) high = at;
    }
    for (const at of [...new Set([low, high])].sort((a, b) => a - b)) corners.push([at + 1, rows[at]!]);
  }
  if (rows.length > 0) corners.push([rows.length, rows.at(-1)!]);
  return corners;
}

export function memoryChart(all: readonly MemorySeries[], width: number, theme: Theme): Drawn {
  const names = all.map(
    ({ title, dependency, recorded }) =>
      [
        title,
        recorded ? l10n.t("dependency {0}", formatShort(dependency)) : l10n.t("estimated from its text"),
      ] as const,
  );
  // Names are set in bold, which is wider.
  const right = 10 + SAMPLE_WIDTH + Math.min(width / 3, Math.max(60, ...names.flat().map(textWidth)) * 1.15);
  const area = frame(width, Math.max(240, 72 + all.length * 32), { top: 24, right, bottom: 40, left: 48 });
  const x = acrossPlot(Math.max(0, ...all.map(({ rows }) => rows.length)), area);
  const peaks = all.map(peakOf);
  const straight = all.filter(({ drops }) => drops).map(({ prompt, rows }) => prompt + rows.length);
  const y = upPlot(Math.max(1, ...peaks.map(([, rows]) => rows), ...straight) * 1.06, area);
  const svg = picture(area, label(all), theme);
  leftAxis(svg, y, area, theme, l10n.t("live KV rows"), formatCount, 5);
  bottomAxis(svg, x, area, theme, l10n.t("tokens processed"), formatCount);

  const ends: number[] = [];
  all.forEach((series, index) => {
    const colour = strategyColour(theme, series.strategy);
    const corners = outline(series.rows, series.prompt, width - area.left - area.right);
    // An area is a dependency, and of what is estimated there is none to show.
    if (series.recorded)
      svg
        .append("path")
        .attr("fill", colour)
        .attr("fill-opacity", 0.1)
        .attr(
          "d",
          areaShape<Corner>(
            (corner) => x(corner[0]),
            y(0),
            (corner) => y(corner[1]),
          )(corners),
        );
    if (series.drops)
      svg
        .append("path")
        .attr("d", `M${x(0)},${y(series.prompt)}L${x(series.rows.length)},${y(series.prompt + series.rows.length)}`)
        .attr("stroke", colour)
        .attr("stroke-opacity", 0.9)
        .attr("stroke-dasharray", "1.5 3");
    svg
      .append("path")
      .attr("fill", "none")
      .attr("stroke", colour)
      .attr("stroke-width", 1.6)
      .attr("stroke-linejoin", "round")
      .attr("stroke-opacity", series.recorded ? null : 0.5)
      .attr("stroke-dasharray", dashOf(index))
      .attr(
        "d",
        lineShape<Corner>(
          (corner) => x(corner[0]),
          (corner) => y(corner[1]),
        )(corners),
      );
    ends.push(y(corners.at(-1)![1]));
  });

  const labelled = spread(ends, 30, area.top + 4, area.height - area.bottom - 14);
  all.forEach((series, index) => {
    const colour = strategyColour(theme, series.strategy);
    const [name, dependency] = names[index]!;
    nameLine(svg, width - area.right + 8, labelled[index]!, {
      ...{ name, colour, dash: dashOf(index) },
      detail: [dependency, theme.muted],
    });
  });
  const taken = new Occupied();
  const points = all.map((series, index): DrawnPoint => {
    const [at, rows] = peaks[index]!;
    const point = { x: x(at), y: y(rows), radius: 3.5, run: series.run, at: Math.max(0, at - 1) };
    svg
      .append("circle")
      .attr("cx", point.x)
      .attr("cy", point.y)
      .attr("r", point.radius)
      .attr("fill", theme.background)
      .attr("stroke", strategyColour(theme, series.strategy))
      .attr("stroke-width", 1.6);
    const text = l10n.t("peak {0}{1}", series.recorded ? "" : l10n.t("about "), formatCount(rows));
    const atEnd = point.x + textWidth(text) / 2 > width - area.right;
    const right = atEnd ? point.x - 6 : point.x + textWidth(text) / 2;
    // Peaks of several traces may lie together: later labels go higher, or below their points.
    const baseline =
      [point.y - 8, point.y - 20, point.y + 16, point.y + 28].find((base) =>
        taken.take(right - textWidth(text), base - 10, right, base + 2),
      ) ?? point.y - 8;
    svg
      .append("text")
      .attr("x", atEnd ? point.x - 6 : point.x)
      .attr("y", baseline)
      .attr("text-anchor", atEnd ? "end" : "middle")
      .text(text);
    return { ...point, label: l10n.t("{0}: {1} rows at token {2}", series.title, text, formatCount(at)) };
  });
  return { svg: svg.node()!, points };
}

/** The first position with the most live rows, counted from 1; 0 is the prompt. */
export function peakOf({ rows, prompt }: Pick<MemorySeries, "rows" | "prompt">): Corner {
  return rows.reduce<Corner>((peak, live, at) => (live > peak[1] ? [at + 1, live] : peak), [0, prompt]);
}

function label(all: readonly MemorySeries[]): string {
  const each = all.map((series) =>
    l10n.t(
      "{0} peak {1}, {2}",
      series.title,
      formatCount(peakOf(series)[1]),
      series.recorded ? l10n.t("dependency {0}", formatShort(series.dependency)) : l10n.t("estimated from its text"),
    ),
  );
  return l10n.t("Live KV rows over tokens processed: {0}", each.join("; "));
}
