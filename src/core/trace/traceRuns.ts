/** The runs that a list of events holds, and what can be put right in one whose lines were shuffled or lost. */
import type { TraceEvent } from "./trace";

/**
 * Events by run: one list for each header, in the order of the headers. A header that comes again goes on with its run;
 * events before the first header belong to it, and without any header all are one run.
 */
export function splitRuns(events: Iterable<TraceEvent>): TraceEvent[][] {
  const runs: TraceEvent[][] = [];
  const byId = new Map<string, TraceEvent[]>();
  let current: TraceEvent[] | undefined;
  for (const event of events) {
    if (event.t === "run") current = byId.get(event.id) ?? (byId.size === 0 ? current : undefined);
    if (!current) {
      current = [];
      runs.push(current);
    }
    if (event.t === "run") byId.set(event.id, current);
    current.push(event);
  }
  return runs;
}

interface OrderedRun {
  events: TraceEvent[];
  /** Whether tokens came after later ones, so that the events were put in order. */
  reordered: boolean;
  /** Positions of the axis that no event tells of; they stay empty. */
  missing: number;
  /** Events that were left out because so much is missing before them that they can belong to no run. */
  stray: number;
}

/** A hole longer than any batch that may have been lost: what lies behind it is no part of the run. Positions. */
const LONGEST_HOLE = 100_000;

/** Where an event stands on the axis; the header comes first and the end last. */
function placeOf(event: TraceEvent): number {
  if (event.t === "run") return -1;
  if (event.t === "end") return Infinity;
  if (event.t === "span" || event.t === "set") return event.to;
  return "at" in event ? (event.at ?? 0) : 0;
}

const furthest = (event: TraceEvent): number => (event.t === "tokens" ? event.at + event.text.length : 0);

/** The events of one run in the order of their positions, holes counted. Events in order stay as they are. */
export function inOrder(run: readonly TraceEvent[]): OrderedRun {
  let end = 0;
  let reordered = false;
  for (const event of run) {
    if (event.t !== "tokens") continue;
    reordered ||= event.at < end;
    end = Math.max(end, furthest(event));
  }
  const sorted = reordered ? run.toSorted((a, b) => placeOf(a) - placeOf(b) || 0) : [...run];
  let missing = 0;
  let stray = 0;
  end = 0;
  const events = sorted.filter((event) => {
    if (event.t !== "tokens") return true;
    const hole = Math.max(0, event.at - end);
    if (hole > LONGEST_HOLE) {
      stray += 1;
      return false;
    }
    missing += hole;
    end = Math.max(end, furthest(event));
    return true;
  });
  return { events, reordered, missing, stray };
}
