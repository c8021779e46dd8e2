/** A run that another tool recorded, as events of ours: text becomes positions, parts become spans. */
import { extractAnswer, gradeAnswer } from "../text/answer";
import { answerLine, segment } from "../text/segment";
import { splitSteps, type Step } from "../text/step";
import { EXIT_REASONS, type ExitReason } from "../trace/kinds";
import { TRACE_VERSION, type Message, type TraceEvent } from "../trace/trace";
import { checkEvent, type ForeignCheck } from "./foreignCheck";
import { LONGEST_TEXT } from "./format";

/** A token with what is known of it. */
export interface ForeignToken {
  text: string;
  logprob?: number | undefined;
}

/** A stretch of what the model wrote. */
export interface ForeignPart {
  kind: "thinking" | "answer" | "summary" | "after-exit" | "trial";
  text: string;
  /** Its tokens, where they are known; they join to `text`. */
  tokens?: ForeignToken[] | undefined;
  /** Its steps by character offsets, where the source names them; else thinking is cut into lines. */
  steps?: (Step & { label?: string | undefined })[] | undefined;
}

export interface ForeignRun {
  format: string;
  file: string;
  id: string;
  model: string | undefined;
  strategy?: string | undefined;
  title?: string | undefined;
  messages: Message[];
  parts: ForeignPart[];
  gold?: string | undefined;
  /** The final answer, where the source names it; else it is extracted. */
  answer?: string | undefined;
  /** Why the model stopped, in the source's words, as `stop` or `length`. */
  finish?: string | undefined;
  promptTokens?: number | undefined;
  /** Tokens that the source counts for thinking and in all. */
  reasoningTokens?: number | undefined;
  completionTokens?: number | undefined;
  /** Wall time in milliseconds. */
  ms?: number | undefined;
  started?: string | undefined;
  /** Of sampling, and options of the strategy, where a trace of ours went through another format. */
  seed?: number | undefined;
  options?: Record<string, unknown>;
  notes?: string[];
  /** What was checked while the model thought. */
  checks?: ForeignCheck[];
}

/** Pieces about as long as tokens: a word with the space before it, up to three digits, a mark, a line break. */
const PIECE = / ?\p{L}{1,24}| ?\p{N}{1,3}|\n+|[^\S\n]+(?=\S)|[^\S\n]+| ?[^\s\p{L}\p{N}]{1,4}|\s/gu;

/** Positions of one trace; what is beyond would not be looked at. */
const MOST_POSITIONS = 1_000_000;

/** Cuts text into pieces that stand for tokens. They join to `text`. */
export function pieces(text: string): ForeignToken[] {
  return (text.match(PIECE) ?? []).map((piece) => ({ text: piece }));
}

/** Thinking and answer of a text with tags, as parts. */
function partsOf(text: string, startsThinking = false): ForeignPart[] {
  return segment(text, { startsThinking }).flatMap(({ kind, from, to }): ForeignPart[] =>
    kind === "history" || kind === "tool" || kind === "prompt" ? [] : [{ kind, text: text.slice(from, to).trim() }],
  );
}

/**
 * Parts of a text that is known to hold reasoning: without tags, everything before the line of its answer was thinking.
 */
export function reasoningParts(text: string): ForeignPart[] {
  const parts = partsOf(text);
  if (parts.some(({ kind }) => kind !== "answer")) return parts;
  const at = answerLine(text);
  const [thinking, answer] = [text.slice(0, at).trim(), text.slice(at).trim()];
  if (thinking === "") return parts;
  return [{ kind: "thinking", text: thinking }, ...(answer === "" ? [] : [{ kind: "answer" as const, text: answer }])];
}

/** Parts of a message whose reasoning stands apart from its content; the content may still hold tags. */
export function reasoningAndContent(reasoning: string, content: string): ForeignPart[] {
  const thought: ForeignPart[] = reasoning.trim() === "" ? [] : [{ kind: "thinking", text: reasoning.trim() }];
  const rest: ForeignPart[] = thought.length > 0 ? [{ kind: "answer", text: content.trim() }] : partsOf(content);
  return [...thought, ...rest.filter((part) => part.text !== "")];
}

/** Gives parts the tokens that were recorded for the whole of them, where these join to their texts. */
export function withTokens(parts: ForeignPart[], tokens: readonly ForeignToken[]): ForeignPart[] {
  const all = tokens.map((token) => token.text).join("");
  let at = 0;
  return parts.map((part) => {
    const from = all.indexOf(part.text, at);
    if (from < 0 || part.text === "") return part;
    at = from + part.text.length;
    const inside: ForeignToken[] = [];
    let start = 0;
    for (const token of tokens) {
      const end = start + token.text.length;
      const piece = token.text.slice(Math.max(0, from - start), Math.max(0, at - start));
      if (end > from && start < at && piece !== "") inside.push({ ...token, text: piece });
      start = end;
    }
    return { ...part, tokens: inside };
  });
}

const finite = (value: number | undefined) => value !== undefined && Number.isFinite(value) && value >= 0;
const whole = (value: number) => Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);

/** The events of one part at offset `at`; steps of thinking are its lines. */
function partEvents(part: ForeignPart, at: number): { events: TraceEvent[]; end: number } {
  const tokens = (part.tokens ?? pieces(part.text)).slice(0, MOST_POSITIONS - at);
  if (tokens.length === 0) return { events: [], end: at };
  const end = at + tokens.length;
  const logprobs = tokens.some(({ logprob }) => logprob !== undefined);
  const events: TraceEvent[] = [
    {
      t: "tokens",
      at,
      kind: "text",
      text: tokens.map((token) => token.text),
      ...(logprobs ? { logprob: tokens.map(({ logprob }) => logprob ?? null) } : {}),
    },
  ];
  if (part.kind === "thinking") events.push(...stepSpans(part, tokens, at));
  events.push({ t: "span", kind: part.kind, from: at, to: end });
  return { events, end };
}

/** The checks of a thinking part that begins at position `at` and whose tokens `events` hold. */
function checkEvents(checks: readonly ForeignCheck[], events: readonly TraceEvent[], at: number): TraceEvent[] {
  const lengths = events.flatMap((event) => (event.t === "tokens" ? event.text.map(({ length }) => length) : []));
  let [position, characters] = [0, 0];
  return checks.map((check) => {
    while (position < lengths.length && characters < check.at) characters += lengths[position++]!;
    return checkEvent(check, at + position);
  });
}

function stepSpans(part: ForeignPart, tokens: readonly ForeignToken[], at: number): TraceEvent[] {
  const starts: number[] = [];
  let length = 0;
  for (const token of tokens) {
    starts.push(length);
    length += token.text.length;
  }
  const steps: ForeignPart["steps"] = part.steps ?? splitSteps(part.text);
  let next = 0;
  return steps.flatMap(({ from, to, label }): TraceEvent[] => {
    while (next + 1 < starts.length && starts[next + 1]! <= from) next += 1;
    const first = next;
    while (next < starts.length && starts[next]! < to) next += 1;
    return next > first
      ? [{ t: "span", kind: "step", from: at + first, to: at + next, ...(label === undefined ? {} : { label }) }]
      : [];
  });
}

function exitReason({ finish, parts }: ForeignRun): ExitReason {
  if (EXIT_REASONS.includes(finish as ExitReason)) return finish as ExitReason;
  if (/length|max.?tokens/i.test(finish ?? "")) return "truncated";
  return parts.some(({ kind }) => kind === "answer") ? "end-of-thinking" : "truncated";
}

/** How the source counts tokens, where that differs from our pieces. */
function countNotes({ parts, reasoningTokens, completionTokens }: ForeignRun): string[] {
  if (parts.every(({ tokens }) => tokens !== undefined)) return [];
  const counted = [
    ...(finite(reasoningTokens) && reasoningTokens! > 0 ? [`${whole(reasoningTokens!)} reasoning`] : []),
    ...(finite(completionTokens) ? [`${whole(completionTokens!)} completion`] : []),
  ];
  const counts = counted.length > 0 ? ` The source counts ${counted.join(" and ")} tokens.` : "";
  return [`Token boundaries were not recorded: the text is cut into pieces about as long as tokens.${counts}`];
}

/** The events of `run`, header first, `end` last. Grading is ours; the source's own verdict is not taken over. */
export function foreignEvents(run: ForeignRun): TraceEvent[] {
  const { gold, promptTokens, ms, seed } = run;
  const events: TraceEvent[] = [
    {
      t: "run",
      v: TRACE_VERSION,
      id: run.id,
      strategy: run.strategy ?? "imported",
      options: run.options ?? {},
      model: { id: run.model ?? "unknown" },
      prompt: run.title === undefined ? {} : { title: run.title },
      messages: run.messages.map(({ role, content }) => ({ role, content: content.slice(0, LONGEST_TEXT) })),
      ...(gold === undefined ? {} : { gold }),
      ...(Number.isSafeInteger(seed) ? { seed: seed! } : {}),
      started: run.started ?? "",
      source: { format: run.format, ...(run.file === "" ? {} : { file: run.file }) },
    },
  ];
  if (finite(promptTokens)) events.push({ t: "prefill", at: 0, tokens: whole(promptTokens!), reused: 0, ms: 0 });
  let at = 0;
  let thinkingEnd: number | undefined;
  const checks = (run.checks ?? []).toSorted((a, b) => a.at - b.at);
  for (const part of run.parts) {
    const { events: added, end } = partEvents(part, at);
    events.push(...added);
    if (part.kind === "thinking") events.push(...checkEvents(checks.splice(0), added, at));
    if (part.kind === "thinking" && end > at) thinkingEnd = end;
    at = end;
  }
  events.push({ t: "exit", at: thinkingEnd ?? 0, why: exitReason(run) });
  for (const message of [...(run.notes ?? []), ...countNotes(run)]) events.push({ t: "note", level: "info", message });
  const written = run.parts
    .filter(({ kind }) => kind === "answer")
    .map((part) => part.text)
    .join("\n\n");
  const answer = run.answer ?? extractAnswer(written, { conclusion: true })?.answer ?? shortAnswer(written);
  events.push({
    t: "end",
    ...(answer === undefined ? {} : { answer }),
    // An answer that is not found may still be right.
    ...(gold === undefined || answer === undefined ? {} : { correct: gradeAnswer(answer, gold) }),
    ...(finite(ms) ? { ms: { total: ms! } } : {}),
  });
  return events;
}

/** A text of one short line is its own answer. */
function shortAnswer(written: string): string | undefined {
  const trimmed = written.trim();
  return trimmed !== "" && trimmed.length <= 120 && !trimmed.includes("\n") ? trimmed : undefined;
}

const ROLES: Record<string, Message["role"]> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  assistant: "assistant",
  model: "assistant",
};

/** A role in another tool's words; undefined for tools and others that have no place in a prompt of ours. */
export function roleOf(role: unknown): Message["role"] | undefined {
  return typeof role === "string" && Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
}
