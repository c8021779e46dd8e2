/** Names of traces that tell them apart: by strategy, and where two share it by model, by an option, or by number. */
import type { Trace } from "../../src/core/trace/fold";
import { strategyTitle } from "../../src/core/catalogue";
import { oneLine } from "../dom/safeText";

const strategyOf = (trace: Trace): string =>
  trace.header ? strategyTitle(oneLine(trace.header.strategy, 40)) : "Waiting…";
const modelOf = (trace: Trace): string => oneLine(trace.header?.model.id ?? "", 40);

/** What is different between traces of one strategy: the model, else the first options that differ; "" for nothing. */
function difference(trace: Trace, others: readonly Trace[]): string {
  if (others.some((other) => modelOf(other) !== modelOf(trace))) return modelOf(trace);
  const options = trace.header?.options ?? {};
  const differing = Object.keys(options).filter((name) =>
    others.some((other) => JSON.stringify(other.header?.options[name]) !== JSON.stringify(options[name])),
  );
  return differing
    .slice(0, 2)
    .map((name) => oneLine(`${name} ${JSON.stringify(options[name])}`, 30))
    .join(", ");
}

/** `turn 2 of 5` of a session, which is what tells the runs of one apart. */
function turnOf({ header }: Trace): string {
  const turn = header?.turn;
  return turn ? `turn ${turn.n} of ${turn.of}` : "";
}

/** One name for each trace, in their order; no two are equal. */
export function traceTitles(traces: readonly Trace[]): string[] {
  const titles = traces.map((trace) => {
    const others = traces.filter((other) => other !== trace && strategyOf(other) === strategyOf(trace));
    const what = others.length > 0 ? difference(trace, others) : "";
    return [strategyOf(trace), turnOf(trace), what].filter((part) => part !== "").join(", ");
  });
  const seen = new Map<string, number>();
  return titles.map((title) => {
    const count = (seen.get(title) ?? 0) + 1;
    seen.set(title, count);
    return count > 1 ? `${title} (${count})` : title;
  });
}
