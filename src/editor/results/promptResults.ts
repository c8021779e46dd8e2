/** What the runs of a prompt come to, in the few words that fit above it, behind it, and into a hover. */
import { BASELINE, strategyTitle } from "../../core/catalogue";
import { compareRuns, comparedSummary, type Comparison } from "../../core/measure/comparison";
import { askedTheSame } from "../../core/measure/question";
import type { PriceTable } from "../../core/measure/prices";
import { markOf, stateOf, totalTokens, verdict } from "../../core/measure/runSummary";
import { formatMs } from "../../core/text/quantities";
import { shorten } from "../../core/text/shorten";
import type { RecordedRun } from "../store/recordedRun";
import { inWords, l10n, type Sentence } from "../../core/text/l10n";

export interface PromptResult {
  readonly latest: RecordedRun;
  /**
   * The run that lens, annotation, gutter and comment speak of: the right one with the fewest tokens, of the newest of each
   * strategy; the latest, where none is known to be right. Behind a comparison the last one says only which strategy is
   * last in the list.
   */
  readonly told: RecordedRun;
  /** The last chain of thought on the same model, where another run is told: what savings are counted against. */
  readonly baseline: RecordedRun | undefined;
  /** The newest finished run of each strategy on the question of the latest, in the order in which they were run. */
  readonly byStrategy: readonly RecordedRun[];
}

/**
 * A prompt may have been another question before it was edited: only runs of the latest one count.
 * @param runs of one prompt, newest first; scored ones answered nothing themselves and do not count, nor do branches, which
 * were led to their answers
 */
export function resultOf(runs: readonly RecordedRun[]): PromptResult | undefined {
  const all = runs.filter((run) => stateOf(run) === "finished" && !run.header.scored && !run.header.branch);
  const latest = all[0];
  if (!latest) return undefined;
  const finished = all.filter(({ header }) => askedTheSame(header, latest.header));
  const byStrategy = [...new Map(finished.toReversed().map((run) => [run.header.strategy, run])).values()];
  const right = byStrategy.filter(({ end }) => end?.correct === true && end.tokens?.total !== undefined);
  const best = right.reduce<RecordedRun | undefined>(
    (least, run) => (least && totalTokens(least) <= totalTokens(run) ? least : run),
    undefined,
  );
  const told = best ?? latest;
  const isBaseline = ({ header }: RecordedRun): boolean =>
    header.strategy === BASELINE && header.model.id === told.header.model.id;
  const baseline = told.header.strategy === BASELINE ? undefined : finished.find(isBaseline);
  return { latest, told, baseline, byStrategy };
}

/** Whether the runs of one prompt were asked several things: it was edited, or has inputs or a task. */
export const asksSeveral = (runs: readonly RecordedRun[]): boolean =>
  runs.some(({ header }) => !askedTheSame(header, runs[0]!.header));

/** The runs of a result beside each other; savings are counted against its chain of thought. */
export const comparisonOf = ({ byStrategy }: Pick<PromptResult, "byStrategy">, prices: PriceTable): Comparison =>
  compareRuns(
    byStrategy.map((run) => comparedSummary(run.id, run, run.live)),
    { prices },
  );

/** As in `412 → 96 tokens (DEER)`; an answer that is wrong is marked, since few tokens are no merit of it. */
export function resultTitle({ told, baseline }: PromptResult): string {
  const wrong = told.end?.correct === false ? "✗ " : "";
  const before = baseline ? `${totalTokens(baseline)} → ` : "";
  return l10n.t("{0} tokens ({1})", `${wrong}${before}${totalTokens(told)}`, strategyTitle(told.header.strategy));
}

/** Why that run is told. */
export function resultReason({ told, latest, byStrategy }: PromptResult): string {
  const name = nameOf(told);
  if (told.end?.correct !== true || byStrategy.length === 1) return l10n.t("{0} ran last.", name);
  return told === latest
    ? l10n.t("{0} ran last and was right with the fewest tokens.", name)
    : l10n.t("{0} was right with the fewest tokens; {1} ran last.", name, nameOf(latest));
}

/**
 * As in `✓ 42 · 96 tokens · 1.4 s · stopped early at 57`; where other strategies ran too, with the name of each, newest
 * first, as in `DEER: ✓ 42 · 96 tokens · Chain of Thought: ✓ 412`.
 */
export function annotation({ told, byStrategy }: PromptResult): string {
  const parts = [verdict(told), l10n.t("{0} tokens", totalTokens(told))];
  if (told.end?.ms?.total) parts.push(formatMs(told.end.ms.total));
  const exit = exitPoint(told);
  if (exit && !USUAL_EXITS.includes(told.exit!.why)) parts.push(exit);
  const others = byStrategy.filter((run) => run !== told).toReversed();
  if (others.length === 0) return parts.join(" · ");
  const named = others.slice(0, MOST_OTHERS).map((run) => `${nameOf(run)}: ${markOf(run)}${totalTokens(run)}`);
  const rest = others.length - named.length;
  return [`${nameOf(told)}: ${parts.join(" · ")}`, ...named, ...(rest > 0 ? [l10n.t("{0} more", rest)] : [])].join(
    " · ",
  );
}

/** Of the answer that is told; `open` where none was expected. */
export const VERDICTS = ["right", "wrong", "open"] as const;
export type Verdict = (typeof VERDICTS)[number];

export function verdictOf({ told }: PromptResult): Verdict {
  if (told.end?.correct === undefined) return "open";
  return told.end.correct ? "right" : "wrong";
}

/** The models of the runs, each once. */
export const modelsOf = ({ byStrategy }: Pick<PromptResult, "byStrategy">): string =>
  [...new Set(byStrategy.map(({ header }) => shorten(header.model.id, 80)))].join(", ");

/** A line that goes on for ever is not read; the hover has all. */
const MOST_OTHERS = 3;

const nameOf = ({ header }: RecordedRun): string => shorten(strategyTitle(header.strategy), 40);

type Exit = NonNullable<RecordedRun["exit"]>["why"];

/** What needs no words at the end of a line. */
const USUAL_EXITS: readonly Exit[] = ["end-of-thinking", "concluded"];
const EXIT_PHRASES: Record<Exit, Sentence> = {
  confidence: l10n.later`stopped early`,
  probe: l10n.later`stopped early`,
  budget: l10n.later`budget used up`,
  "end-of-thinking": l10n.later`ended by itself`,
  concluded: l10n.later`ended by itself`,
  truncated: l10n.later`cut off`,
  malformed: l10n.later`malformed`,
  "max-rounds": l10n.later`out of rounds`,
  "stop-sequence": l10n.later`stop sequence reached`,
  stopped: l10n.later`stopped by hand`,
  repetition: l10n.later`caught in a loop`,
  cancelled: l10n.later`cancelled`,
  error: l10n.later`failed`,
};

/** Why thinking ended and at which position, as in `stopped early at 57`; undefined where it was not recorded. */
export function exitPoint({ exit }: RecordedRun): string | undefined {
  return exit && l10n.t("{0} at {1}", inWords(EXIT_PHRASES[exit.why]), exit.at);
}
