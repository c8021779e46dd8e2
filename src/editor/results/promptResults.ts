/** What the runs of a prompt come to, in the few words that fit above it, behind it, and into a hover. */
import { BASELINE, strategyTitle } from "../../core/catalogue";
import { compareRuns, comparedSummary, type Comparison } from "../../core/measure/comparison";
import type { PriceTable } from "../../core/measure/prices";
import { markOf, stateOf, totalTokens, verdict } from "../../core/measure/runSummary";
import { formatMs } from "../../core/text/quantities";
import { shorten } from "../../core/text/shorten";
import type { RecordedRun } from "../store/recordedRun";

export interface PromptResult {
  readonly latest: RecordedRun;
  /** The last chain of thought, where `latest` is something else: what savings are counted against. */
  readonly baseline: RecordedRun | undefined;
  /** The newest finished run of each strategy, in the order in which they were run. */
  readonly byStrategy: readonly RecordedRun[];
}

/** @param runs of one prompt, newest first; scored ones answered nothing themselves and do not count */
export function resultOf(runs: readonly RecordedRun[]): PromptResult | undefined {
  const finished = runs.filter((run) => stateOf(run) === "finished" && !run.header.scored);
  const latest = finished[0];
  if (!latest) return undefined;
  const byStrategy = [...new Map(finished.toReversed().map((run) => [run.header.strategy, run])).values()];
  const baseline =
    latest.header.strategy === BASELINE ? undefined : finished.find((run) => run.header.strategy === BASELINE);
  return { latest, baseline, byStrategy };
}

/** The runs of a result beside each other; savings are counted against its chain of thought. */
export const comparisonOf = ({ byStrategy }: Pick<PromptResult, "byStrategy">, prices: PriceTable): Comparison =>
  compareRuns(
    byStrategy.map((run) => comparedSummary(run.id, run, run.live)),
    { prices },
  );

/** As in `412 → 96 tokens (DEER)`. */
export function resultTitle({ latest, baseline }: PromptResult): string {
  const before = baseline ? `${totalTokens(baseline)} → ` : "";
  return `${before}${totalTokens(latest)} tokens (${strategyTitle(latest.header.strategy)})`;
}

/**
 * As in `✓ 42 · 96 tokens · 1.4 s · stopped early at 57`; where other strategies ran too, with the name of each, as in
 * `DEER: ✓ 42 · 96 tokens · Chain of Thought: ✓ 412`.
 */
export function annotation({ latest, byStrategy }: PromptResult): string {
  const parts = [verdict(latest), `${totalTokens(latest)} tokens`];
  if (latest.end?.ms?.total) parts.push(formatMs(latest.end.ms.total));
  const exit = exitPoint(latest);
  if (exit && !USUAL_EXITS.includes(latest.exit!.why)) parts.push(exit);
  const others = byStrategy.filter((run) => run !== latest).toReversed();
  if (others.length === 0) return parts.join(" · ");
  const named = others.slice(0, MOST_OTHERS).map((run) => `${nameOf(run)}: ${markOf(run)}${totalTokens(run)}`);
  const rest = others.length - named.length;
  return [`${nameOf(latest)}: ${parts.join(" · ")}`, ...named, ...(rest > 0 ? [`${rest} more`] : [])].join(" · ");
}

/** A line that goes on for ever is not read; the hover has all. */
const MOST_OTHERS = 3;

const nameOf = ({ header }: RecordedRun): string => shorten(strategyTitle(header.strategy), 40);

type Exit = NonNullable<RecordedRun["exit"]>["why"];

/** What needs no words at the end of a line. */
const USUAL_EXITS: readonly Exit[] = ["end-of-thinking", "concluded"];
const EXIT_PHRASES: Record<Exit, string> = {
  confidence: "stopped early",
  probe: "stopped early",
  budget: "budget used up",
  "end-of-thinking": "ended by itself",
  concluded: "ended by itself",
  truncated: "cut off",
  malformed: "malformed",
  "max-rounds": "out of rounds",
  "stop-sequence": "stop sequence reached",
  cancelled: "cancelled",
  error: "failed",
};

/** Why thinking ended and at which position, as in `stopped early at 57`; undefined where it was not recorded. */
export function exitPoint({ exit }: RecordedRun): string | undefined {
  return exit && `${EXIT_PHRASES[exit.why]} at ${exit.at}`;
}
