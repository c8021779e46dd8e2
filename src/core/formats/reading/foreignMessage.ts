/**
 * A message in any of the shapes that providers and frameworks give it: plain, with reasoning beside the content, in parts, or as an
 * item of the Responses API. One reading for all formats.
 */
import type { Role } from "../../trace/trace";
import { list, object, text, type Json } from "./jsonValue";
import {
  CALL,
  callOf,
  firstString,
  partsOf,
  partText,
  RESULT,
  resultOf,
  THINKING,
  valueText,
  type MessagePart,
} from "./messagePart";

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
