/** A run by the first and last lines of its trace: what lists, hovers and pictures say of it without its tokens. */
import { shorten } from "../text/shorten";
import type { EventOf, RunHeader, TokenCounts } from "../trace/trace";
import { l10n } from "../text/l10n";

export interface RunSummary {
  readonly header: RunHeader;
  readonly exit: EventOf<"exit"> | undefined;
  /** Undefined while the run goes on, and where it was cut off. */
  readonly end: EventOf<"end"> | undefined;
}

export type RunState = "running" | "finished" | "cancelled" | "failed" | "interrupted";

/** @param run `live` while it is being written */
export function stateOf(run: RunSummary & { readonly live: boolean }): RunState {
  if (run.live) return "running";
  if (run.exit?.why === "cancelled") return "cancelled";
  if (run.exit?.why === "error") return "failed";
  return run.end ? "finished" : "interrupted";
}

/** When it was run, or else imported, in ISO 8601; "" where neither is known. */
export const startedOf = ({ started, source }: RunHeader): string => started || (source?.imported ?? "");

/** Positions by purpose, as far as they were counted. */
export type CountedTokens = { readonly [Kind in keyof TokenCounts]?: number | undefined };

/** Positions that the model processed after the prompt, trials and summaries included: what every surface calls tokens. */
export const processedTokens = (tokens: CountedTokens | undefined): number | undefined => tokens?.total;

/** Those of a run; 0 where they were not counted. */
export const totalTokens = (run: RunSummary): number => processedTokens(run.end?.tokens) ?? 0;

/** `✓ `, `✗ `, or `? ` where the answer cannot be judged; nothing where no answer was expected. */
export function markOf({ header, end }: RunSummary): string {
  if (end?.correct !== undefined) return end.correct ? "✓ " : "✗ ";
  return end?.answer !== undefined && header.gold !== undefined ? "? " : "";
}

/** As in `✓ 42`; the answer alone where none was expected. */
export function verdict(run: RunSummary): string {
  return markOf(run) + shorten(run.end?.answer ?? l10n.t("no answer"), 40);
}
