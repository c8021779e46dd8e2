/** Names of imported runs; apart from their readers, so that whoever only names a run need not load every format. */
import { createHash } from "node:crypto";
import type { TraceEvent } from "../core/trace/trace";

/** Ids of other tools may come twice or clash with ours: the content names an imported run, and only once. */
export function identified(events: readonly TraceEvent[]): TraceEvent[] {
  const id = createHash("sha256").update(JSON.stringify(events)).digest("hex").slice(0, 32);
  return events.map((event) => (event.t === "run" ? { ...event, id } : event));
}
