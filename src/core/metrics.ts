/**
 * What a run cost: figures computed from its trace and from nothing else. Every position of the axis is counted once,
 * under what it was for.
 */
import type { Span, Trace } from "./fold";
import type { ExitReason, Phases, SpanKind, TokenCounts } from "./trace";

export interface Figures {
  /** Positions by purpose; `prompt` counts every prefill, `total` all positions after the prompt. */
  tokens: TokenCounts;
  /** Milliseconds. `total` is wall time where the run ended, else the sum of what was measured. */
  ms: Phases;
  /** Generated positions a second of decoding, trials aside; 0 where nothing was timed. */
  tokensPerSecond: number;
  context: {
    /** Most KV rows that were live at once, just before an eviction or a round's end. */
    peak: number;
    /** Σ over positions of the rows each attended to (LightThinker §4.1: Dep). */
    dependency: number;
  };
  answer: string | undefined;
  correct: boolean | undefined;
  exit: ExitReason | undefined;
  /** Steps, drafts or sketch lines of thinking. */
  steps: number;
  checks: number;
}

type Purpose = Exclude<keyof TokenCounts, "prompt" | "total">;

/** Where spans overlap the earlier row wins: a trial inside thinking is a trial. */
const PURPOSES: readonly [SpanKind, Purpose][] = [
  ["trial", "trial"],
  ["gist", "gist"],
  ["latent", "latent"],
  ["summary", "summary"],
  ["answer", "answer"],
  ["after-exit", "answer"],
];
const STEP_KINDS: readonly SpanKind[] = ["step", "draft", "sketch"];

/** The purpose of each position, by index on the axis. Where no span says otherwise it is thinking. */
export function purposes(trace: Trace): Purpose[] {
  const result = trace.positions.map(({ kind }): Purpose => {
    if (kind === "gist") return "gist";
    return kind === "latent" || kind === "pause" ? "latent" : "thinking";
  });
  // A text without a closed thinking span, as a direct answer, has only its answer span to tell.
  for (const [kind, purpose] of [...PURPOSES].reverse()) {
    for (const span of trace.spans) if (span.kind === kind) paint(result, span, purpose);
  }
  return result;
}

function paint(result: Purpose[], { from, to }: Span, purpose: Purpose): void {
  for (let at = from; at < Math.min(to, result.length); at++) result[at] = purpose;
}

/**
 * Live KV rows once each position had been fed, [positions]. A prefill starts anew from its prompt, an eviction
 * drops its rows, and `context` events correct what rewinds took back.
 */
export function liveRows(trace: Trace): number[] {
  const resets = new Map<number, number>();
  for (const { at, tokens } of trace.prefills) resets.set(at, tokens);
  for (const { at, cached } of trace.contexts) resets.set(at, cached);
  const rows: number[] = [];
  let live = 0;
  for (let at = 0; at < trace.positions.length; at++) {
    live = (resets.get(at) ?? live) + 1;
    rows.push(live);
  }
  return rows;
}

function countTokens(trace: Trace, purpose: readonly Purpose[]): TokenCounts {
  const tokens: TokenCounts = { prompt: 0, thinking: 0, answer: 0, trial: 0, summary: 0, gist: 0, latent: 0, total: 0 };
  for (const { tokens: count } of trace.prefills) tokens.prompt += count;
  for (const each of purpose) tokens[each] += 1;
  tokens.total = purpose.length;
  return tokens;
}

/** @returns the figures of the trace as far as it goes; a trace that was cut gives what it holds */
export function measure(trace: Trace): Figures {
  const purpose = purposes(trace);
  const tokens = countTokens(trace, purpose);
  const prefill = trace.prefills.reduce((sum, { ms }) => sum + ms, 0);
  const checks = trace.checks.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  const decode = trace.positions.reduce((sum, { ms }, at) => sum + (purpose[at] === "trial" ? 0 : ms), 0);
  const load = trace.end?.ms?.load ?? 0;
  const rows = liveRows(trace);
  const prompts = trace.prefills.map((each) => each.tokens);
  return {
    tokens,
    ms: { load, prefill, decode, checks, total: trace.end?.ms?.total ?? prefill + decode + checks },
    tokensPerSecond: decode > 0 ? ((tokens.total - tokens.trial) * 1000) / decode : 0,
    context: {
      peak: Math.max(0, ...maxima(rows), ...prompts, ...trace.contexts.map(({ cached }) => cached)),
      dependency: rows.reduce((sum, live) => sum + live, 0),
    },
    answer: trace.end?.answer,
    correct: trace.end?.correct,
    exit: trace.exit?.why,
    steps: trace.spans.filter(({ kind }) => STEP_KINDS.includes(kind)).length,
    checks: trace.checks.length,
  };
}

/** The largest value, in a list that can be spread: arguments are limited where traces are not. */
function maxima(values: readonly number[]): number[] {
  return values.length === 0 ? [] : [values.reduce((most, value) => Math.max(most, value), 0)];
}
