/** A run that another tool recorded, as events of ours: text becomes positions, parts become spans. */
import { extractAnswer, gradeAnswer } from "../../text/answer";
import { isCutReason } from "../../text/finishReason";
import { splitSteps } from "../../text/step";
import { EXIT_REASONS, type ExitReason } from "../../trace/kinds";
import { TRACE_VERSION, type Message, type TraceEvent, type Verdict } from "../../trace/trace";
import { LONGEST_TEXT } from "../limits";
import { checkEvent, type ForeignCheck } from "./foreignCheck";
import { isWritten, type ForeignPart, type WrittenPart } from "./foreignParts";
import { knownLogprob, pieces, type ForeignToken } from "./pieces";
import { isUnfinished } from "./unfinished";

export interface ForeignRun {
  id: string;
  model: string | undefined;
  strategy?: string | undefined;
  title?: string | undefined;
  /** The session that the run is a turn of, and which of its turns. */
  group?: string | undefined;
  turn?: { n: number; of: number } | undefined;
  messages: Message[];
  parts: ForeignPart[];
  gold?: string | undefined;
  /** The final answer, where the source names it; else it is looked for. */
  answer?: string | undefined;
  /** What the source itself says of the answer. */
  verdicts?: Verdict[] | undefined;
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

/** Positions of one trace; what is beyond would not be looked at. */
const MOST_POSITIONS = 1_000_000;

const finite = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0;
const whole = (value: number) => Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);

function tokensOf(part: WrittenPart, most: number): { texts: string[]; logprobs: (number | undefined)[] } {
  if (!part.tokens) return { texts: pieces(part.text, most), logprobs: [] };
  const tokens: ForeignToken[] = part.tokens.slice(0, most);
  return { texts: tokens.map(({ text }) => text), logprobs: tokens.map(({ logprob }) => knownLogprob(logprob)) };
}

/** The events of one part at offset `at`; steps of thinking are its lines. */
function partEvents(part: ForeignPart, at: number): { events: TraceEvent[]; end: number } {
  if (part.kind === "withheld") return { events: [{ ...part, t: "withheld", at }], end: at };
  if (part.kind === "call") {
    const { kind: _, ...called } = part;
    return { events: [{ ...called, t: "call", at }], end: at };
  }
  const { texts, logprobs } = tokensOf(part, MOST_POSITIONS - at);
  if (texts.length === 0) return { events: [], end: at };
  const end = at + texts.length;
  const known = logprobs.some((logprob) => logprob !== undefined);
  const events: TraceEvent[] = [
    {
      t: "tokens",
      at,
      kind: "text",
      text: texts,
      ...(known ? { logprob: logprobs.map((logprob) => logprob ?? null) } : {}),
    },
  ];
  if (part.kind === "thinking") events.push(...stepSpans(part, texts, at));
  events.push({ t: "span", kind: part.kind, from: at, to: end });
  return { events, end };
}

/** The checks of a thinking part that begins at position `at` and whose tokens `events` hold. */
function checkEvents(checks: readonly ForeignCheck[], events: readonly TraceEvent[], at: number): TraceEvent[] {
  if (checks.length === 0) return [];
  const lengths = events.flatMap((event) => (event.t === "tokens" ? event.text.map(({ length }) => length) : []));
  let [position, characters] = [0, 0];
  return checks.map((check) => {
    while (position < lengths.length && characters < check.at) characters += lengths[position++]!;
    return checkEvent(check, at + position);
  });
}

function stepSpans(part: WrittenPart, tokens: readonly string[], at: number): TraceEvent[] {
  const starts: number[] = [];
  let length = 0;
  for (const token of tokens) {
    starts.push(length);
    length += token.length;
  }
  const steps: WrittenPart["steps"] = part.steps ?? splitSteps(part.text);
  const spans: TraceEvent[] = [];
  let next = 0;
  for (const { from, to, label } of steps) {
    while (next + 1 < starts.length && starts[next + 1]! <= from) next += 1;
    const first = next;
    while (next < starts.length && starts[next]! < to) next += 1;
    if (next > first)
      spans.push({
        t: "span",
        kind: "step",
        from: at + first,
        to: at + next,
        ...(label === undefined ? {} : { label }),
      });
  }
  return spans;
}

const ENDED = /stop|end|complete|eos|finish|tool|call|success|done|eom|eot/i;

/** Whether the source says that the model came to its end by itself. */
const hasEnded = ({ finish }: ForeignRun) => finish !== undefined && !isCutReason(finish) && ENDED.test(finish);
const wasCut = ({ finish }: ForeignRun) => finish !== undefined && isCutReason(finish);

function exitReason(run: ForeignRun): ExitReason {
  const { finish, parts } = run;
  if (EXIT_REASONS.includes(finish as ExitReason)) return finish as ExitReason;
  if (wasCut(run)) return "truncated";
  // What comes after thinking, if only a call or a mark, says that it ended.
  const goesOn = parts.some(
    (part) =>
      ["answer", "call", "withheld"].includes(part.kind) || (part.kind === "thinking" && part.isClosed === true),
  );
  return goesOn || hasEnded(run) ? "end-of-thinking" : "truncated";
}

/** How the source counts tokens, where that differs from our pieces. */
function countNotes({ parts, reasoningTokens, completionTokens }: ForeignRun): string[] {
  const written = parts.filter(isWritten);
  if (written.every(({ tokens }) => tokens !== undefined) && written.length > 0) return [];
  const counted = [
    ...(finite(reasoningTokens) && reasoningTokens > 0 ? [`${whole(reasoningTokens)} reasoning`] : []),
    ...(finite(completionTokens) ? [`${whole(completionTokens)} completion`] : []),
  ];
  const counts = counted.length > 0 ? ` The source counts ${counted.join(" and ")} tokens.` : "";
  return [`Token boundaries were not recorded: the text is cut into pieces about as long as tokens.${counts}`];
}

/** The final answer, and what has to be said of where it was found. */
function answerOf(run: ForeignRun): { answer?: string | undefined; note?: string } {
  if (run.answer !== undefined) return { answer: run.answer };
  const texts = (kind: WrittenPart["kind"]) =>
    run.parts.flatMap((part) => (part.kind === kind ? [part.text] : [])).join("\n\n");
  const written = texts("answer");
  const tagged = run.parts.findLast((part): part is WrittenPart => part.kind === "answer" && part.tagged !== undefined);
  const inTag = tagged && (extractAnswer(tagged.tagged!, { conclusion: true })?.answer ?? shortAnswer(tagged.tagged!));
  if (inTag !== undefined) return { answer: inTag };
  if (written.trim() !== "") {
    const isOver = !wasCut(run) && (hasEnded(run) || !isUnfinished(written));
    const found = extractAnswer(written, { conclusion: isOver });
    // A sentence that breaks off has said nothing yet; what stands in a box was said.
    if (found && (isOver || found.from === "boxed" || found.from === "tag")) return { answer: found.answer };
    return { answer: isOver ? shortAnswer(written) : undefined };
  }
  if (!hasEnded(run) || run.parts.some(({ kind }) => kind === "call")) return {};
  const found = extractAnswer(texts("thinking"));
  if (!found) return {};
  return {
    answer: found.answer,
    note: "The source says that the model came to its end, but nothing stands after its reasoning: the answer was found in the reasoning.",
  };
}

/** A text of one short line is its own answer. */
function shortAnswer(written: string): string | undefined {
  const trimmed = written.trim();
  return trimmed !== "" && trimmed.length <= 120 && !trimmed.includes("\n") ? trimmed : undefined;
}

/** Words of a sentence, which only a person or a model can hold against another one. */
const isProse = (gold: string) => !/[\d\\=<>$^]/.test(gold) && gold.trim().split(/\s+/).length >= 4;

/**
 * Our own verdict. Where the log says that an answer in words is right, that it is worded otherwise does not make it wrong.
 */
function grade(
  answer: string | undefined,
  gold: string | undefined,
  verdicts: readonly Verdict[],
): boolean | undefined {
  // An answer that is not found may still be right.
  if (gold === undefined || answer === undefined) return undefined;
  const correct = gradeAnswer(answer, gold);
  const isOverruled = !correct && isProse(gold) && verdicts.some((verdict) => verdict.correct === true);
  return isOverruled ? undefined : correct;
}

/** What a run came from: the format and the file's base name, which is empty for pasted text. */
export interface Origin {
  format: string;
  file: string;
}

/** The events of `run`, header first, `end` last. Grading is ours; the source's own verdicts stand beside it. */
export function foreignEvents(run: ForeignRun, { format, file }: Origin): TraceEvent[] {
  const { gold, promptTokens, ms, seed, group, turn, verdicts = [] } = run;
  const events: TraceEvent[] = [
    {
      t: "run",
      v: TRACE_VERSION,
      id: run.id,
      strategy: run.strategy ?? "imported",
      options: run.options ?? {},
      model: { id: run.model ?? "unknown" },
      prompt: run.title === undefined ? {} : { title: run.title },
      messages: run.messages.map((message) => ({ ...message, content: message.content.slice(0, LONGEST_TEXT) })),
      ...(gold === undefined ? {} : { gold }),
      ...(Number.isSafeInteger(seed) ? { seed: seed! } : {}),
      started: run.started ?? "",
      ...(group === undefined ? {} : { group: ofFile(group, file) }),
      ...(turn === undefined ? {} : { turn }),
      source: { format, ...(file === "" ? {} : { file }) },
    },
  ];
  if (finite(promptTokens)) events.push({ t: "prefill", at: 0, tokens: whole(promptTokens), reused: 0, ms: 0 });
  let at = 0;
  let thinkingEnd: number | undefined;
  const checks = (run.checks ?? []).toSorted((a, b) => a.at - b.at);
  for (const part of withheldTokens(run)) {
    const { events: added, end } = partEvents(part, at);
    for (const event of added) events.push(event);
    if (part.kind === "thinking") events.push(...checkEvents(checks.splice(0), added, at));
    if (part.kind === "thinking" && end > at) thinkingEnd = end;
    at = end;
  }
  events.push({ t: "exit", at: thinkingEnd ?? 0, why: exitReason(run) });
  const { answer, note } = answerOf(run);
  const notes = [...(run.notes ?? []), ...(note === undefined ? [] : [note]), ...countNotes(run)];
  for (const message of notes) events.push({ t: "note", level: "info", message });
  const correct = grade(answer, gold, verdicts);
  events.push({
    t: "end",
    ...(answer === undefined ? {} : { answer }),
    ...(correct === undefined ? {} : { correct }),
    ...(verdicts.length > 0 ? { verdicts } : {}),
    ...(finite(ms) ? { ms: { total: ms } } : {}),
  });
  return events;
}

/** Ids of sessions are as short as `1` in some files: the file's name tells them apart. */
const ofFile = (group: string, file: string): string =>
  file === "" || !group.startsWith("session-") || group.endsWith(`@${file}`) ? group : `${group}@${file}`;

/** Where all of a turn's reasoning was withheld at one place, what the source counts for it is told there. */
function withheldTokens({ parts, reasoningTokens }: ForeignRun): ForeignPart[] {
  const hidden = parts.filter(({ kind }) => kind === "withheld");
  const isAll = hidden.length === 1 && !parts.some(({ kind }) => kind === "thinking");
  if (!isAll || !finite(reasoningTokens) || reasoningTokens === 0) return parts;
  return parts.map((part) => (part.kind === "withheld" ? { tokens: whole(reasoningTokens), ...part } : part));
}
