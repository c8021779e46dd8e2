/** Thinking cut into steps (lines), drafts, paragraphs and chunks, by character offsets. */

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

/** Draft steps: they stand several on a line, with semicolons between (Chain of Draft, 2502.18600). */
export function splitDrafts(text: string): Step[] {
  return pieces(text, /[;\n]/g);
}

/** Stretches between empty lines. */
export function splitParagraphs(text: string): Step[] {
  return pieces(text, /\n[ \t]*(?:\n[ \t]*)+/g);
}

/** Words with which a model turns to another thought (Zhang et al., 2504.05419, §3.1). */
const TRANSITION_WORDS = [
  "wait",
  "double-check",
  "alternatively",
  "make sure",
  "another way",
  "verify",
  "to confirm",
] as const;

const TRANSITION = new RegExp(`\\b(?:${TRANSITION_WORDS.join("|")})\\b`, "i");

/** Chunks: a paragraph that holds a transition word begins a new one, others go on with the one before (2504.05419). */
export function splitChunks(text: string): Step[] {
  const chunks: Step[] = [];
  for (const paragraph of splitParagraphs(text)) {
    const last = chunks.at(-1);
    if (last && !TRANSITION.test(text.slice(paragraph.from, paragraph.to))) last.to = paragraph.to;
    else chunks.push({ ...paragraph });
  }
  return chunks;
}

/** Words of a step, as a word limit counts them: runs of characters without blanks. */
export function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
