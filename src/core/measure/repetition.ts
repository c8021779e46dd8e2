/**
 * Loops of tokens: a run of 1 to 60 tokens that a model writes three times in a row or more. One object finds them while
 * text is written, and in text that is read back.
 */

/** Tokens of the longest run that is looked for. */
export const LONGEST_PERIOD = 60;
/** How often a run stands there, one time after the other, before it is a loop. */
const TIMES = 3;
/**
 * Tokens that a loop takes up at least, where it is not known that the model was sure of its last round. Sound thoughts say “number operator number operator number operator” and
 * “3 cars + 3 cars + 3 cars”; figures, signs and blanks repeat for longer, as 0.3333333, a row of zeros or a rule of dashes do.
 */
const LEAST = { withWords: 24, withoutWords: 48 };
const WORD = /\p{L}{3}/u;
const DIGIT = /\p{Nd}/u;
/** A model in a loop is all but certain of each token of it; in an enumeration it is not. */
const SURE = Math.log(0.9);
/** A power of two, so that places are found by a mask; no loop is longer when it is found. */
const KEPT = 256;

/** A run of `period` tokens that stands again and again in [from, to) of the axis. */
export interface TokenLoop {
  from: number;
  to: number;
  period: number;
}

/** Reads one text, token by token: 60 comparisons each, and the last 256 tokens are all that it keeps. */
export class RepetitionWatch {
  private readonly texts = Array<string>(KEPT).fill("");
  /** Where each of them stands on the axis. */
  private readonly places = new Float64Array(KEPT);
  /** By period, how many of the last tokens equal the one that stood a period before. */
  private readonly equal = new Uint32Array(LONGEST_PERIOD + 1);
  private count = 0;
  /** How many of the last tokens the model was sure of. */
  private surely = 0;
  private current: TokenLoop | undefined;

  /** The loop that the text is in where it ends now. */
  get loop(): TokenLoop | undefined {
    return this.current;
  }

  /**
   * @param at where the token stands on the axis
   * @param logprob of the token, where it is known
   * @returns a loop that ended before this token
   */
  push(text: string, at: number, logprob?: number): TokenLoop | undefined {
    const { texts, equal, count } = this;
    const longest = Math.min(LONGEST_PERIOD, count);
    for (let period = 1; period <= longest; period++)
      equal[period] = texts[(count - period) & (KEPT - 1)] === text ? equal[period]! + 1 : 0;
    texts[count & (KEPT - 1)] = text;
    this.places[count & (KEPT - 1)] = at;
    this.surely = logprob !== undefined && logprob >= SURE ? this.surely + 1 : 0;
    this.count += 1;
    const { current } = this;
    if (current && equal[current.period]! > 0) {
      current.to = at + 1;
      return undefined;
    }
    this.current = this.find(at);
    return current;
  }

  /** Says that the text is over, or that another one begins. @returns the loop that it ended in */
  end(): TokenLoop | undefined {
    const { current } = this;
    this.current = undefined;
    this.count = 0;
    this.surely = 0;
    this.equal.fill(0);
    return current;
  }

  /** The shortest run that is a loop up to here. */
  private find(at: number): TokenLoop | undefined {
    const longest = Math.min(LONGEST_PERIOD, this.count);
    for (let period = 1; period <= longest; period++) {
      const length = this.equal[period]! + period;
      if (length < TIMES * period) continue;
      const run = length < LEAST.withoutWords ? this.last(period) : "";
      if (length < LEAST.withWords && (this.surely < period || DIGIT.test(run))) continue;
      if (length < LEAST.withoutWords && !WORD.test(run)) continue;
      return { from: this.places[(this.count - Math.min(length, KEPT)) & (KEPT - 1)]!, to: at + 1, period };
    }
    return undefined;
  }

  private last(period: number): string {
    let text = "";
    for (let back = period; back > 0; back--) text += this.texts[(this.count - back) & (KEPT - 1)]!;
    return text;
  }
}
