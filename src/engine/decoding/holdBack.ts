/**
 * What is not to stand yet: tokens that may begin a transition word, before which a strategy wants to be asked, or a stop
 * sequence, before which the text is to end.
 */
import type { ChosenToken } from "./decoder";
import { matchTransition } from "./transitions";

export interface Held {
  /** How many of the tokens held back, this one included and the oldest first, may stand now. */
  stands: number;
  /** What was found at their beginning once those stand; nothing while they may become something. */
  found?: { by: "transition" } | { by: "sequence"; sequence: string; before: string };
}

/** Where a stop sequence begins in `text`, at `from` or later; of several the first. */
function sequenceIn(text: string, sequences: readonly string[]): { at: number; sequence: string } | undefined {
  let first: { at: number; sequence: string } | undefined;
  for (const sequence of sequences) {
    const at = text.indexOf(sequence);
    if (at >= 0 && (!first || at < first.at)) first = { at, sequence };
  }
  return first;
}

/** Where the longest end of `text` begins that a stop sequence begins with; its length where there is none. */
function openEnd(text: string, sequences: readonly string[]): number {
  const longest = Math.max(1, ...sequences.map((sequence) => sequence.length));
  for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++)
    if (sequences.some((sequence) => sequence.startsWith(text.slice(at)))) return at;
  return text.length;
}

/** Whether text that goes on from here may have to end before where it stands. */
export const touchesSequence = (text: string, sequences: readonly string[]): boolean =>
  sequenceIn(text, sequences) !== undefined || openEnd(text, sequences) < text.length;

/** What a trace says of it. */
export const sequenceNote = (sequence: string): string =>
  `The text ends before the stop sequence ${JSON.stringify(sequence)}.`;

export class HoldBack {
  private readonly longest: number;
  /** Chosen text that stands, as far back as a stop sequence may reach. */
  private tail: string;

  /**
   * @param sequences none of them empty
   * @param standing the end of the text that the model chose before
   */
  constructor(
    private readonly transitions: readonly string[],
    private readonly sequences: readonly string[],
    standing: string,
  ) {
    this.longest = Math.max(0, ...sequences.map((sequence) => sequence.length));
    this.tail = this.end(standing);
  }

  /** @param held all tokens that are held back, the newest last; @param text that this call has written before them */
  judge(held: readonly ChosenToken[], text: string): Held {
    const texts = held.map((token) => token.text);
    const all = this.tail + texts.join("");
    const whole = sequenceIn(all, this.sequences);
    const open = openEnd(all, this.sequences);
    let at = this.tail.length;
    for (let stands = 0; stands < texts.length; stands++) {
      const end = at + texts[stands]!.length;
      if (whole && whole.at < end)
        return this.stand(stands, texts, {
          by: "sequence",
          sequence: whole.sequence,
          before: all.slice(at, Math.max(at, whole.at)),
        });
      const before = text + texts.slice(0, stands).join("");
      const word = matchTransition(before, texts.slice(stands).join(""), this.transitions);
      if (word === "whole") return this.stand(stands, texts, { by: "transition" });
      if (word === "beginning" || open < end) return this.stand(stands, texts);
      at = end;
    }
    return this.stand(texts.length, texts);
  }

  private stand(stands: number, texts: readonly string[], found?: Held["found"]): Held {
    this.tail = this.end(this.tail + texts.slice(0, stands).join(""));
    return found ? { stands, found } : { stands };
  }

  private end(text: string): string {
    return this.longest > 1 ? text.slice(1 - this.longest) : "";
  }
}
