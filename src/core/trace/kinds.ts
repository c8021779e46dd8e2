/** The words of a trace that pages and pure functions ask for, apart from the schemas that only readers of files need. */

/** How a position came onto the axis. `forced`: fed by the engine and not chosen by the model (an inducer, a prefill). */
export const TOKEN_KINDS = ["text", "forced", "gist", "latent", "pause", "soft"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What a stretch of the axis is. Spans nest (a step lies in thinking) and are written when they close. */
export const SPAN_KINDS = [
  "thinking",
  "step",
  "draft",
  "sketch",
  "summary",
  "gist",
  "latent",
  "trial",
  "answer",
  "after-exit",
] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** What a finished line of thinking may be: which of these, its strategy says. */
export const STEP_KINDS = ["step", "draft", "sketch"] as const satisfies readonly SpanKind[];
export type StepKind = (typeof STEP_KINDS)[number];
export const isStep = (kind: string): kind is StepKind => (STEP_KINDS as readonly string[]).includes(kind);

export const EXIT_REASONS = [
  "confidence",
  "probe",
  "budget",
  "end-of-thinking",
  "concluded",
  "truncated",
  "malformed",
  "max-rounds",
  "stop-sequence",
  "stopped",
  "repetition",
  "cancelled",
  "error",
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

type Reason = ExitReason | undefined;

/** A check stopped thinking: the model was sure, or a probe was. */
export const isByCheck = (why: Reason): boolean => why === "confidence" || why === "probe";

/** Something outside the model stopped thinking before its end: a check, a budget, a watch on loops, or a person who wanted the answer. */
export const isEarly = (why: Reason): boolean =>
  isByCheck(why) || why === "budget" || why === "repetition" || why === "stopped";

/** Thinking stops where something stopped it, and what would have come is not known: early, by a person, by an error. */
export const isCutShort = (why: Reason): boolean => isEarly(why) || why === "cancelled" || why === "error";

/** Why a stretch of a trace is marked: it repeats itself, or it is on a person's watch list. */
export const MARK_KINDS = ["loop", "watch"] as const;

/** Tests of whether an answer hangs on the thought: those of 2307.13702, and the hint of 2305.04388 and 2505.05410. */
export const ALTERATIONS = ["early", "mistake", "paraphrase", "filler", "hint"] as const;
export type AlterationName = (typeof ALTERATIONS)[number];

/** What positions are counted as, in the order in which they are listed and drawn. */
export const COUNTED_KINDS = [
  "thinking",
  "summary",
  "gist",
  "latent",
  "trial",
  "answer",
  "reread",
  "auxiliary",
] as const;
export type CountedKind = (typeof COUNTED_KINDS)[number];
