/** What checks and exits say in words: the same on charts, chips, tables and labels for screen readers. */
import type { Check } from "../../src/core/trace/fold";
import type { EventOf, ExitReason } from "../../src/core/trace/trace";
import { formatCount, formatProbability } from "../dom/quantities";
import { oneLine } from "../dom/safeText";

export const EXIT_WORDS: Record<ExitReason, string> = {
  confidence: "confident enough",
  probe: "probe says so",
  budget: "budget used up",
  "end-of-thinking": "the model ended thinking",
  concluded: "concluded",
  truncated: "cut off",
  malformed: "malformed output",
  "max-rounds": "all rounds used",
  cancelled: "cancelled",
  error: "stopped by an error",
};

/** Exits that something outside the model decided; the others are how a trace simply ends. */
export function isEarly(exit: EventOf<"exit">): boolean {
  return exit.why === "confidence" || exit.why === "probe" || exit.why === "budget";
}

/** Whether the score of a check lies on the side of the threshold that stops. */
export function stops(check: Check): boolean | undefined {
  const { confidence, threshold } = check;
  if (confidence === undefined || threshold === undefined) return undefined;
  return check.stopsBelow ? confidence < threshold : confidence > threshold;
}

/** `0.97 > 0.95`, as the check compared it. */
export function comparison(check: Check): string {
  const { confidence, threshold } = check;
  if (confidence === undefined) return check.why ? oneLine(check.why, 60) : "no score";
  if (threshold === undefined) return formatProbability(confidence);
  const sign = confidence === threshold ? "=" : confidence > threshold ? ">" : "<";
  return `${formatProbability(confidence)} ${sign} ${formatProbability(threshold)}`;
}

/** The answer that was tried, or that none came of it; undefined for a check that tries none, as a probe does. */
export function triedAnswer({ answer, trial }: Check, length: number): string | undefined {
  if (answer !== undefined) return oneLine(answer, length);
  return trial ? "no answer" : undefined;
}

/** What a check says, in one sentence. */
export function checkSentence(check: Check): string {
  const tried = triedAnswer(check, 40);
  const answer = tried === undefined ? "" : `${check.answer === undefined ? tried : `answer ${tried}`}, `;
  const right = check.correct === undefined ? "" : check.correct ? "right, " : "wrong, ";
  return `Check at ${formatCount(check.at)}: ${answer}${right}${comparison(check)}`;
}
