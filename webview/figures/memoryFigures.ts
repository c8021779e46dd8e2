/** The memory view: live KV rows of all traces on one pair of axes. */
import type { Trace } from "../../src/core/trace/fold";
import { liveRows, measure, recordsCache } from "../../src/core/measure/metrics";
import { complexityChart, plainCost, timesLess, type ComplexityData } from "../charts/complexityChart";
import { memoryChart, type MemorySeries } from "../charts/memoryChart";
import { formatCount } from "../dom/quantities";
import type { PanelState, ShownTrace } from "../shown/state";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

type Series = MemorySeries & { peak: number };

const dropsRows = ({ evictions, rounds }: Trace): boolean => evictions.length > 0 || rounds.length > 1;

function seriesOf(shown: ShownTrace): Series {
  const { trace, run } = shown;
  const { context } = measure(trace);
  return {
    run,
    title: shown.title,
    strategy: trace.header?.strategy,
    rows: liveRows(trace),
    prompt: trace.prefills[0]?.tokens ?? 0,
    drops: dropsRows(trace),
    dependency: context.dependency,
    peak: context.peak,
    recorded: recordsCache(trace),
  };
}

export function memoryFigures(state: PanelState): FigureSpec[] {
  const shown = state.traces.filter(({ trace }) => trace.positions.length > 0);
  if (shown.length === 0) return [];
  let known: Series[] | undefined;
  const series = () => (known ??= shown.map(seriesOf));
  return [
    overTime(shown, series),
    ...shown.flatMap((each, index) => (dropsRows(each.trace) ? [complexity(each, () => series()[index]!)] : [])),
  ];
}

/** All traces on one pair of axes. */
function overTime(shown: readonly ShownTrace[], series: () => Series[]): FigureSpec {
  return {
    key: "memory",
    version: shown.map(({ run, version }) => `${run} ${version}`).join(),
    title: l10n.t("Memory over time"),
    caption: l10n.t(
      "Rows of the KV cache that were live when each token was processed. The area under a line is its dependency, but for prompts that were read again, which add to it, and rows that a mask hid; a dotted line is what the same tokens would have held with nothing dropped.{0}",
      shown.every(({ trace }) => recordsCache(trace))
        ? ""
        : l10n.t(
            " A faint line without an area is estimated: its trace does not say what was cached, and its prompt is left out.",
          ),
    ),
    draw: (theme, width) => memoryChart(series(), width, theme),
    table: () => ({
      head: ["trace", "prompt rows", "peak rows", "rows at the end", "dependency", "tokens"],
      rows: series().map(({ title, prompt, peak, rows, dependency, recorded }) => {
        const row = [peak, rows.at(-1) ?? prompt, dependency].map(formatCount);
        const said = recorded ? row : row.map((figure) => l10n.t("about {0}", figure));
        return [title, recorded ? formatCount(prompt) : l10n.t("unknown"), ...said, formatCount(rows.length)];
      }),
    }),
  };
}

/** One trace that drops rows, against the straight line of the same tokens. */
function complexity({ run, title, trace, version }: ShownTrace, series: () => Series): FigureSpec {
  const data = (): ComplexityData => ({
    ...series(),
    rounds: trace.rounds
      .toSorted((a, b) => a.at - b.at)
      .map(({ n, at }) => ({ n, at, read: trace.prefills.find((prefill) => prefill.at === at)?.tokens ?? 0 })),
  });
  return {
    key: `${run} complexity`,
    version: String(version),
    title: l10n.t("{0}: what dropping rows saves", title),
    caption: l10n.t(
      "The coloured area is the dependency: the rows that all tokens attended to; prompts that were read again add theirs to its figure. The dashed line is what the same tokens would have held with nothing dropped, the grey area what they would have attended to besides.",
    ),
    draw: (theme, width) => complexityChart(data(), width, theme),
    table: () => {
      const { rounds, rows, dependency, peak } = { ...series(), ...data() };
      const plain = plainCost(data());
      const readAgain = rounds.slice(1).reduce((sum, { read }) => sum + read, 0);
      const compared = (name: string, measured: number, without: number): string[] => [
        name,
        formatCount(measured),
        formatCount(without),
        timesLess(without, measured),
      ];
      return {
        head: ["figure", "measured", "with nothing dropped", "less by"],
        rows: [
          compared("peak rows", peak, plain.peak),
          compared("dependency", dependency, plain.dependency),
          ["tokens", formatCount(rows.length), formatCount(rows.length), ""],
          ...(rounds.length > 1 ? [[l10n.t("prompt tokens read again"), formatCount(readAgain), "0", ""]] : []),
        ],
      };
    },
  };
}
