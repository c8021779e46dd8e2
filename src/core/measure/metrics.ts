/**
 * What a run cost: figures computed from its trace and from nothing else. Every position of the axis is counted once,
 * under what it was for.
 */
import type { Check, Span, Trace } from "../trace/fold";
import { wordCount } from "../text/step";
import { isStep, type ExitReason, type SpanKind } from "../trace/kinds";
import type { Billed, Phases, TokenCounts, Work } from "../trace/trace";
import { dependency } from "./dependency";
import { billedOf } from "./prices";

export interface Figures {
  /**
   * Positions by purpose. `prompt` counts the tokens of every prefill, rows reused from the cache and text that was read again
   * included; each
   * position after the prompt counts once: as `trial`, `gist`, `latent` (soft and pause tokens too), `summary`,
   * `answer` (after-exit reasoning too) or `thinking`, which also holds tags. `reread` counts what was computed of later
   * prompts and of text that a cache had lost, `auxiliary` what models beside the run's own read; `total` is the sum of all
   * but `prompt`.
   */
  tokens: TokenCounts;
  /**
   * Milliseconds: `load` of the model, `prefill` of every prompt, `decode` of all positions but trials, `checks` of
   * trials and probes. `total` is wall time without `load` where the run ended, else the sum of what was measured.
   */
  ms: Phases;
  /** Positions a second of decoding, counting those that were timed, trials aside; 0 where none was. */
  tokensPerSecond: number;
  context: {
    /** Most KV rows that were live at once; just before an eviction, a rewind or a new round (LightThinker §4.1: Peak). */
    peak: number;
    /** Σ over the positions of `tokens.total` of the rows each attended to, itself included (LightThinker §4.1: Dep). */
    dependency: number;
  };
  /** What models computed, counted where it was; not there where that is not known. */
  work?: Work | undefined;
  answer: string | undefined;
  correct: boolean | undefined;
  exit: ExitReason | undefined;
  /** Tokens as they are billed; undefined where they were not counted by the model itself. */
  billed?: Billed | undefined;
  /** Steps, drafts or sketch lines of thinking. */
  steps: number;
  /** Drafts of more words than their limit; the limit is a request and no rule (Chain of Draft, 2502.18600). */
  overruns: number;
  checks: number;
  /** Marks by name, as the trace's end has them; undefined where nothing was marked. */
  marks?: Record<string, number> | undefined;
}

type Purpose = Exclude<keyof TokenCounts, "prompt" | "reread" | "auxiliary" | "total">;

/** Where spans overlap the earlier row wins: a trial inside thinking is a trial. */
const PURPOSES: readonly [SpanKind, Purpose][] = [
  ["trial", "trial"],
  ["gist", "gist"],
  ["latent", "latent"],
  ["summary", "summary"],
  ["answer", "answer"],
  ["after-exit", "answer"],
];

/** The purpose of each position, by index on the axis. Where no span says otherwise it is thinking. */
export function purposes(trace: Trace): Purpose[] {
  const result = trace.positions.map(({ kind }): Purpose => {
    if (kind === "gist") return "gist";
    return kind === "latent" || kind === "pause" || kind === "soft" ? "latent" : "thinking";
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
  const dropped = new Map<number, number>();
  for (const { at, tokens } of trace.prefills) resets.set(at, tokens);
  for (const { at, cached } of trace.contexts) resets.set(at, cached);
  for (const { at, from, to } of trace.evictions) dropped.set(at, (dropped.get(at) ?? 0) + Math.max(0, to - from));
  const rows: number[] = [];
  let live = 0;
  for (let at = 0; at < trace.positions.length; at++) {
    live = (resets.get(at) ?? Math.max(0, live - (dropped.get(at) ?? 0))) + 1;
    rows.push(live);
  }
  return rows;
}

/** Whether a trace says what its cache held. Where it does not, `liveRows` is what its text alone would have taken. */
export const recordsCache = ({ prefills, contexts }: Trace): boolean => prefills.length > 0 || contexts.length > 0;

/** Words that a draft is asked to keep to. */
const DRAFT_WORDS = 5;

export interface DraftWords {
  span: Span;
  words: number;
  over: boolean;
}

/** The words of each draft, against the limit the model was asked to keep. */
export function draftWords(trace: Trace): DraftWords[] {
  return trace.spans
    .filter(({ kind }) => kind === "draft")
    .map((span) => {
      const words = wordCount(spanText(trace, span));
      return { span, words, over: words > DRAFT_WORDS };
    });
}

/** The text of a stretch of the axis. */
export function spanText(trace: Trace, { from, to }: Pick<Span, "from" | "to">): string {
  return trace.positions
    .slice(from, to)
    .map(({ text }) => text)
    .join("");
}

const sumOf = (values: Iterable<number>): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};
const greatest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/** What checks took: as they say, else what their trials' positions took; and trials that belong to no check. */
function checkMs(trace: Trace, purpose: readonly Purpose[]): number {
  const claimed = new Set<number>();
  const ofCheck = ({ at: start, ms, trial }: Check): number => {
    const span = trace.spans.find(({ kind, from }) => kind === "trial" && from === start);
    const [from, to] = trial ?? (span ? [span.from, span.to] : [0, 0]);
    let timed = 0;
    for (let at = from; at < Math.min(to, trace.positions.length); at++) {
      if (!claimed.has(at)) timed += trace.positions[at]!.ms;
      claimed.add(at);
    }
    return ms ?? timed;
  };
  const checks = sumOf(trace.checks.map(ofCheck));
  return checks + sumOf(trace.positions.map(({ ms }, at) => (purpose[at] === "trial" && !claimed.has(at) ? ms : 0)));
}

function countTokens(trace: Trace, purpose: readonly Purpose[]): TokenCounts {
  const tokens: TokenCounts = { prompt: 0, thinking: 0, answer: 0, trial: 0, summary: 0, gist: 0, latent: 0, total: 0 };
  for (const { tokens: count } of [...trace.prefills, ...trace.rereads]) tokens.prompt += count;
  for (const each of purpose) tokens[each] += 1;
  const soft = sumOf(trace.prefills.map((prefill) => prefill.soft?.length ?? 0));
  const reread = readAgain(trace);
  const auxiliary = sumOf(trace.auxiliaries.map(({ tokens: count }) => count));
  tokens.latent += soft;
  tokens.total = purpose.length + soft + reread + auxiliary;
  return { ...tokens, ...(reread > 0 ? { reread } : {}), ...(auxiliary > 0 ? { auxiliary } : {}) };
}

/** Positions that were computed once more up to offset `until`: of later prompts, and of text that a cache had lost. */
export function readAgain({ prefills, rereads }: Trace, until = Infinity): number {
  const later = prefills.filter((prefill) => prefill.later);
  return sumOf(
    [...later, ...rereads]
      .filter(({ at }) => at <= until)
      .map(({ tokens, reused, soft = [] }) => Math.max(0, tokens - reused - soft.length)),
  );
}

/** @returns the figures of the trace as far as it goes; a trace that was cut gives what it holds */
export function measure(trace: Trace): Figures {
  const purpose = purposes(trace);
  const prefill = sumOf([...trace.prefills, ...trace.rereads].map(({ ms }) => ms));
  const checks = checkMs(trace, purpose);
  const decoded = trace.positions.filter((_, at) => purpose[at] !== "trial");
  const decode = sumOf(decoded.map(({ ms }) => ms));
  const timed = decoded.filter(({ ms }) => ms > 0).length;
  const rows = liveRows(trace);
  return {
    tokens: countTokens(trace, purpose),
    ms: {
      load: trace.end?.ms?.load ?? 0,
      prefill,
      decode,
      checks,
      total: trace.end?.ms?.total ?? prefill + decode + checks,
    },
    tokensPerSecond: decode > 0 ? (timed * 1000) / decode : 0,
    context: {
      peak: Math.max(
        greatest(rows),
        greatest(trace.prefills.map(({ tokens }) => tokens)),
        greatest(trace.contexts.map(({ cached }) => cached)),
      ),
      dependency: dependency(trace, rows),
    },
    ...(trace.end?.work ? { work: trace.end.work } : {}),
    answer: trace.end?.answer,
    correct: trace.end?.correct,
    exit: trace.exit?.why,
    billed: billedOf(trace),
    steps: trace.spans.filter(({ kind }) => isStep(kind)).length,
    overruns: draftWords(trace).filter(({ over }) => over).length,
    checks: trace.checks.length,
    ...(trace.end?.marks ? { marks: trace.end.marks } : {}),
  };
}
