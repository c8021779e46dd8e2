/** Which alternatives to chosen tokens a trace has room for: its file is to grow by a share of itself at most. */
import type { Alternative } from "../../core/trace/fold";
import type { EventOf } from "../../core/trace/trace";

type Tokens = EventOf<"tokens">;
type Others = NonNullable<Tokens["others"]>;

/** Of what the tokens themselves take, in characters of the file. */
const SHARE = 0.35;
/** What the first tokens of a run may take before that. */
const START = 120;

interface Candidate {
  index: number;
  text: string;
  thousandths: number;
}

export class AlternativesRoom {
  private room = START;

  /** @param batch the tokens of `event`, without their alternatives. @returns those that are written, the likeliest first */
  of(batch: readonly { others?: readonly Alternative[] }[], event: Tokens): Others {
    this.room += SHARE * JSON.stringify(event).length;
    const candidates = batch.flatMap(({ others = [] }, index) =>
      others.map(([text, probability]): Candidate => ({ index, text, thousandths: Math.round(probability * 1000) })),
    );
    const kept = new Map<number, [string, number][]>();
    for (const { index, text, thousandths } of candidates.sort((a, b) => b.thousandths - a.thousandths)) {
      const beside = kept.get(index);
      // As in `[3,[[" the",120]]],`: brackets and commas count as well.
      const size = JSON.stringify(text).length + 7 + (beside ? 0 : 8);
      if (size > this.room) break;
      this.room -= size;
      if (beside) beside.push([text, thousandths]);
      else kept.set(index, [[text, thousandths]]);
    }
    return [...kept].sort(([a], [b]) => a - b);
  }
}
