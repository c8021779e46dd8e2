/** The scale on which the scores of checks and their thresholds lie, by the unit of the signal that is compared. */
import type { Check } from "../trace/fold";
import { scoreOf } from "./rules";
import type { Unit } from "./signals";

export interface ScoreScale {
  readonly unit: Unit;
  /** Its upper end; the lower one is 0. */
  readonly most: number;
  /** By how much a threshold is moved at least. */
  readonly step: number;
}

/** Steps of a threshold over the whole scale. */
const STEPS = 200;
/** Beyond this a figure says nothing that could be drawn. */
const LARGEST = 1e12;

/** The scale of the last score among `checks`, wide enough for all of its unit and their thresholds. */
export function scoreScale(checks: readonly Check[]): ScoreScale {
  const scores = checks.flatMap((check) => scoreOf(check) ?? []);
  const unit = scores.at(-1)?.unit ?? "probability";
  const kind = KINDS[unit];
  if (kind === "to one") return { unit, most: 1, step: 1 / STEPS };
  const largest = scores
    .filter((score) => score.unit === unit)
    .reduce((most, { value, threshold = 0 }) => Math.max(most, value, threshold), 0);
  const most = roundUp(Math.min(largest, LARGEST));
  return { unit, most, step: kind === "count" ? Math.max(1, Math.floor(most / STEPS)) : most / STEPS };
}

/** The next of 1, 2, 5, 10, 20, … or their fractions; 1 for nothing. */
function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5].map((digit) => digit * power).find((round) => round >= value) ?? 10 * power;
}

/** 0 to 1 in steps of 0.05, finer near 1 where trial confidences crowd. */
const PROBABILITIES: readonly number[] = [...Array.from({ length: 20 }, (_, step) => step / 20), 0.97, 0.99, 0.999, 1];
const NATS: readonly number[] = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** Whether scores in a unit end at 1, are whole numbers, or go as far as they go. */
const KINDS: Readonly<Record<Unit, "to one" | "count" | "open">> = {
  probability: "to one",
  cosine: "to one",
  "yes or no": "to one",
  nats: "open",
  "nats²": "open",
  answers: "count",
  tokens: "count",
};

/** Thresholds that are tried of scores in each unit, rising. */
export const THRESHOLDS: Readonly<Record<Unit, readonly number[]>> = {
  probability: PROBABILITIES,
  cosine: PROBABILITIES,
  "yes or no": [0, 0.5, 1],
  nats: NATS,
  "nats²": NATS,
  answers: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 24],
  tokens: [0, ...Array.from({ length: 12 }, (_, power) => 8 * 2 ** power)],
};
