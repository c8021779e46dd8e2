/** What checks say in words: the same on charts, chips, tables and labels for screen readers. */
import { scoreOf, type CheckScore, triesAnswer } from "../../src/core/exits/rules";
import type { Check } from "../../src/core/trace/fold";
import { formatCount, formatProbability } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

/** `0.97`, and with its unit what is no probability: `0.013 nats²`, `120 tokens`. */
export function scoreText({ value, unit }: Pick<CheckScore, "value" | "unit">): string {
  if (unit === "probability") return formatProbability(value);
  if (unit === "answers") return l10n.t("{0} equal", value);
  return `${unit === "tokens" ? formatCount(value) : Number(value.toPrecision(2))} ${l10n.t(unit)}`;
}

/** `0.97 > 0.95`, as the check compared it. */
export function comparison(check: Check): string {
  const score = scoreOf(check);
  if (!score) return check.why ? oneLine(check.why, 60) : l10n.t("no score");
  const { value, unit, threshold } = score;
  if (threshold === undefined) return scoreText(score);
  const sign = value === threshold ? "=" : value > threshold ? ">" : "<";
  return `${scoreText(score)} ${sign} ${scoreText({ value: threshold, unit })}`;
}

/** The answer that was tried, or that none came of it; undefined for a check that tries none, as a probe does. */
export function triedAnswer(check: Check, length: number): string | undefined {
  if (check.answer !== undefined) return oneLine(check.answer, length);
  return check.trial && triesAnswer(check) ? l10n.t("no answer") : undefined;
}

/** What a check says, in one sentence. */
export function checkSentence(check: Check): string {
  const tried = triedAnswer(check, 40);
  const answer = tried === undefined ? "" : `${check.answer === undefined ? tried : l10n.t("answer {0}", tried)}, `;
  const right = check.correct === undefined ? "" : check.correct ? l10n.t("right, ") : l10n.t("wrong, ");
  return l10n.t("Check at {0}: {1}{2}{3}", formatCount(check.at), answer, right, comparison(check));
}
