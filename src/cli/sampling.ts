/** Several samples of one question: drawn with seeds of their own, and stopped where a vote does not need them. */
import type { Pace } from "../core/measure/pace";
import type { RunRequest } from "../core/protocol/engineApi";
import { ActionableError } from "../core/protocol/rpc";
import type { LiveVote } from "../core/votes/liveVote";
import { liveVoteNamed, type NamedVote } from "../core/votes/liveVoteName";
import { SampleReading, type GroupedSample } from "../core/votes/sampleGroup";
import { canBeStopped, watchSample } from "../core/votes/sampleWatch";
import { paced } from "../core/measure/paced";
import type { FinishedRun, Session } from "./session";
import type { Contender } from "./sessionModels";

/**
 * @param samples that are asked for
 * @throws ActionableError `usage` for a vote that stops nothing, or that there is not
 */
export function votingAs(name: string | undefined, samples: number): NamedVote | undefined {
  if (name === undefined) return undefined;
  const usage = (message: string, action: string) => new ActionableError("usage", message, action);
  const vote = liveVoteNamed(name);
  if (!vote) {
    const message = `--vote takes short-1, short-2, …, deepconf, deepconf-low or deepconf:FIRST, not “${name}”.`;
    throw usage(message, "All votes stand below the samples without it.");
  }
  if (samples === 1) throw usage("A vote needs several samples.", "Give --samples N beside --vote.");
  if (samples <= vote.least)
    throw usage(
      `--vote ${name} stops nothing among ${samples} samples: it writes the first ${vote.least} whole.`,
      `Give --samples ${vote.least + 1} or more.`,
    );
  return vote;
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
        vote && canBeStopped(strategy) ? watchSample(vote, n) : undefined,
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
