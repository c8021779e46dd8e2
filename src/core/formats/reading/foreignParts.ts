/** What a model wrote in one turn, as stretches of thinking and answer with the calls between them. */
import type { EventOf, Message, Role, ToolCall } from "../../trace/trace";
import { extractAnswer } from "../../text/answer";
import { answerLine, Segmenter, type Segment, type SegmentOptions } from "../../text/segment";
import type { Step } from "../../text/step";
import type { MessagePart } from "./messagePart";
import type { ForeignToken } from "./pieces";
import { modelText, unquoted } from "./storedText";
import { withPlainBlanks } from "./tokenTexts";
import { isUnfinished } from "./unfinished";
import { withWrittenCalls } from "./writtenCalls";

/** A stretch of what the model wrote. */
export interface WrittenPart {
  kind: "thinking" | "answer" | "summary" | "after-exit" | "trial";
  text: string;
  /** Its tokens, where they are known; they join to `text`. */
  tokens?: ForeignToken[] | undefined;
  /** Its steps by character offsets, where the source names them; else thinking is cut into lines. */
  steps?: (Step & { label?: string | undefined })[] | undefined;
  /** Of thinking: whether a mark closed it. */
  isClosed?: boolean;
  /** Of an answer: what stands in it between `<answer>` and its end. */
  tagged?: string;
}

/** A tool that was called; its result is put in when it comes. */
export interface CalledPart extends ToolCall {
  kind: "call";
  result?: string;
  failed?: boolean;
}

type WithheldPart = { kind: "withheld" } & Pick<EventOf<"withheld">, "why" | "tokens">;

export type ForeignPart = WrittenPart | CalledPart | WithheldPart;

export const isWritten = (part: ForeignPart): part is WrittenPart => part.kind !== "call" && part.kind !== "withheld";
/** Whether the model is known to have reasoned here, in words or out of sight. */
export const isThought = ({ kind }: ForeignPart): boolean => kind === "thinking" || kind === "withheld";

/** What was said before, and what the model wrote to that. */
export interface ReadText {
  messages: Message[];
  parts: ForeignPart[];
}

/** Thinking, answer and calls of a text with the marks of any think format; of a whole conversation, of each of its replies. */
function readMarkedTurns(source: string, options: SegmentOptions): ReadText[] {
  const text = modelText(source);
  const turns: ReadText[] = [{ messages: [], parts: [] }];
  let before = 0;
  let isRedacted = false;
  const segmenter = new Segmenter(options);
  segmenter.push(text);
  const segments = segmenter.finish();
  for (const each of segments) {
    const header = text.slice(before, each.from);
    before = each.to;
    isRedacted = REDACTED.test(header.slice(header.lastIndexOf("<think"))) || (isRedacted && !/<\/think/i.test(header));
    const isCut = each === segments.at(-1) && segmenter.thinking;
    takeSegment(turns, each, text.slice(each.from, each.to).trim(), {
      header,
      next: isCut ? "" : text.slice(each.to),
      isRedacted,
      isQuoted: text.startsWith(">", text.lastIndexOf("\n", each.from - 1) + 1),
    });
  }
  for (const turn of turns) {
    dressOff(turn.parts);
    turn.parts = turn.parts.flatMap(callsApart);
  }
  return turns;
}

/** An answer with the calls that stand in its text as calls. */
function callsApart(part: ForeignPart): ForeignPart[] {
  if (part.kind !== "answer") return [part];
  const all = withWrittenCalls(part.text);
  if (all.length === 1 && "text" in all[0]!) return [part];
  return all.map((each) => ("text" in each ? { kind: "answer", text: each.text } : { kind: "call", ...each }));
}

/** What a transcript writes above a reply, without its dress. */
const LABEL =
  /^(?:(?:assistant|model|bot|ai|llm|response|reply|output|completion|generated text|answer)(?: (?:response|output|reply))?)?$/i;
const isLabel = (text: string) => text.length <= 200 && LABEL.test(text.replace(/[#*_=>:：\s-]+/g, " ").trim());
/** The whole of an answer in one element. */
const ELEMENT = /^<(answer|final[_-]?answer|final|response|solution|output|result|conclusion|ans)>([^]*)<\/\1>$/i;

/** Takes what is no word of the model from around its thinking and its answer. */
function dressOff(parts: ForeignPart[]): void {
  const [first, second] = parts;
  if (first?.kind === "answer" && second?.kind === "thinking" && isLabel(first.text)) parts.shift();
  const last = parts.at(-1);
  if (last?.kind !== "answer") return;
  const [, , inside] = ELEMENT.exec(last.text) ?? [];
  if (inside !== undefined && inside.trim() !== "") last.tagged = last.text = inside.trim();
}

/** The reply of a text, or the last one of a conversation. */
export function readMarkedText(text: string, options: SegmentOptions = {}): ReadText {
  return readMarkedTurns(text, options).at(-1)!;
}

const wordsOf = (parts: readonly ForeignPart[]) =>
  parts.flatMap((part) => (part.kind === "answer" ? [part.text] : [])).join("\n\n");

/** A mark that says that what stands in it is no text of the model, as Inspect writes reasoning that was withheld. */
const REDACTED = /^<think(?:ing)?\b[^<>]*\bredacted\s?=\s?["']?true\b/;

/** What stands before and after a segment: the marks around it. */
interface Around {
  header: string;
  next: string;
  /** Whether the line of the mark before begins as a quotation in Markdown. */
  isQuoted: boolean;
  /** Whether it stands where reasoning was withheld. */
  isRedacted: boolean;
}

function takeSegment(turns: ReadText[], { kind }: Segment, written: string, around: Around): void {
  const { header, next, isQuoted, isRedacted } = around;
  if (kind === "history" || written === "") return;
  const { messages, parts } = turns.at(-1)!;
  if (kind === "prompt") {
    const role = /<\|start\|>(system|developer|user)/.exec(header)?.[1] as Role | undefined;
    const asked: Message = { role: role ?? "user", content: written };
    if (parts.length === 0) messages.push(asked);
    else turns.push({ messages: [...messages, { role: "assistant", content: wordsOf(parts) }, asked], parts: [] });
  } else if (kind === "tool") takeTool(parts, written, header);
  else if (kind === "answer" && /<answer\b[^<>]*>\s*$/i.test(header) && /^<\s?\/\s?answer\b/i.test(next))
    parts.push({ kind, text: written, tagged: written });
  else if (isRedacted && (kind === "thinking" || kind === "after-exit"))
    parts.push({ kind: "withheld", why: "redacted" });
  else if (kind === "thinking") {
    const thought = /<details\b/i.test(header) || isQuoted ? unquoted(written) : written;
    parts.push({ kind, text: thought, ...(next.trim() === "" ? {} : { isClosed: true }) });
  } else parts.push({ kind, text: written });
}

/** A call of a tool in Harmony's messages, or its result. */
function takeTool(parts: ForeignPart[], written: string, header: string): void {
  const named = (name: string) => name.replace(/^functions\./, "");
  const [, speaker] = /^([^<\s]{1,100})/.exec(header.split("<|start|>", 2)[1] ?? "") ?? [];
  const last = parts.findLast((part) => part.kind === "call");
  if (speaker === undefined || speaker === "assistant") {
    const name = /\bto=([^<\s]{1,100})/.exec(header)?.[1] ?? "tool";
    parts.push({ kind: "call", name: named(name), arguments: written });
  } else if (last && last.result === undefined) last.result = written;
  else parts.push({ kind: "call", name: named(speaker), arguments: "", result: written });
}

/** Thinking and answer of a text with marks. */
const markedParts = (text: string): ForeignPart[] => readMarkedText(text).parts;

/**
 * A text that is known to hold reasoning: without marks, everything before the line of its answer was thinking, and all of
 * it where it breaks off before an answer.
 */
export function readReasoning(text: string): ReadText {
  return readReplies(text).at(-1)!;
}

/** Whether a text has a mark of thinking in it. */
export function isMarked(text: string): boolean {
  const segmenter = new Segmenter();
  segmenter.push(modelText(text));
  segmenter.finish();
  return segmenter.marked;
}

/** The same of each reply of a conversation in Harmony's messages; one without a reply at its end has no parts there. */
export function readReplies(text: string): ReadText[] {
  const turns = readMarkedTurns(text, {});
  const [only] = turns;
  if (turns.length > 1 || only!.messages.length > 0 || isMarked(text)) return turns;
  const marked = extractAnswer(text)?.from;
  const isOver = !isUnfinished(text) || marked === "boxed" || marked === "tag";
  const at = isOver ? answerLine(text) : text.length;
  const [thinking, answer] = [text.slice(0, at).trim(), text.slice(at).trim()];
  if (thinking === "") return turns;
  const kept: ForeignPart[] = answer === "" ? [] : [{ kind: "answer", text: answer }];
  return [{ messages: [], parts: [{ kind: "thinking", text: thinking }, ...kept] }];
}

const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();

/** Reasoning that stands apart from a text; a text that repeats it between marks says it once. */
export function reasoningAndText(reasoning: string, written: string): ForeignPart[] {
  return turnParts([
    { kind: "thinking", text: reasoning },
    { kind: "text", text: written },
  ]);
}

/** The parts of an assistant's turn in their order; the marks in its text divide it. */
export function turnParts(said: readonly MessagePart[]): ForeignPart[] {
  const hasText = said.some((part) => part.kind === "text" && part.text.trim() !== "");
  const thoughts = new Set(
    said.flatMap((part) =>
      part.kind === "thinking"
        ? thoughtParts(part.text, hasText).flatMap((each) => (each.kind === "thinking" ? [squeezed(each.text)] : []))
        : [],
    ),
  );
  const parts = said.flatMap((part): ForeignPart[] => {
    switch (part.kind) {
      case "thinking":
        return thoughtParts(part.text, hasText);
      case "summary":
        return [{ kind: "summary", text: part.text.trim() }];
      case "text":
        return textParts(part.text, thoughts);
      case "withheld":
      case "call":
        return [{ ...part }];
      case "result":
        return [];
    }
  });
  return joined(parts.filter((part) => !isWritten(part) || part.text !== ""));
}

const BEGINS_MARKED = /^\s*[<[◁]/;
const ENDS_MARKED = /[>\]▷]\s*$/;

/**
 * Reasoning that stands apart, without marks that a server left in it. Where no text stands beside it, what follows its
 * end in the same field is the answer.
 */
function thoughtParts(text: string, hasText: boolean): ForeignPart[] {
  const plain: ForeignPart[] = [{ kind: "thinking", text: text.trim() }];
  if (!/[<[◁]/.test(text) || (hasText && !BEGINS_MARKED.test(text) && !ENDS_MARKED.test(text))) return plain;
  if (!isMarked(text)) return plain;
  const parts = markedParts(text);
  if (!hasText) return parts.some(isThought) ? parts : plain;
  const thought = parts.filter(isThought);
  return thought.length > 0 ? thought : plain;
}

const HARMONY_END = /<\|(?:end|return)\|>\s*$/;

/** @param thoughts what was said apart from the text: then a mark within a sentence only speaks of marks */
function textParts(text: string, thoughts: ReadonlySet<string>): ForeignPart[] {
  const parts = markedParts(text);
  const isSaid = (each: ForeignPart) => each.kind === "thinking" && thoughts.has(squeezed(each.text));
  if (thoughts.size > 0 && parts.every(isWritten) && !BEGINS_MARKED.test(text) && !parts.some(isSaid))
    return [{ kind: "answer", text: modelText(text).replace(HARMONY_END, "").trim() }];
  return parts.filter((each) => !isSaid(each));
}

/** Neighbours of one kind are one stretch. */
function joined(parts: readonly ForeignPart[]): ForeignPart[] {
  const all: ForeignPart[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last && isWritten(last) && isWritten(part) && last.kind === part.kind && part.kind !== "summary") {
      last.text += `\n\n${part.text}`;
      if (part.isClosed) last.isClosed = true;
      if (part.tagged !== undefined) last.tagged = part.tagged;
    } else if (!(last?.kind === "withheld" && part.kind === "withheld" && last.why === part.why)) all.push({ ...part });
  }
  return all;
}

/** Gives parts the tokens that were recorded for the whole of them, where these join to their texts. */
export function withTokens(parts: readonly ForeignPart[], tokens: readonly ForeignToken[]): ForeignPart[] {
  if (tokens.length === 0) return [...parts];
  const all = joinedTokens(tokens);
  const isFound = parts.some((part) => isWritten(part) && part.text !== "" && all.includes(part.text));
  if (isFound) return placed(parts, tokens, all);
  const plain = withPlainBlanks(tokens);
  return placed(parts, plain, joinedTokens(plain));
}

const joinedTokens = (tokens: readonly ForeignToken[]) => tokens.map((token) => token.text).join("");

function placed(parts: readonly ForeignPart[], tokens: readonly ForeignToken[], all: string): ForeignPart[] {
  let at = 0;
  let [next, start] = [0, 0];
  return parts.map((part) => {
    if (!isWritten(part) || part.text === "") return part;
    const from = all.indexOf(part.text, at);
    if (from < 0) return part;
    at = from + part.text.length;
    const inside: ForeignToken[] = [];
    while (next < tokens.length && start < at) {
      const token = tokens[next]!;
      const end = start + token.text.length;
      const piece = token.text.slice(Math.max(0, from - start), Math.max(0, at - start));
      if (end > from && piece !== "") inside.push({ ...token, text: piece });
      // A token that reaches beyond the part is the next one's too.
      if (end > at) break;
      start = end;
      next += 1;
    }
    return { ...part, tokens: inside };
  });
}
