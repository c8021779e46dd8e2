/** Thinking cut into steps, by character offsets, and the words of one. */

/** A stretch of the text without blanks around it; `to` is exclusive. */
export interface Step {
  from: number;
  to: number;
}

function pieces(text: string, separator: RegExp): Step[] {
  const found: Step[] = [];
  let start = 0;
  const add = (end: number) => {
    if (end === start) return;
    const piece = text.slice(start, end);
    const from = start + piece.length - piece.trimStart().length;
    if (piece.trim() !== "") found.push({ from, to: from + piece.trim().length });
  };
  for (const match of text.matchAll(separator)) {
    add(match.index);
    start = match.index + match[0].length;
  }
  add(text.length);
  return found;
}

/** Lines that say something. */
export function splitSteps(text: string): Step[] {
  return pieces(text, /\n/g);
}

/** Words of a step, as a word limit counts them: runs of characters without blanks. */
export function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
