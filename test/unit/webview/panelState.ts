/** Traces in a panel, for tests of what is drawn of them. */
import type { TraceEvent } from "../../../src/core/trace/trace";
import { PanelState } from "../../../webview/shown/state";

/** A panel's state that shows these finished runs, named run-0, run-1, … */
export function stateOf(...traces: TraceEvent[][]): PanelState {
  const state = new PanelState(undefined);
  state.apply({
    type: "show",
    title: "t",
    traces: traces.map((events, index) => ({ run: `run-${index}`, events, live: false })),
  });
  return state;
}

/** Resolves when the page has been drawn. */
export const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
