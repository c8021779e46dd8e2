/** Samples by what they answer: written otherwise, answers may mean the same. */
import { isSameAnswer } from "../text/sameAnswer";

/**
 * Different answers that a new one is compared with by meaning: a comparison takes up to half a millisecond, and a thousand
 * samples may have a thousand answers. Beyond them, answers are one where they are written alike.
 */
const MOST_COMPARED = 24;

/** Numbers answers by meaning, in the order in which they came first. */
export class AnswerGroups {
  /** How each group's first answer is written. */
  readonly answers: string[] = [];
  private readonly known = new Map<string, number>();

  /** The group of an answer; undefined for none. */
  take(answer: string | undefined): number | undefined {
    if (answer === undefined) return undefined;
    const known = this.known.get(answer);
    if (known !== undefined) return known;
    const alike = this.answers.slice(0, MOST_COMPARED).findIndex((other) => isSameAnswer(answer, other));
    const group = alike < 0 ? this.answers.push(answer) - 1 : alike;
    this.known.set(answer, group);
    return group;
  }
}
