/** The marks of a trace: those that were written while it was made, and loops that nobody looked for at that time. */
import type { Trace } from "../trace/fold";
import { isStep } from "../trace/kinds";
import type { EventOf } from "../trace/trace";
import { LoopWatch } from "./loopWatch";
import { purposes, spanText } from "./metrics";

export type Mark = EventOf<"mark">;

/** Decoding options carry this name since loops are looked for; what has none is read for them here. */
const WATCHED = "loops";

/** By trace, what was found in as many positions and ended spans. */
const known = new WeakMap<Trace, { positions: number; spans: number; loops: Mark[] }>();

/** All marks of a trace, in the order of their places. */
export function marksOf(trace: Trace): Mark[] {
  const loops = wasWatched(trace) ? [] : loopsIn(trace);
  return [...trace.marks, ...loops].sort((a, b) => a.from - b.from);
}

const wasWatched = ({ header, marks }: Trace): boolean =>
  header?.options[WATCHED] !== undefined || marks.some(({ kind }) => kind === "loop");

function loopsIn(trace: Trace): Mark[] {
  const [positions, spans] = [trace.positions.length, trace.spans.length];
  const before = known.get(trace);
  if (before?.positions === positions && before.spans === spans) return before.loops;
  const loops = readLoops(trace);
  known.set(trace, { positions, spans, loops });
  return loops;
}

/** Loops in the text that the model wrote, trial answers aside; without hidden states, those that can be seen in its words. */
export function readLoops(trace: Trace): Mark[] {
  const watch = new LoopWatch(false);
  const found = new Map<string, Mark>();
  const take = (marks: readonly Mark[]): void => {
    // One that has grown is told again.
    for (const mark of marks) found.set(`${mark.what} ${mark.from}`, mark);
  };
  const purpose = purposes(trace);
  const steps = trace.spans.filter(({ kind }) => isStep(kind)).sort((a, b) => a.to - b.to);
  let next = 0;
  trace.positions.forEach(({ text, kind, logprob }, at) => {
    if (purpose[at] === "trial") return;
    take(kind === "text" ? watch.token(text, at, logprob) : watch.given());
    for (; next < steps.length && steps[next]!.to <= at; next++) {
      const { from, to } = steps[next]!;
      take(watch.step(from, to, spanText(trace, { from, to })));
    }
  });
  take(watch.end());
  return [...found.values()];
}

/** How many marks there are of each name: loops under `loop`, others under what the watch list calls them. */
export function markCounts(trace: Trace): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, what } of marksOf(trace)) {
    const name = kind === "loop" ? kind : what;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
