/**
 * The trace: the one thing that every strategy, model and importer produces and every view reads. A trace is an
 * append-only list of events on one token axis. Offsets (`at`, `from`, `to`) are indices on the axis of everything
 * the model processed after the prompt: text, gist, latent, soft and trial positions alike, each with its kind.
 *
 * The schemas below are the only definition. The types follow from them, the reader validates with them, and
 * `trace.schema.json` is generated from them for other tools.
 */
import * as z from "zod";
import { EXIT_REASONS, SPAN_KINDS, TOKEN_KINDS } from "./kinds";

export type { ExitReason, SpanKind, TokenKind } from "./kinds";
export { TRACE_VERSION } from "./traceVersion";

/** No run is longer; a file that says so would only fill memory. */
const LONGEST_AXIS = 2 ** 24;
const offset = z.number().int().min(0).max(LONGEST_AXIS);
const milliseconds = z.number().min(0);

export const ROLES = ["system", "developer", "user", "assistant", "tool"] as const;
export type Role = (typeof ROLES)[number];

/** A tool that a model called, with its arguments as the model wrote them. */
const toolCall = z.object({ id: z.string().optional(), name: z.string(), arguments: z.string() });
export type ToolCall = z.infer<typeof toolCall>;

const message = z.object({
  role: z.enum(ROLES),
  content: z.string(),
  /** Of an assistant's turn: what it called. */
  calls: z.array(toolCall).optional(),
  /** Of a tool's turn: the tool, and the id of the call that this is the result of. */
  name: z.string().optional(),
  callId: z.string().optional(),
});
/** One turn of a conversation. */
export type Message = z.infer<typeof message>;

const modelReference = z.object({
  id: z.string(),
  sha256: z.string().optional(),
  dtype: z.string().optional(),
  provider: z.string().optional(),
  threads: z.number().int().optional(),
  /** `accuracy_level` of 4-bit products, where the graph has them: confidences belong to a level. */
  accuracyLevel: z.number().int().optional(),
});

const promptReference = z.object({
  uri: z.string().optional(),
  /** First and last line of the section in its file, zero-based, last exclusive. */
  range: z.tuple([offset, offset]).optional(),
  title: z.string().optional(),
  sha256: z.string().optional(),
});

const source = z.object({ format: z.string(), file: z.string().optional() });

/** How the model marks its thinking, and what was assumed of it. */
const think = z.object({
  /** As `thinkFormat.ts` names it; `none`: nothing is marked. */
  format: z.string(),
  opener: z.string().optional(),
  closer: z.string().optional(),
  /** What the format was found by: the template, the vocabulary, an option, a server, or nothing. */
  from: z.string().optional(),
  /** Who opened thinking: the model, the template (the run begins in thinking), or the template closed it. */
  opening: z.enum(["model", "template", "closed"]).optional(),
  /** Variables that the chat template was rendered with. */
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** Whose words stood before the question, and in which turn. */
const instruction = z.object({
  /** `house`: the strategy's own words; `model`: what the model's family is advised to be told; `own`: a person's. */
  from: z.enum(["house", "none", "model", "own"]),
  in: z.enum(["system", "user"]),
  /** Word for word; left out where nothing was said, and where what the run found out decided. */
  text: z.string().optional(),
  /** The preset that gave the words or their place. */
  preset: z.string().optional(),
});
export type Instruction = z.infer<typeof instruction>;

const run = z.object({
  t: z.literal("run"),
  v: z.number().int(),
  id: z.string(),
  strategy: z.string(),
  options: z.record(z.string(), z.unknown()).default({}),
  model: modelReference,
  think: think.optional(),
  /** The house's in a system turn where nothing is said. */
  instruction: instruction.optional(),
  /** The family that the model's own files are of, where its card is known: a row of `presets.ts`. */
  preset: z.string().optional(),
  prompt: promptReference.default({}),
  messages: z.array(message).default([]),
  gold: z.string().optional(),
  seed: z.number().int().optional(),
  started: z.string(),
  /** Runs of one comparison carry the same group, and so do the turns of one session. */
  group: z.string().optional(),
  /** Which turn of its session this is, from 1, and how many of them are traces. */
  turn: z.object({ n: z.int().min(1), of: z.int().min(1) }).optional(),
  /** Where an imported trace came from: the format's name and the file's base name. */
  source: source.optional(),
  /** The run that this one scores: its text was read by the model of this run, which wrote nothing but trial answers. */
  scored: z
    .object({
      run: z.string(),
      strategy: z.string(),
      model: z.string(),
      source: source.optional(),
    })
    .optional(),
});

/**
 * The model read `tokens` prompt tokens; `reused` of them were in the cache already. InftyThink prefills once a round. `again`:
 * it read tokens of the text once more, because its cache could not go back as far as a trial was taken back.
 */
const prefill = z.object({
  t: z.literal("prefill"),
  at: offset,
  tokens: z.number().int().min(0),
  reused: z.number().int().min(0).default(0),
  ms: milliseconds,
  again: z.literal(true).optional(),
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

/** The cache rows of axis positions [from, to) were dropped; `kept` rows stand for them from now on. */
const evict = z.object({ t: z.literal("evict"), at: offset, from: offset, to: offset, kept: z.number().int().min(0) });

/** An InftyThink round begins at `at`, carrying `carried` from the one before. */
const round = z.object({
  t: z.literal("round"),
  at: offset,
  n: z.number().int().min(1),
  carried: z.string().default(""),
});

const neighbour = z.tuple([z.string(), z.number()]);

/** One continuous thought. `vector` is base64 of float16 little-endian; `top` is its logit lens. */
const latent = z.object({
  t: z.literal("latent"),
  at: offset,
  vector: z.string().optional(),
  norm: z.number().optional(),
  entropy: z.number().optional(),
  top: z.array(neighbour).default([]),
  /** The answer that would come out if latent thinking stopped after this one. */
  answer: z.string().optional(),
});

/** One soft prompt token (SoftCoT): nearest vocabulary entries by cosine, and the norm of its embedding. */
const soft = z.object({
  t: z.literal("soft"),
  index: offset,
  norm: z.number(),
  nearest: z.array(neighbour).default([]),
  vector: z.string().optional(),
});

const place = z.tuple([z.number(), z.number()]);

/**
 * Continuous thoughts or soft tokens in two dimensions, among the embeddings of the vocabulary: on the principal plane of
 * the embedding table, or in a layout of it by UMAP amid the words that are nearest.
 */
const projection = z.object({
  t: z.literal("projection"),
  of: z.enum(["latent", "soft"]),
  method: z.enum(["pca", "umap"]),
  /** One place for each thought or soft token, in their order. */
  points: z.array(place),
  /** Vocabulary entries that are nearest to any of them, with their places. */
  words: z.array(z.tuple([z.string(), z.number(), z.number()])),
  /** For each point its nearest entries, best first: index into `words`, and cosine as seen from the table's mean. */
  nearest: z.array(z.array(z.tuple([offset, z.number()]))).default([]),
  /** Places of other vocabulary entries, [n, 2]: base64 of float16 little-endian. */
  others: z.string().optional(),
  /** How many vocabulary entries were laid out, and how many there are. */
  fitted: z.tuple([offset, offset]).optional(),
  /** Shares of the table's variance along the two axes; of principal components only. */
  variance: place.optional(),
});

/**
 * Attention that position `at`, or with `until` the mean of positions [at, until), pays to the thoughts and gist blocks that
 * begin at given offsets, and to the `prompt` and what stands before the first thought. It is averaged over heads and layers:
 * all of it is 1, of which small parts may be left out.
 */
const attention = z.object({
  t: z.literal("attention"),
  at: offset,
  until: offset.optional(),
  prompt: z.number().optional(),
  to: z.array(z.tuple([offset, z.number()])),
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
});

/** The strategy routed the prompt (Sketch-of-Thought): every paradigm with its probability, best first. */
const route = z.object({
  t: z.literal("route"),
  by: z.string(),
  pick: z.string(),
  overridden: z.boolean().default(false),
  scores: z.array(neighbour),
});

export const tokenCounts = z.object({
  prompt: z.number().int().min(0),
  thinking: z.number().int().min(0),
  answer: z.number().int().min(0),
  trial: z.number().int().min(0),
  summary: z.number().int().min(0),
  gist: z.number().int().min(0),
  latent: z.number().int().min(0),
  total: z.number().int().min(0),
});
/** Positions processed, by what they were for. `total` is all but `prompt`. */
export type TokenCounts = z.infer<typeof tokenCounts>;

export const phases = z.object({
  load: milliseconds,
  prefill: milliseconds,
  decode: milliseconds,
  checks: milliseconds,
  total: milliseconds,
});
/** Milliseconds by phase. `checks` is what trial answers and probes took and is not part of `decode`. */
export type Phases = z.infer<typeof phases>;

/** What the log that a trace came from says of its answer, in its own words: `C`, `pass`, `0.5`. */
const verdict = z.object({
  /** Who graded it, as `match` or `model_graded_fact`. */
  by: z.string(),
  value: z.string(),
  correct: z.boolean().optional(),
  why: z.string().optional(),
});
export type Verdict = z.infer<typeof verdict>;

/** Tokens of a run by what they are billed as. */
export const billed = z.object({
  /** Read anew: prompts, text that was given, and what a server was sent again. */
  input: z.number().int().min(0),
  /** Read from a cache. */
  cached: z.number().int().min(0),
  /** Chosen by the model, reasoning and trial answers included. */
  output: z.number().int().min(0),
});
export type Billed = z.infer<typeof billed>;

const end = z.object({
  t: z.literal("end"),
  answer: z.string().optional(),
  /** Our own grading. */
  correct: z.boolean().optional(),
  verdicts: z.array(verdict).optional(),
  tokens: tokenCounts.partial().optional(),
  billed: billed.optional(),
  ms: phases.partial().optional(),
});

export const traceEvent = z.discriminatedUnion("t", [
  run,
  prefill,
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
