/** What the runs of a prompt come to, in the few words that fit above it, behind it, and into a hover. */
import { strategyTitle } from "../core/strategyTitle";
import type { RunHeader, TokenCounts } from "../core/trace";
import { stateOf, type RecordedRun } from "./recordedRun";

/** Where traces say which prompt they are of: the file and the section's title. */
export function promptKey(prompt: RunHeader["prompt"]): string {
  return `${prompt.uri ?? ""}#${prompt.title ?? ""}`;
}

export interface PromptResult {
  readonly latest: RecordedRun;
  /** The last chain of thought, where `latest` is something else: what savings are counted against. */
  readonly baseline: RecordedRun | undefined;
  /** The newest finished run of each strategy, in the order in which they were run. */
  readonly byStrategy: readonly RecordedRun[];
}

const BASELINE = "chain-of-thought";

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

/** Positions that the model processed after the prompt, trials and summaries included. */
export function totalTokens(run: RecordedRun): number {
  return run.end?.tokens?.total ?? 0;
}

/** As in `412 → 96 tokens (DEER)`. */
export function resultTitle({ latest, baseline }: PromptResult): string {
  const before = baseline ? `${totalTokens(baseline)} → ` : "";
  return `${before}${totalTokens(latest)} tokens (${strategyTitle(latest.header.strategy)})`;
}

const VERDICTS = new Map([
  [true, "✓ "],
  [false, "✗ "],
]);

/** As in `✓ 42`; the answer alone where none was expected. */
export function verdict(run: RecordedRun): string {
  const answer = run.end?.answer ?? "no answer";
  return (VERDICTS.get(run.end?.correct as boolean) ?? "") + shorten(answer, 40);
}

/** As in `✓ 42 · 96 tokens · 1.4 s · stopped early at 57`. */
export function annotation({ latest }: PromptResult): string {
  const parts = [verdict(latest), `${totalTokens(latest)} tokens`];
  if (latest.end?.ms?.total) parts.push(seconds(latest.end.ms.total));
  const exit = exitPhrase(latest);
  if (exit) parts.push(exit);
  return parts.join(" · ");
}

const EXIT_PHRASES: Partial<Record<NonNullable<RecordedRun["exit"]>["why"], string>> = {
  confidence: "stopped early",
  probe: "stopped early",
  budget: "budget used up",
  truncated: "cut off",
  malformed: "malformed",
  "max-rounds": "out of rounds",
  cancelled: "cancelled",
  error: "failed",
};

function exitPhrase(run: RecordedRun): string | undefined {
  const phrase = run.exit && EXIT_PHRASES[run.exit.why];
  return phrase && run.exit ? `${phrase} at ${run.exit.at}` : undefined;
}

const KINDS: readonly (readonly [keyof TokenCounts, string])[] = [
  ["thinking", "thinking"],
  ["answer", "answer"],
  ["trial", "trial"],
  ["summary", "summary"],
  ["gist", "gist"],
  ["latent", "latent"],
];

/** As in `57 thinking, 12 answer, 6 trial`. */
export function tokensByKind(run: RecordedRun): string {
  const tokens = run.end?.tokens ?? {};
  return KINDS.flatMap(([kind, name]) => (tokens[kind] ? [`${tokens[kind]} ${name}`] : [])).join(", ");
}

export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** One line of at most `length` characters, without what could reorder or end the line around it. */
export function shorten(text: string, length: number): string {
  const line = text.replace(/[\p{C}\u2028\u2029\s]+/gu, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
