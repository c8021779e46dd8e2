/** One check as a chip: the answer that was tried, its confidence against the threshold, right or wrong. */
import { checkPasses, scoreOf } from "../../src/core/exits/rules";
import { VERDICT_SIGNS } from "../../src/core/measure/comparisonText";
import type { Check } from "../../src/core/trace/fold";
import { element } from "../dom/element";
import { comparison, triedAnswer } from "../charts/checkWords";
import { oneLine } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

const UNKNOWN = l10n.t("It cannot be judged whether this means the expected answer");

/**
 * ✓ right, ✗ wrong or ? unknown: a sign and a word, never a colour alone.
 * @param expected whether there is an answer to compare with; without one nothing is said
 */
export function verdict(correct: boolean | undefined, expected: boolean): HTMLElement | undefined {
  if (correct === undefined && !expected) return undefined;
  const word = correct === undefined ? "unknown" : correct ? "right" : "wrong";
  return element(
    "span",
    { class: `verdict ${word}`, title: correct === undefined ? UNKNOWN : undefined },
    element("span", { "aria-hidden": "true" }, VERDICT_SIGNS[word]),
    ` ${l10n.t(word)}`,
  );
}

/**
 * A button; pressing it is to unfold the trial's tokens.
 * @param expected whether the run's right answer is known
 */
export function checkChip(check: Check, expected: boolean): HTMLButtonElement {
  const stopping = checkPasses(check) === true;
  const answer = triedAnswer(check, 32);
  const chip = element(
    "button",
    {
      type: "button",
      class: stopping ? "check-chip stopping" : "check-chip",
      "aria-expanded": check.trial ? "false" : undefined,
      title: check.why && scoreOf(check) ? oneLine(check.why, 200) : undefined,
    },
    element("span", { class: "check-by" }, oneLine(check.by, 20)),
    answer === undefined ? undefined : element("bdi", { class: "check-answer" }, answer),
    verdict(check.correct, expected && check.answer !== undefined),
    element("span", { class: "check-score" }, comparison(check)),
  );
  return chip;
}
