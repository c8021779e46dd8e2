/** Several samples of one question: drawn with seeds of their own, and stopped where a vote does not need them. */
import { purposes } from "../core/measure/metrics";
import type { Pace } from "../core/measure/pace";
import { RULES } from "../core/exits/rules";
import type { RunRequest } from "../core/protocol/engineApi";
import { ActionableError } from "../core/protocol/rpc";
import { fold } from "../core/trace/fold";
import type { TraceEvent } from "../core/trace/trace";
import { liveDeepConf, liveShortest, type LiveVote } from "../core/votes/liveVote";
import { SampleReading, type GroupedSample } from "../core/votes/sampleGroup";
import { paced } from "./paced";
import type { FinishedRun, Session, Watch } from "./session";
import type { Contender } from "./sessionModels";

/** @throws ActionableError `usage` for a vote that stops nothing, or that there is not */
export function liveVoteNamed(name: string | undefined): (() => LiveVote) | undefined {
  if (name === undefined) return undefined;
  if (name === "deepconf") return () => liveDeepConf();
  const count = Number(/^short-([1-9]\d{0,3})$/.exec(name)?.[1]);
  if (count > 0) return () => liveShortest(count);
  const message = `--vote takes short-1, short-2, … or deepconf, not “${name}”.`;
  throw new ActionableError("usage", message, "All votes stand below the samples without it.");
}

export interface Drawing {
  readonly samples: number;
  /** Of the first sample; each of the others has the next. */
  readonly seed: number;
  readonly vote: LiveVote | undefined;
  readonly pace: Pace;
  readonly label: string;
}

/** @param each told of every sample as it ends; its trace is kept nowhere else */
export async function drawSamples(
  session: Session,
  { strategy, model }: Contender,
  request: Omit<RunRequest, "id" | "model" | "strategy" | "seed" | "sample">,
  { samples, seed, vote, pace, label }: Drawing,
  each: (finished: FinishedRun, sample: GroupedSample) => void,
): Promise<GroupedSample[]> {
  const reading = new SampleReading();
  const drawn: GroupedSample[] = [];
  const one = (n: number) => async (): Promise<void> => {
    if (session.cancelled || vote?.isOver) return;
    const finished = await model.use((reference) =>
      session.run(
        { ...request, strategy, model: reference, seed: seed + n - 1, sample: { n, of: samples } },
        `${label}, sample ${n} of ${samples}`,
        vote && watching(vote, n, strategy),
      ),
    );
    if (session.cancelled) return;
    const sample = reading.read(finished.trace, n);
    if (sample.stopped === undefined) vote?.ended(n, sample);
    drawn.push(sample);
    each(finished, sample);
  };
  await paced(
    pace,
    Array.from({ length: samples }, (_, index) => one(index + 1)),
  );
  return drawn.sort((a, b) => a.n - b.n);
}

/** Positions between two looks: each reads all of the run so far. */
const LOOK_EVERY = 16;

/**
 * What tells a vote of a sample's thinking as it comes. A strategy that tries answers on the way writes tokens that turn out to be
 * no thinking only afterwards: its samples are not stopped.
 */
function watching(vote: LiveVote, n: number, strategy: string): Watch | undefined {
  if (RULES.some(({ id }) => id === strategy)) return undefined;
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
