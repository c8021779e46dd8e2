/** What the page of all runs keeps over a reload: what a person set up by hand. */
import type { RunsSubset } from "../../src/core/protocol/runsApi";
import { SORT_KEYS, type RunsOrder } from "../../src/core/measure/runsTable";

export interface RunsViewState {
  order: RunsOrder;
  filter: string;
  grouped: boolean;
  /** Questions whose rows are folded, as rows name them. */
  folded: string[];
  selected: string[];
  /** Runs that are shown alone, as those of an import. */
  subset: RunsSubset | undefined;
  /** Pixels from the top. */
  scroll: number;
}

const strings = (kept: unknown): string[] =>
  Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];

/** Reads a kept state; whatever does not fit falls back to its default. */
export function readRunsState(given: unknown): RunsViewState {
  const kept = (typeof given === "object" && given !== null ? given : {}) as Partial<Record<string, unknown>>;
  const order = (kept["order"] ?? {}) as Partial<RunsOrder>;
  const subset = (kept["subset"] ?? {}) as Partial<RunsSubset>;
  const by = SORT_KEYS.find((key) => key === order.by);
  return {
    order: by ? { by, descending: order.descending === true } : { by: "started", descending: true },
    filter: typeof kept["filter"] === "string" ? kept["filter"] : "",
    grouped: kept["grouped"] === true,
    folded: strings(kept["folded"]),
    selected: strings(kept["selected"]),
    subset: typeof subset.title === "string" ? { title: subset.title, runs: strings(subset.runs) } : undefined,
    scroll: typeof kept["scroll"] === "number" ? kept["scroll"] : 0,
  };
}
