/**
 * Loops of a text, of tokens and of meaning: one object finds them while a model writes, and in a trace that is read back.
 * Steps that repeat each other to the token are a loop of tokens and no other.
 */
import { markWords } from "../trace/markWords";
import type { EventOf } from "../trace/trace";
import { MeaningWatch } from "./meaningLoop";
import { RepetitionWatch } from "./repetition";

type Mark = EventOf<"mark">;
type Loop = Pick<Mark, "from" | "to"> & { period: number };

/** Tokens of a step whose states are averaged; of longer ones the first. */
const LONGEST_STEP = 512;
const NONE: readonly Mark[] = [];

const markOf = (what: "tokens" | "meaning", { from, to, period }: Loop): Mark => ({
  ...{ t: "mark", kind: "loop", what },
  ...{ from, to, period },
});

/** Marks of a loop that was found or has grown to its end, where anything changed. */
function changed(what: "tokens" | "meaning", before: Loop | undefined, now: Loop | undefined, ended: Loop | undefined) {
  if (before === now && !ended) return NONE;
  return [ended, now === before ? undefined : now].flatMap((loop) => (loop ? [markOf(what, loop)] : []));
}

export class LoopWatch {
  private readonly tokens = new RepetitionWatch();
  private readonly meaning = new MeaningWatch();
  /** Last hidden states since the last step, with their places. */
  private states: { at: number; hidden: Float32Array }[] = [];

  /** @param stops whether text that is caught in a loop is to end */
  constructor(private readonly stops: boolean) {}

  /** The loop for which the text is to end here. */
  get stopping(): Mark | undefined {
    if (!this.stops) return undefined;
    if (this.tokens.loop) return markOf("tokens", this.tokens.loop);
    return this.meaning.loop && markOf("meaning", this.meaning.loop);
  }

  /**
   * @param logprob of the token, where it is known
   * @returns the marks of a loop that has been found, and of one that has ended
   */
  token(text: string, at: number, logprob?: number, hidden?: Float32Array): readonly Mark[] {
    if (hidden && this.states.length < LONGEST_STEP) this.states.push({ at, hidden });
    const before = this.tokens.loop;
    const ended = this.tokens.push(text, at, logprob);
    return changed("tokens", before, this.tokens.loop, ended);
  }

  /** A step of what was written has ended. @returns as `token` */
  step(from: number, to: number, text: string): readonly Mark[] {
    const vector = meanOf(this.states.flatMap(({ at, hidden }) => (at >= from && at < to ? [hidden] : [])));
    this.states = this.states.filter(({ at }) => at >= to);
    if (this.tokens.loop) return this.endMeaning();
    const before = this.meaning.loop;
    const ended = this.meaning.push({ from, to, text, vector });
    return changed("meaning", before, this.meaning.loop, ended);
  }

  /** Something was put into the text that the model did not choose. @returns as `token` */
  given(): readonly Mark[] {
    const ended = this.tokens.end();
    return ended ? [markOf("tokens", ended)] : NONE;
  }

  /** The text is over. @returns as `token` */
  end(): readonly Mark[] {
    this.states = [];
    return [...this.given(), ...this.endMeaning()];
  }

  private endMeaning(): readonly Mark[] {
    const ended = this.meaning.end();
    return ended ? [markOf("meaning", ended)] : NONE;
  }
}

/** In a sentence, for people. */
export const loopNote = (loop: Mark): string => `The text was caught in a ${markWords(loop)}.`;

/** @param vectors [hidden] each */
function meanOf(vectors: readonly Float32Array[]): Float32Array | undefined {
  const [first] = vectors;
  if (!first) return undefined;
  const mean = new Float32Array(first.length);
  for (const vector of vectors) for (let index = 0; index < mean.length; index++) mean[index]! += vector[index]!;
  for (let index = 0; index < mean.length; index++) mean[index]! /= vectors.length;
  return mean;
}
