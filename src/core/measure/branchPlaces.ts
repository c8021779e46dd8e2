/** Which place a person means who points at a step and wants a run to go on from there. */
import type { Span, Trace } from "../trace/fold";
import { isStep } from "../trace/kinds";
import type { Branch } from "../trace/trace";
import { textBefore } from "./branchText";
import { inWords, l10n, type Sentence } from "../text/l10n";

export type BranchKind = "answer" | "continue" | "sample" | "token";

/** Steps of thinking in their order; numbered from 1 where a person names them. */
export const stepsOf = ({ spans }: Trace): Span[] =>
  spans.filter(({ kind }) => isStep(kind)).sort((a, b) => a.from - b.from || a.to - b.to);

/** The step that holds offset `at`, or the last one before it; before the first one that; undefined where there are none. */
export function stepAt(trace: Trace, at: number): Span | undefined {
  const steps = stepsOf(trace);
  return steps.findLast(({ from }) => from <= at) ?? steps[0];
}

/** A step is sampled again from its beginning; what stops or goes on, does so behind it. */
export const placeOfStep = ({ from, to }: Span, kind: BranchKind): number =>
  kind === "sample" || kind === "token" ? from : to;

/** The text before the end of `step`, with another text in place of the step. */
export const withStep = (trace: Trace, step: Span, text: string): string => textBefore(trace, step.from) + text;

/** As in `continued from an edit at 57`. */
export function branchWords({ why, at, sample }: Branch): string {
  const words = l10n.t("{0} at {1}", inWords(WORDS[why]), at);
  return sample && sample.of > 1 ? l10n.t("{0} ({1} of {2})", words, sample.n, sample.of) : words;
}

const WORDS: Record<Branch["why"], Sentence> = {
  answer: l10n.later`stopped and answered`,
  continue: l10n.later`continued`,
  edit: l10n.later`continued from an edit`,
  sample: l10n.later`sampled again`,
  token: l10n.later`another token taken`,
};
