/**
 * A message in any of the shapes that providers and frameworks give it: plain, with reasoning beside the content, in typed
 * parts (OpenAI, Anthropic, Mistral, Inspect, OpenTelemetry, AI SDK), in keyed ones (Gemini, Bedrock) or as an item of the
 * Responses API. One reading for all formats.
 */
import type { EventOf, Role, ToolCall } from "../../trace/trace";
import { LONGEST_TEXT } from "../limits";
import { list, object, text, type Json } from "./jsonValue";

type WithheldReason = EventOf<"withheld">["why"];

export type MessagePart =
  | { kind: "thinking" | "text" | "summary"; text: string }
  | { kind: "withheld"; why: WithheldReason }
  | ({ kind: "call" } & ToolCall)
  | { kind: "result"; id?: string; name?: string; text: string; failed: boolean };

export interface ForeignMessage {
  /** Undefined for roles that have no place in a conversation. */
  role: Role | undefined;
  /** In the order in which they were written. */
  parts: MessagePart[];
}

const ROLES: Record<string, Role> = {
  system: "system",
  developer: "developer",
  user: "user",
  human: "user",
  assistant: "assistant",
  model: "assistant",
  ai: "assistant",
  gpt: "assistant",
  bot: "assistant",
  chatbot: "assistant",
  agent: "assistant",
  assistantmessage: "assistant",
  tool: "tool",
  function: "tool",
  function_response: "tool",
  observation: "tool",
  ipython: "tool",
  humanmessage: "user",
  aimessage: "assistant",
  aimessagechunk: "assistant",
  systemmessage: "system",
  toolmessage: "tool",
};

/** A role in another tool's words. */
export function roleOf(role: unknown): Role | undefined {
  const name = typeof role === "string" ? role.toLowerCase() : "";
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}

/** Fields in which servers put reasoning beside `content`. */
const REASONING_FIELDS = [
  "reasoning_content",
  "reasoning",
  "reasoningContent",
  "thinking",
  "thinking_content",
  "reasoning_text",
  "reasoning_summary",
  "thoughts",
  "thought",
  "tool_plan",
] as const;
/** Where clients keep the fields of a message that they do not know. */
const MORE_FIELDS = ["provider_specific_fields", "model_extra", "additional_kwargs"];
const THINKING = new Set(["reasoning", "thinking", "reasoning_text", "reasoning.text", "reasoning.summary", "thought"]);
const TEXT = new Set(["text", "output_text", "input_text", "refusal", "summary_text", "message"]);
/** A conversation that was compacted on its way: what stands for it is a summary. */
const SUMMARY = new Set(["compaction", "summary", "context_compaction"]);
const WITHHELD: Record<string, WithheldReason> = {
  redacted_thinking: "redacted",
  "reasoning.encrypted": "encrypted",
};
const CALL = /^(?:\w*tool_use|tool[-_]?call|\w+_call)$/i;
const RESULT =
  /^(?:\w*tool_result|tool[-_]result|tool_call_response|tool[-_]return|\w+_call_output|function_?response)$/i;
/** Keys of parts that say their kind by a key (Gemini, Bedrock). */
const CALL_FIELDS = ["functionCall", "function_call", "toolUse"];
const RESULT_FIELDS = ["functionResponse", "function_response", "toolResult"];
/** Deeper parts of parts are no text of a message. */
const DEEPEST = 6;

const join = (texts: readonly (string | undefined)[], between: string) =>
  texts.filter((each) => each !== undefined && each !== "").join(between);

/** The text of a value that holds text somewhere: itself, its parts, or its JSON. */
export function valueText(value: unknown, depth = 0): string {
  if (typeof value === "string") return value.slice(0, LONGEST_TEXT);
  if (value === undefined || value === null) return "";
  if (typeof value !== "object" || depth > DEEPEST) return String(value as number);
  if (Array.isArray(value)) {
    const parts = value as unknown[];
    const written = parts.map((each) => partText(object(each), depth + 1));
    if (parts.length > 0 && written.every((each) => each !== undefined)) return join(written, "\n");
    return join(
      parts.map((each) => valueText(each, depth + 1)),
      "\n",
    );
  }
  return partText(value as Json, depth + 1) ?? JSON.stringify(value).slice(0, LONGEST_TEXT);
}

/** The text of a typed part, under whichever name it has; undefined where it has none. */
function partText(part: Json, depth = 0): string | undefined {
  const fields = [
    object(part["text"])["value"],
    part["text"],
    part["reasoning"],
    part["thinking"],
    part["content"],
    part["summary"],
    part["refusal"],
  ];
  const found = fields.find((each) => typeof each === "string") ?? fields.find((each) => list(each).length > 0);
  if (typeof found === "string") return found.slice(0, LONGEST_TEXT);
  if (found === undefined || depth > DEEPEST) return undefined;
  return join(
    list(found).map((each) => (typeof each === "string" ? each : partText(object(each), depth + 1))),
    "\n\n",
  );
}

const argumentsText = (value: unknown): string =>
  value === undefined || value === null
    ? "{}"
    : (typeof value === "string" ? value : JSON.stringify(value)).slice(0, LONGEST_TEXT);

function callOf(part: Json): MessagePart {
  const called = object(
    [part["function"], ...CALL_FIELDS.map((name) => part[name]), part["action"]].find((each) => each !== undefined),
  );
  const id =
    firstString(part, ["id", "call_id", "toolCallId", "tool_call_id", "toolUseId"]) ?? text(called["toolUseId"]);
  const name =
    firstString(called, ["name", "type"]) ??
    text(part["function"]) ??
    firstString(part, ["name", "toolName", "tool_name", "function_name"]) ??
    "tool";
  const given = [called["arguments"], called["args"], called["input"]].find((each) => each !== undefined);
  const own = [part["arguments"], part["args"], part["input"], part["parameters"]].find((each) => each !== undefined);
  const whole = given ?? own ?? (part["action"] === undefined ? undefined : called);
  return { kind: "call", ...(id === undefined ? {} : { id }), name, arguments: argumentsText(whole) };
}

function resultOf(part: Json): MessagePart {
  const inner = object(RESULT_FIELDS.map((name) => part[name]).find((each) => each !== undefined));
  const all = { ...part, ...inner };
  const id = firstString(all, ["tool_use_id", "tool_call_id", "toolCallId", "call_id", "toolUseId", "id"]);
  const name = firstString(all, ["name", "toolName", "tool_name"]);
  const fields = ["content", "output", "result", "response", "text"];
  const field = fields.find((each) => all[each] !== undefined && all[each] !== null);
  const value = field === undefined ? "" : all[field];
  const output = object(value);
  const error = object(all["error"]);
  return {
    kind: "result",
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    text: valueText("value" in output ? output["value"] : value) || (text(error["message"]) ?? ""),
    failed:
      all["is_error"] === true ||
      all["isError"] === true ||
      all["status"] === "error" ||
      typeof error["message"] === "string",
  };
}

function firstString(value: Json, names: readonly string[]): string | undefined {
  return names.map((name) => text(value[name])).find((each) => each !== undefined && each !== "");
}

/** A call, with its result where the provider ran the tool itself and tells both at once. */
function calledHere(part: Json): MessagePart[] {
  const call = callOf(part);
  const came = [part["output"], part["outputs"], part["results"]].find((each) => each !== undefined && each !== null);
  const id = call.kind === "call" ? call.id : undefined;
  if (came === undefined || id === undefined) return [call];
  return [call, { kind: "result", id, text: valueText(came), failed: part["status"] === "failed" }];
}

/** What one part of a message says. Pictures, sounds and files say nothing here. */
function partsOf(value: unknown): MessagePart[] {
  if (typeof value === "string") return [{ kind: "text", text: value.slice(0, LONGEST_TEXT) }];
  const part = object(value);
  const type =
    text(part["type"]) ?? ["part_kind", "block_type", "kind"].map((name) => text(part[name])).find(Boolean) ?? "";
  if (CALL_FIELDS.some((name) => part[name] !== undefined) || CALL.test(type)) return calledHere(part);
  if (RESULT_FIELDS.some((name) => part[name] !== undefined) || RESULT.test(type)) return [resultOf(part)];
  if (Object.hasOwn(WITHHELD, type)) return [{ kind: "withheld", why: WITHHELD[type]! }];
  if (part["reasoningContent"] !== undefined) return bedrockReasoning(object(part["reasoningContent"]));
  if (part["thought"] === true || THINKING.has(type)) return thinkingOf(part);
  if (SUMMARY.has(type)) return [{ kind: "summary", text: partText(part) ?? "" }];
  if (type !== "" && !TEXT.has(type)) return [];
  const written = partText(part);
  return written === undefined ? [] : [{ kind: "text", text: written }];
}

/** Reasoning, its summary where it is redacted itself, or that it was withheld. */
function thinkingOf(part: Json): MessagePart[] {
  const redacted = part["redacted"] === true;
  const summary = valueText(part["summary"]);
  const own = redacted ? "" : (partText({ ...part, summary: undefined }) ?? "");
  const written = own.trim() === "" ? summary : own;
  if (written.trim() !== "") return [{ kind: "thinking", text: written }];
  const encrypted = firstString(part, ["encrypted_content", "encrypted", "data", "reasoning_opaque"]);
  if (redacted) return [{ kind: "withheld", why: "redacted" }];
  if (encrypted !== undefined) return [{ kind: "withheld", why: "encrypted" }];
  return firstString(part, ["signature", "thoughtSignature"]) === undefined
    ? []
    : [{ kind: "withheld", why: "signed" }];
}

function bedrockReasoning(reasoning: Json): MessagePart[] {
  if (reasoning["redactedContent"] !== undefined) return [{ kind: "withheld", why: "redacted" }];
  return thinkingOf({ ...object(reasoning["reasoningText"]), ...reasoning });
}

/** Pieces of `reasoning_details[]`: those of one index are one thought. */
function detailed(details: readonly unknown[]): MessagePart[] {
  const thoughts: { index: unknown; text: string }[] = [];
  let withheld: MessagePart[] = [];
  for (const part of details.map(object)) {
    const [first] = partsOf({ type: "reasoning.text", ...part });
    const last = thoughts.at(-1);
    if (first?.kind === "withheld") withheld = [first];
    if (first?.kind !== "thinking") continue;
    if (last && last.index === part["index"] && (last.index !== undefined || isBrokenAt(last.text, first.text)))
      last.text += first.text;
    else thoughts.push({ index: part["index"], text: first.text });
  }
  if (thoughts.length === 0) return withheld;
  return [{ kind: "thinking", text: thoughts.map((thought) => thought.text).join("\n") }];
}

/** Whether two texts are pieces of one: a blank stands where they meet, or the second begins within a sentence. */
const isBrokenAt = (before: string, after: string) => /\s$/.test(before) || /^[\s\p{Ll}.,;:!?)]/u.test(after);

/** Pieces of thinking that were streamed: the last of a block has its signature. */
function wholeBlocks(blocks: readonly unknown[]): Json[] {
  const whole: Json[] = [];
  for (const block of blocks.map(object)) {
    const last = whole.at(-1);
    const goesOn = last && block["index"] !== undefined && block["index"] === last["index"] && !last["signature"];
    if (goesOn && typeof last["thinking"] === "string" && typeof block["thinking"] === "string")
      whole[whole.length - 1] = { ...last, ...block, thinking: last["thinking"] + block["thinking"] };
    else whole.push(block);
  }
  return whole;
}

/** What stands beside the content: the first field that holds reasoning, else its details. */
function reasoningBeside(message: Json): MessagePart[] {
  for (const field of REASONING_FIELDS) {
    const value = message[field];
    const written = text(value) ?? partText(object(value)) ?? (list(value).length > 0 ? valueText(value) : "");
    if (written.trim() !== "") return [{ kind: "thinking", text: written }];
  }
  const blocks = wholeBlocks(list(message["thinking_blocks"])).flatMap(partsOf);
  const named = blocks.length > 0 ? blocks : detailed(list(message["reasoning_details"]));
  if (named.length > 0) return named;
  for (const name of MORE_FIELDS) {
    const inside = object(message[name]);
    const more =
      Object.keys(inside).length > 0 && !MORE_FIELDS.some((each) => each in inside) ? reasoningBeside(inside) : [];
    if (more.length > 0) return more;
  }
  const opaque = firstString(message, ["reasoning_opaque", "encrypted_content"]);
  return opaque === undefined ? [] : [{ kind: "withheld", why: "encrypted" }];
}

/** Whether a text is another one again, as agents keep what a model said as its thought, too. */
const isSame = (one: MessagePart, other: MessagePart) =>
  "text" in one && "text" in other && one.text.trim() === other.text.trim();

/** The parts of a message in the order in which they were written: reasoning beside the content comes before it. */
export function messageParts(message: Json): MessagePart[] {
  const { content, parts, blocks: own, tool_calls: calls, function_call: call } = message;
  const written = [content, parts, own].flatMap((each) =>
    Array.isArray(each) ? (each as unknown[]) : [each ?? []].flat(),
  );
  const inside = written
    .flatMap(partsOf)
    .filter((part) => !("text" in part) || part.text !== "" || part.kind === "result");
  const isSaid = (part: MessagePart) => part.kind === "thinking" && inside.some((each) => isSame(each, part));
  const beside = inside.some(({ kind }) => kind === "thinking")
    ? []
    : reasoningBeside(message).filter((part) => !isSaid(part));
  const known = new Set(inside.flatMap((part) => (part.kind === "call" && part.id !== undefined ? [part.id] : [])));
  const called = [...list(calls), ...(call === undefined || call === null ? [] : [call])]
    .map((each) => callOf(object(each)))
    .filter((each) => each.kind === "call" && (each.id === undefined || !known.has(each.id)));
  return [...beside, ...inside, ...called];
}

/** Messages as LangChain writes them: the fields are one level deeper, and the class says the role. */
function unwrapped(message: Json): Json {
  const inner = object(message["kwargs"] ?? message["data"]);
  const fields = "content" in inner || "parts" in inner ? { ...message, ...inner } : message;
  const { additional_kwargs: more } = fields;
  const className = text(list(message["id"]).at(-1));
  const type = text(fields["type"]);
  const role = text(fields["role"]) ?? className ?? (roleOf(type) ? type : undefined);
  return { ...object(more), ...fields, ...(role === undefined ? {} : { role }) };
}

/** A message, or an item of a list of messages. */
export function readMessage(value: unknown): ForeignMessage {
  const message = unwrapped(object(value));
  const type = text(message["type"]) ?? "";
  const isItem = message["role"] === undefined && type !== "" && type !== "message";
  if (isItem && (CALL.test(type) || RESULT.test(type) || THINKING.has(type))) {
    return { role: RESULT.test(type) ? "tool" : "assistant", parts: partsOf(message) };
  }
  const role = roleOf(message["role"] ?? message["from"]);
  if (role !== "tool") {
    const said = message["content"] ?? message["parts"] ?? message["value"] ?? message["message"] ?? message["text"];
    return { role, parts: messageParts({ ...message, content: said, parts: undefined }) };
  }
  const parts = messageParts(message).filter(({ kind }) => kind === "result");
  return { role, parts: parts.length > 0 ? parts : [resultOf(message)] };
}
