/** A live vote over the samples of one job: it is told of each as it is written, and says which are not needed. */
import { fold } from "../../core/trace/fold";
import type { TraceEvent } from "../../core/trace/trace";
import { AnswerGroups } from "../../core/votes/answerGroups";
import { liveVoteNamed } from "../../core/votes/liveVoteName";
import type { LiveVote } from "../../core/votes/liveVote";
import { sampleOf } from "../../core/votes/sampleOf";
import { canBeStopped, watchSample } from "../../core/votes/sampleWatch";
import type { RunWatch } from "./promptRuns";

export class SampleVote implements RunWatch {
  private readonly looks = new Map<number, (events: readonly TraceEvent[]) => string | undefined>();

  private readonly answers = new AnswerGroups();

  private constructor(
    private readonly vote: LiveVote,
    private readonly stops: boolean,
  ) {}

  /** @returns undefined where there is no vote of this name */
  static named(name: string, strategy: string): SampleVote | undefined {
    const vote = liveVoteNamed(name)?.begin();
    return vote && new SampleVote(vote, canBeStopped(strategy));
  }

  get isOver(): boolean {
    return this.vote.isOver;
  }

  wrote(place: number, events: readonly TraceEvent[]): string | undefined {
    if (!this.stops) return undefined;
    const look = this.looks.get(place) ?? watchSample(this.vote, place + 1);
    this.looks.set(place, look);
    return look(events);
  }

  ended(place: number, events: readonly TraceEvent[]): void {
    this.looks.delete(place);
    const sample = sampleOf(fold(events));
    // Answers are compared once, and not at every sample again.
    this.vote.ended(place + 1, { ...sample, meaning: this.answers.take(sample.answer) });
  }
}
