/** One check as a chip: the answer that was tried, its confidence against the threshold, right or wrong. */
import { checkPasses, scoreOf } from "../../src/core/exits/rules";
import type { Check } from "../../src/core/trace/fold";
import { element } from "../dom/element";
import { comparison, triedAnswer } from "../charts/checkWords";
import { oneLine } from "../dom/safeText";

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

/** A button; pressing it is to unfold the trial's tokens. */
export function checkChip(check: Check): HTMLButtonElement {
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
    verdict(check.correct),
    element("span", { class: "check-score" }, comparison(check)),
  );
  return chip;
}
