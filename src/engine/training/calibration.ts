/** What is fitted once a probe stands: its calibration, the threshold of its exits, and the counts that a risk is proven by. */
import type { ExitCount } from "../../core/exits/conformal";
import { probeExit } from "../../core/exits/probe";
import { firstStop } from "../../core/exits/rule";
import type { Scored } from "../../core/measure/reliability";
import type { ProbeQuestion } from "./examples";
import { applyProbe, type ProbeFile } from "../probes/probe";

export type Classifier = Pick<ProbeFile, "layers" | "calibration">;

/** Platt scaling by Newton steps on the logits of `scored`. */
export function platt(scored: readonly Scored[]): ProbeFile["calibration"] {
  const points = scored.map(({ probability, right }) => {
    const bounded = Math.min(1 - 1e-9, Math.max(1e-9, probability));
    return { z: Math.log(bounded / (1 - bounded)), y: Number(right) };
  });
  let scale = 1;
  let shift = 0;
  for (let step = 0; step < 50; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-6, 0, 1e-6];
    for (const { z, y } of points) {
      const p = 1 / (1 + Math.exp(-(scale * z + shift)));
      const w = p * (1 - p);
      g0 += (p - y) * z;
      g1 += p - y;
      h00 += w * z * z;
      h01 += w * z;
      h11 += w;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (Math.abs(determinant) < 1e-12) break;
    scale -= (h11 * g0 - h01 * g1) / determinant;
    shift -= (h00 * g1 - h01 * g0) / determinant;
  }
  return Number.isFinite(scale) && Number.isFinite(shift) ? { scale, shift } : { scale: 1, shift: 0 };
}

/**
 * How exits are decided: of the numbers of passes in a row that may be asked for, the one that thinks least on `questions`
 * where each has the lowest threshold that it may have; the smaller of equals. `exits` are they all.
 * @param tolerance as for `chooseThreshold`
 */
export function chooseExit(
  probe: Classifier,
  questions: readonly ProbeQuestion[],
  tolerance: number,
  patiences: readonly number[],
): Pick<ProbeFile, "threshold" | "patience"> & { exits: NonNullable<ProbeFile["exits"]> } {
  const scored = questions.map(({ examples }) => examples.map(({ state }) => applyProbe(probe, state)));
  const candidates = patiences.map((patience) => {
    const threshold = chooseThreshold(probe, questions, tolerance, patience);
    const thinking = questions.map((question, index) => {
      const exit = exitOf(scored[index]!, threshold, patience);
      return exit < 0 ? question.thinking : Math.min(question.thinking, question.examples[exit]!.at);
    });
    return { threshold, patience, thinking: thinking.reduce((sum, tokens) => sum + tokens, 0) };
  });
  const { threshold, patience } = candidates.reduce((best, each) => (each.thinking < best.thinking ? each : best));
  return { threshold, patience, exits: candidates.map((each) => ({ patience: each.patience, threshold: each.threshold })) };
}

/** Thresholds of exits that are looked at. */
const THRESHOLDS = [...Array.from({ length: 50 }, (_, step) => (50 + step) / 100), 0.995, 0.999];

/**
 * What each threshold and number of passes in a row would have done on `questions`: from it a threshold for any risk is
 * chosen (`conformalExit`).
 */
export function exitCurve(
  probe: Classifier,
  questions: readonly ProbeQuestion[],
  patiences: readonly number[],
): ExitCount[] {
  const scored = questions.map(({ examples }) => examples.map(({ state }) => applyProbe(probe, state)));
  return patiences.flatMap((patience) =>
    THRESHOLDS.map((threshold) => {
      const count: ExitCount = { threshold, patience, exits: 0, wrong: 0, thinking: 0 };
      questions.forEach(({ examples, thinking, correct }, index) => {
        const exit = examples[exitOf(scored[index]!, threshold, patience)];
        if (exit) count.exits += 1;
        if (exit && correct && !exit.right) count.wrong += 1;
        count.thinking += exit ? Math.min(thinking, exit.at) : thinking;
      });
      return count;
    }),
  );
}

/** Index of the check that stops; −1 where none does. */
function exitOf(probabilities: readonly number[], threshold: number, patience: number): number {
  const checks = probabilities.map((probability) => ({ probability }));
  return firstStop(probeExit, checks, { threshold, patience });
}

/**
 * The lowest threshold whose exits lose no more than `tolerance` of all questions among those that thinking to the end gets
 * right, a standard error of that count included: of so many thresholds the luckiest would be chosen otherwise.
 * Wrong answers that an exit happens to put right do not count: luck with one kind of question would pay for losses elsewhere.
 */
export function chooseThreshold(
  probe: Classifier,
  questions: readonly ProbeQuestion[],
  tolerance: number,
  patience = 1,
): number {
  const scored = questions
    .filter(({ correct }) => correct)
    .map(({ examples }) => ({ examples, probabilities: examples.map(({ state }) => applyProbe(probe, state)) }));
  for (let threshold = 0.5; threshold < 0.995; threshold += 0.01) {
    const lost = scored.filter(
      ({ examples, probabilities }) => examples[exitOf(probabilities, threshold, patience)]?.right === false,
    );
    if (lost.length + Math.sqrt(lost.length) <= tolerance * questions.length) return Math.round(threshold * 100) / 100;
  }
  return 0.99;
}
