/** The answer of a run, found in what it wrote, and graded. */
import { extractAnswer, gradeAnswer } from "../../core/text/answer";
import { segment } from "../../core/text/segment";
import type { RunThinking } from "../../core/text/thinkFacts";
import { readingOf } from "../thinking/thinkProgress";

/** Characters. */
const LONGEST_BARE_ANSWER = 80;

/** A text, or an answer after thinking, that is nothing but a few words, as models write that were trained to answer so. */
function bareAnswer(text: string, thinking: RunThinking): string | undefined {
  const last = segment(text, readingOf(thinking)).findLast(({ kind }) => kind !== "history");
  if (last && last.kind !== "answer" && last.kind !== "after-exit") return undefined;
  const bare = last ? text.slice(last.from, last.to).trim() : "";
  return bare !== "" && bare.length <= LONGEST_BARE_ANSWER && !bare.includes("\n") ? bare : undefined;
}

/** The answer in the text of a run; undefined where there is none. */
export function answerIn(text: string | undefined, thinking: RunThinking): string | undefined {
  return text === undefined ? undefined : (extractAnswer(text)?.answer ?? bareAnswer(text, thinking));
}

/** An answer, and whether it is right where that can be said. */
export const graded = (
  answer: string | undefined,
  gold: string | undefined,
): { answer: string | undefined; correct: boolean | undefined } => ({
  answer,
  correct: gold === undefined || answer === undefined ? undefined : gradeAnswer(answer, gold),
});
