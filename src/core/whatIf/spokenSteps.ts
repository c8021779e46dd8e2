/** The steps of a thought that questions of “what if” are asked of. */
import type { Span, Trace } from "../trace/fold";
import { stepsOf } from "../measure/branchPlaces";
import { spanText } from "../measure/metrics";

/** Steps of thinking that say something, in their order, without those in which an answer was tried. */
export function spokenSteps(trace: Trace): Span[] {
  const trials = trace.spans.filter(({ kind }) => kind === "trial");
  return stepsOf(trace)
    .filter((span) => spanText(trace, span).trim() !== "")
    .filter(({ from, to }) => !trials.some((trial) => trial.from < to && from < trial.to));
}

/** Of longer thoughts, the steps that are looked at: evenly spread ones. */
const MOST_STEPS = 60;

/** The steps that are measured; of a thought with very many, as many evenly spread ones. */
export function measuredSteps(trace: Trace): Span[] {
  const steps = spokenSteps(trace);
  if (steps.length <= MOST_STEPS) return steps;
  return Array.from({ length: MOST_STEPS }, (_, index) => steps[Math.floor((index * steps.length) / MOST_STEPS)]!);
}
