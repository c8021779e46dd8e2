/**
 * The trace: the one thing that every strategy, model and importer produces and every view reads. A trace is an
 * append-only list of events on one token axis. Offsets (`at`, `from`, `to`) are indices on the axis of everything
 * the model processed after the prompt: text, gist, latent, soft and trial positions alike, each with its kind.
 *
 * The schemas here and in the files that it imports are the only definition. The types follow from them, the reader validates with them, and
 * `trace.schema.json` is generated from them for other tools.
 */
import * as z from "zod";
import { fork, set } from "./branch";
import { EXIT_REASONS, MARK_KINDS, SPAN_KINDS, TOKEN_KINDS } from "./kinds";
import { billed, markCounts, phases, tokenCounts, work } from "./traceCosts";
import { run, toolCall } from "./traceHeader";
import { milliseconds, offset } from "./traceUnits";
import { attention, latent, neighbour, projection, soft } from "./traceVectors";
import { altered, importance } from "./whatIf";

export type { Branch, BranchReason } from "./branch";
export type { ExitReason, SpanKind, TokenKind } from "./kinds";
export {
  billed,
  markCounts,
  phases,
  tokenCounts,
  work,
  type Billed,
  type Phases,
  type TokenCounts,
  type Work,
} from "./traceCosts";
export { ROLES, type Instruction, type Message, type Role, type ToolCall } from "./traceHeader";
export { TRACE_VERSION } from "./traceVersion";

/**
 * The model read `tokens` prompt tokens; `reused` of them were in the cache already. InftyThink prefills once a round. `again`:
 * it read tokens of the text once more, because its cache could not go back as far as a trial was taken back. `later`: the
 * run had read a prompt before. `soft`: the places in the prompt, from 0, where soft tokens stood.
 */
const prefill = z.object({
  t: z.literal("prefill"),
  at: offset,
  tokens: z.number().int().min(0),
  reused: z.number().int().min(0).default(0),
  ms: milliseconds,
  again: z.literal(true).optional(),
  later: z.literal(true).optional(),
  soft: z.array(offset).optional(),
});

/**
 * A model beside the run's own read `tokens` positions, as SoftCoT's assistant; `attended` is the sum of the rows that each of
 * them attended to.
 */
const auxiliary = z.object({
  t: z.literal("auxiliary"),
  at: offset,
  by: z.string(),
  tokens: z.number().int().min(0),
  attended: z.number().int().min(0),
});

/** A mask hid `rows` of the live cache rows from each of the positions [from, to). */
const masked = z.object({
  t: z.literal("masked"),
  from: offset,
  to: offset,
  rows: z.number().int().min(0),
});

/**
 * A server was asked to go on: `tokens` that it had been sent before were sent again, prompt and text. A conversation's first
 * request is its prefill.
 */
const resent = z.object({ t: z.literal("resent"), at: offset, tokens: z.number().int().min(0) });

/** A batch of consecutive positions of one kind. Arrays have equal length; `ms` is the time each position took. */
const tokens = z.object({
  t: z.literal("tokens"),
  at: offset,
  kind: z.enum(TOKEN_KINDS).default("text"),
  ids: z.array(z.number().int()).optional(),
  text: z.array(z.string()),
  /** Natural log of the probability of the token that was taken. */
  logprob: z.array(z.number().nullable()).optional(),
  /** Entropy of the next-token distribution, in nats. */
  entropy: z.array(z.number().nullable()).optional(),
  ms: z.array(milliseconds).optional(),
  /**
   * What else the model might have chosen: place in this batch, and texts with their probabilities in thousandths, the
   * likeliest first. Unlikely ones are left out, and more of them where they would make the file much longer.
   */
  others: z
    .array(z.tuple([offset, z.array(z.tuple([z.string(), z.number().int().min(0).max(1000)])).max(20)]))
    .optional(),
});

const span = z.object({
  t: z.literal("span"),
  kind: z.enum(SPAN_KINDS),
  from: offset,
  to: offset,
  label: z.string().optional(),
});

/** At `at` somebody asked whether thinking may stop. `trial` is where the trial answer's tokens stand on the axis. */
const check = z.object({
  t: z.literal("check"),
  at: offset,
  by: z.string(),
  answer: z.string().optional(),
  /** What was read here, by name: probabilities 0 to 1, entropies in nats. `SIGNALS` in core/exits has them all. */
  signals: z.record(z.string(), z.number()).optional(),
  /** Which of the signals is compared with the threshold. */
  signal: z.string().optional(),
  /** Written by 0.1.0 in place of `signals`: the figure that was compared, a probability or for EAT a variance in nats². */
  confidence: z.number().optional(),
  threshold: z.number().optional(),
  /** Checks in a row that have to pass before thinking stops, this one the last of them; 1 where it is not said. */
  patience: z.int().min(1).optional(),
  /** Whether a figure below the threshold stops, as that of an entropy does; one above it does where this is not said. */
  stopsBelow: z.boolean().optional(),
  correct: z.boolean().optional(),
  trial: z.tuple([offset, offset]).optional(),
  ms: milliseconds.optional(),
  why: z.string().optional(),
});

const exit = z.object({
  t: z.literal("exit"),
  at: offset,
  why: z.enum(EXIT_REASONS),
  message: z.string().optional(),
});

/**
 * Something of note in [from, to). A `loop` repeats `tokens`, or `meaning` in other words, with a `period` in tokens or in
 * steps; it is written when it is found and again, with the same `from`, when it ends. A `watch` is on a person's list: `what`
 * is the list's own name for it, `by` the word, the pattern or the classifier that found it.
 */
const mark = z.object({
  t: z.literal("mark"),
  kind: z.enum(MARK_KINDS),
  what: z.string(),
  from: offset,
  to: offset,
  period: z.int().min(1).optional(),
  by: z.string().optional(),
  /** Of a classifier, 0 to 1. */
  score: z.number().optional(),
});

/** The cache rows of axis positions [from, to) were dropped; `kept` rows stand for them from now on. */
const evict = z.object({ t: z.literal("evict"), at: offset, from: offset, to: offset, kept: z.number().int().min(0) });

/** An InftyThink round begins at `at`, carrying `carried` from the one before. */
const round = z.object({
  t: z.literal("round"),
  at: offset,
  n: z.number().int().min(1),
  carried: z.string().default(""),
});

/**
 * At `at` the model called a tool; `result` is what came back. Neither stands on the axis: what other tools recorded tells
 * no tokens of them, and a result can be a whole file.
 */
const call = toolCall.extend({
  t: z.literal("call"),
  at: offset,
  result: z.string().optional(),
  /** Whether the tool failed. */
  failed: z.boolean().optional(),
});

export const WITHHELD_REASONS = ["signed", "encrypted", "redacted", "hidden"] as const;

/** At `at` the model reasoned in what the provider does not show; `tokens` is how much of it, where that is told. */
const withheld = z.object({
  t: z.literal("withheld"),
  at: offset,
  /** What stands in its place: a signature, a text that only the provider can read, or nothing. */
  why: z.enum(WITHHELD_REASONS),
  tokens: z.int().min(0).optional(),
});

/** `cached` KV rows are live when position `at` is about to be fed. Between two such events each position adds one row. */
const contextRows = z.object({ t: z.literal("context"), at: offset, cached: z.number().int().min(0) });

/** A sentence for the person who reads the trace: what a strategy had to do differently, and why. */
const note = z.object({
  t: z.literal("note"),
  at: offset.optional(),
  level: z.enum(["info", "warning"]),
  message: z.string(),
  /** What a person may do about it. */
  advice: z.literal("choose-model").optional(),
});

/** The strategy routed the prompt (Sketch-of-Thought): every paradigm with its probability, best first. */
const route = z.object({
  t: z.literal("route"),
  by: z.string(),
  pick: z.string(),
  overridden: z.boolean().default(false),
  scores: z.array(neighbour),
});

/** What the log that a trace came from says of its answer, in its own words: `C`, `pass`, `0.5`. */
const verdict = z.object({
  /** Who graded it, as `match` or `model_graded_fact`. */
  by: z.string(),
  value: z.string(),
  correct: z.boolean().optional(),
  why: z.string().optional(),
});
export type Verdict = z.infer<typeof verdict>;

const end = z.object({
  t: z.literal("end"),
  answer: z.string().optional(),
  /** Our own grading. */
  correct: z.boolean().optional(),
  verdicts: z.array(verdict).optional(),
  tokens: tokenCounts.partial().optional(),
  /** Not there where a server did not report it, and in files of 0.1.0: unknown, which is not 0. */
  work: work.optional(),
  /** Most rows that the KV cache held at once; not there where the run did not record them. */
  peak: z.number().int().min(0).optional(),
  billed: billed.optional(),
  /** How many marks there are of each name: loops as `loop`, others as the watch list calls them. */
  marks: markCounts.optional(),
  ms: phases.partial().optional(),
});

export const traceEvent = z.discriminatedUnion("t", [
  run,
  fork,
  set,
  prefill,
  auxiliary,
  masked,
  resent,
  tokens,
  span,
  check,
  exit,
  evict,
  round,
  latent,
  soft,
  projection,
  attention,
  call,
  withheld,
  contextRows,
  note,
  mark,
  importance,
  altered,
  route,
  end,
]);
/** One line of a `*.thoughts.jsonl` file. */
export type TraceEvent = z.infer<typeof traceEvent>;
export type TraceEventType = TraceEvent["t"];
/** The event of one type, as in `EventOf<"check">`. */
export type EventOf<T extends TraceEventType> = Extract<TraceEvent, { t: T }>;
export type RunHeader = EventOf<"run">;
export type ProjectionMethod = EventOf<"projection">["method"];
/** What a writer has to give: fields with defaults may be left out. */
export type TraceEventInput = z.input<typeof traceEvent>;
