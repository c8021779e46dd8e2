/**
 * One part of a message in any of the shapes that providers and frameworks give it: typed (OpenAI, Anthropic, Mistral, Inspect,
 * OpenTelemetry, AI SDK) or keyed (Gemini, Bedrock).
 */
import type { EventOf, ToolCall } from "../../trace/trace";
import { LONGEST_TEXT } from "../limits";
import { list, object, text, type Json } from "./jsonValue";

type WithheldReason = EventOf<"withheld">["why"];

export type MessagePart =
  | { kind: "thinking" | "text" | "summary"; text: string }
  | { kind: "withheld"; why: WithheldReason }
  | ({ kind: "call" } & ToolCall)
  | { kind: "result"; id?: string; name?: string; text: string; failed: boolean };

export const THINKING = new Set([
  "reasoning",
  "thinking",
  "reasoning_text",
  "reasoning.text",
  "reasoning.summary",
  "thought",
]);
const TEXT = new Set(["text", "output_text", "input_text", "refusal", "summary_text", "message"]);
/** A conversation that was compacted on its way: what stands for it is a summary. */
const SUMMARY = new Set(["compaction", "summary", "context_compaction"]);
const WITHHELD: Record<string, WithheldReason> = {
  redacted_thinking: "redacted",
  "reasoning.encrypted": "encrypted",
};
export const CALL = /^(?:\w*tool_use|tool[-_]?call|\w+_call)$/i;
export const RESULT =
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
export function partText(part: Json, depth = 0): string | undefined {
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

export function callOf(part: Json): MessagePart {
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

export function resultOf(part: Json): MessagePart {
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

export function firstString(value: Json, names: readonly string[]): string | undefined {
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
export function partsOf(value: unknown): MessagePart[] {
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
