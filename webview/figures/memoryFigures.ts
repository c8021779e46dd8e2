/** The memory view: live KV rows of all traces on one pair of axes. */
import { liveRows, measure } from "../../src/core/metrics";
import { memoryChart, type MemorySeries } from "../marks/memoryChart";
import { formatCount } from "../quantities";
import type { PanelState, ShownTrace } from "../state";
import type { FigureSpec } from "./figureFrame";

function seriesOf(shown: ShownTrace): MemorySeries & { peak: number } {
  const { trace, run } = shown;
  const { context } = measure(trace);
  return {
    run,
    title: shown.title,
    rows: liveRows(trace),
    prompt: trace.prefills[0]?.tokens ?? 0,
    drops: trace.evictions.length > 0 || trace.rounds.length > 1,
    dependency: context.dependency,
    peak: context.peak,
  };
}

export function memoryFigures(state: PanelState): FigureSpec[] {
  const shown = state.traces.filter(({ trace }) => trace.positions.length > 0);
  if (shown.length === 0) return [];
  let known: ReturnType<typeof seriesOf>[] | undefined;
  const series = () => (known ??= shown.map(seriesOf));
  return [
    {
      key: "memory",
      version: shown.map(({ run, version }) => `${run} ${version}`).join(),
      title: "Memory over time",
      caption:
        "Rows of the KV cache that were live when each token was processed. The area under a line is its dependency; a dotted line is what the same tokens would have held with nothing dropped.",
      draw: (theme, width) => memoryChart(series(), width, theme),
      table: () => ({
        head: ["trace", "prompt rows", "peak rows", "rows at the end", "dependency", "tokens processed"],
        rows: series().map(({ title, prompt, peak, rows, dependency }) => [
          title,
          formatCount(prompt),
          formatCount(peak),
          formatCount(rows.at(-1) ?? prompt),
          formatCount(dependency),
          formatCount(rows.length),
        ]),
      }),
    },
  ];
}
