/**
 * Loops of meaning: up to eight steps that a model says again and again, in the same or in other words. What tells of other
 * words is the mean hidden state of a step's tokens, and that no step brings a figure that its forerunner did not have:
 * counting on is no loop.
 */
import { isNumber, isOperation, stepFacts } from "./stepFacts";

/** Steps of the longest round that is looked for. */
const LONGEST_PERIOD = 8;
/** How often a round is said, and how many steps that takes at least: an answer is checked once or twice in sound thoughts. */
const TIMES = 3;
const LEAST_STEPS = 5;
/**
 * Two steps mean the same from this cosine on, and where they are this much nearer to each other than the first steps of the
 * text are on average: the states of some models lie close together whatever is said. States that all lie in one place tell
 * nothing.
 */
const SAME = { cosine: 0.8, nearer: 2.5, tooClose: 0.99 };
/** Steps in which a text shows how close its states lie. */
const FIRST = 6;
/** “So 4.” may be said in any place. */
const FEWEST_WORDS = 3;
/** More than the steps of the longest loop. */
const KEPT = 32;

/** A step with the mean of the last hidden states of its tokens, [hidden]; without them only the same words count. */
export interface MeantStep {
  from: number;
  to: number;
  text: string;
  vector: Float32Array | undefined;
}

/** Rounds of `period` steps, said again and again over [from, to) of the axis. */
export interface MeaningLoop {
  from: number;
  to: number;
  period: number;
}

interface Said {
  from: number;
  /** Empty where there are too few to tell. */
  words: string;
  vector: Float32Array | undefined;
  figures: ReadonlySet<string>;
}

/** Cosine of two vectors; 0 where they are of different lengths, or one of them is none. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let [dot, ofA, ofB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    dot += a[index]! * b[index]!;
    ofA += a[index]! ** 2;
    ofB += b[index]! ** 2;
  }
  return ofA > 0 && ofB > 0 ? dot / Math.sqrt(ofA * ofB) : 0;
}

/** Reads one text, step by step. */
export class MeaningWatch {
  private readonly said: Said[] = [];
  /** By period, how many of the last steps mean the same as the one a period before. */
  private readonly equal = new Uint32Array(LONGEST_PERIOD + 1);
  private readonly first: Float32Array[] = [];
  private threshold = 1;
  private count = 0;
  private current: MeaningLoop | undefined;

  /** The loop that the text is in where it ends now. */
  get loop(): MeaningLoop | undefined {
    return this.current;
  }

  /** @returns a loop that ended before this step */
  push({ from, to, text, vector }: MeantStep): MeaningLoop | undefined {
    const step: Said = { from, words: wordsOf(text), vector, figures: figuresOf(text) };
    if (vector) this.learn(vector);
    for (let period = 1; period <= LONGEST_PERIOD; period++) {
      const before = period <= this.count ? this.back(period) : undefined;
      this.equal[period] = before && this.meansTheSame(step, before) ? this.equal[period]! + 1 : 0;
    }
    this.said[this.count % KEPT] = step;
    this.count += 1;
    const { current } = this;
    if (current && this.equal[current.period]! > 0) {
      current.to = to;
      return undefined;
    }
    this.current = this.find(to);
    return current;
  }

  /** Says that the text is over, or that another one begins. @returns the loop that it ended in */
  end(): MeaningLoop | undefined {
    const { current } = this;
    this.current = undefined;
    this.count = 0;
    this.first.length = 0;
    this.equal.fill(0);
    return current;
  }

  /** How close the states of this text lie by themselves. */
  private learn(vector: Float32Array): void {
    if (this.first.length >= FIRST) return;
    this.first.push(vector);
    let [sum, pairs] = [0, 0];
    this.first.forEach((a, index) => {
      for (const b of this.first.slice(0, index)) {
        sum += cosine(a, b);
        pairs += 1;
      }
    });
    const closeness = pairs > 0 ? sum / pairs : 0;
    this.threshold = closeness > SAME.tooClose ? Infinity : Math.max(SAME.cosine, 1 - (1 - closeness) / SAME.nearer);
  }

  private meansTheSame(step: Said, before: Said): boolean {
    if (step.words !== "" && step.words === before.words) return true;
    for (const figure of step.figures) if (!before.figures.has(figure)) return false;
    return (
      step.vector !== undefined && before.vector !== undefined && cosine(step.vector, before.vector) >= this.threshold
    );
  }

  private back(steps: number): Said {
    return this.said[(this.count - steps) % KEPT]!;
  }

  private find(to: number): MeaningLoop | undefined {
    for (let period = 1; period <= LONGEST_PERIOD; period++) {
      const steps = this.equal[period]! + period;
      if (steps >= TIMES * period && steps >= LEAST_STEPS)
        return { from: this.back(Math.min(steps, KEPT)).from, to, period };
    }
    return undefined;
  }
}

function wordsOf(text: string): string {
  const words = text.toLowerCase().match(/\S+/g) ?? [];
  return words.length < FEWEST_WORDS ? "" : words.join(" ");
}

const figuresOf = (text: string): ReadonlySet<string> =>
  new Set([...stepFacts(text).keys()].filter((fact) => isNumber(fact) || isOperation(fact)));
