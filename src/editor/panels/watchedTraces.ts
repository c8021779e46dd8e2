/** Traces as they are shown: with the marks of the person's watch list, whoever recorded them and whenever that was. */
import type { PanelTrace, ToPanel } from "../../core/protocol/panelApi";
import { sentenceOf, toErrorShape } from "../../core/protocol/rpc";
import { actionFor } from "../host/errorActions";
import { settings } from "../host/settings";

type Notice = Extract<ToPanel, { type: "notice" }>;

/** Milliseconds that the patterns may take on all traces of a page: this process has others to serve. */
const MOST_MS = 500;

/** @returns the traces, and what is wrong with the list */
export async function watchedTraces(traces: PanelTrace[]): Promise<{ traces: PanelTrace[]; notices: Notice[] }> {
  const asked = settings.watchList();
  if (asked.length === 0) return { traces, notices: [] };
  const [{ readWatchList, watchTrace }, { fold }] = await Promise.all([
    import("../../core/measure/watchList"),
    import("../../core/trace/fold"),
  ]);
  try {
    const entries = readWatchList(asked, "thoughtlens.watchList");
    const most = MOST_MS / Math.max(1, traces.length);
    const marked = traces.map((trace) =>
      trace.live ? trace : { ...trace, events: [...trace.events, ...watchTrace(fold(trace.events), entries, most)] },
    );
    return { traces: marked, notices: [] };
  } catch (error) {
    const shape = toErrorShape(error);
    const action = actionFor(shape.code);
    const notice: Notice = {
      type: "notice",
      level: "warning",
      message: sentenceOf(shape),
      ...(action ? { action } : {}),
    };
    return { traces, notices: [notice] };
  }
}
