/** One check as a chip: the answer that was tried, its confidence against the threshold, right or wrong. */
import type { Check } from "../../src/core/trace/fold";
import { element } from "../element";
import { formatProbability } from "../quantities";
import { oneLine } from "../safeText";

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

/** ✓ right, ✗ wrong, or nothing where it is not known: a sign and a word, never a colour alone. */
export function verdict(correct: boolean | undefined): HTMLElement | undefined {
  if (correct === undefined) return undefined;
  return element(
    "span",
    { class: correct ? "verdict right" : "verdict wrong" },
    element("span", { "aria-hidden": "true" }, correct ? "✓" : "✗"),
    correct ? " right" : " wrong",
  );
}

/** The answer that was tried, or that none came of it; undefined for a check that tries none, as a probe does. */
export function triedAnswer({ answer, trial }: Check, length: number): string | undefined {
  if (answer !== undefined) return oneLine(answer, length);
  return trial ? "no answer" : undefined;
}

/** A button; pressing it is to unfold the trial's tokens. */
export function checkChip(check: Check): HTMLButtonElement {
  const stopping = stops(check) === true;
  const answer = triedAnswer(check, 32);
  const chip = element(
    "button",
    {
      type: "button",
      class: stopping ? "check-chip stopping" : "check-chip",
      "aria-expanded": check.trial ? "false" : undefined,
      title: check.why && check.confidence !== undefined ? oneLine(check.why, 200) : undefined,
    },
    element("span", { class: "check-by" }, oneLine(check.by, 20)),
    answer === undefined ? undefined : element("bdi", { class: "check-answer" }, answer),
    verdict(check.correct),
    element("span", { class: "check-score" }, comparison(check)),
  );
  return chip;
}
