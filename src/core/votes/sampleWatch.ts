/** Telling a live vote of a sample's thinking while it is written. */
import { RULES } from "../exits/rules";
import { purposes } from "../measure/metrics";
import { fold } from "../trace/fold";
import type { TraceEvent } from "../trace/trace";
import type { LiveVote } from "./liveVote";

/** Positions between two looks: each reads all of the run so far. */
const LOOK_EVERY = 16;

/**
 * Whether samples of a strategy can be stopped: one that tries answers on the way writes tokens that turn out to be no thinking only
 * afterwards.
 */
export const canBeStopped = (strategy: string): boolean => RULES.every(({ id }) => id !== strategy);

/**
 * @param n the sample's number
 * @returns what takes the events of its run as they come, and says why it need not go on once it need not
 */
export function watchSample(vote: LiveVote, n: number): (events: readonly TraceEvent[]) => string | undefined {
  const events: TraceEvent[] = [];
  let [looked, told] = [0, 0];
  return (more) => {
    events.push(...more);
    const positions = events.reduce((sum, event) => sum + (event.t === "tokens" ? event.text.length : 0), 0);
    if (positions < looked + LOOK_EVERY) return undefined;
    looked = positions;
    const trace = fold(events);
    if (trace.checks.length > 0) return undefined;
    const purpose = purposes(trace);
    const thinking = trace.positions.filter((_, at) => purpose[at] === "thinking");
    let why: string | undefined;
    for (const { entropy } of thinking.slice(told)) why = vote.thought(n, entropy) ?? why;
    told = thinking.length;
    return why;
  };
}
