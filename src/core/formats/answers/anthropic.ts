/** Anthropic's Messages API: content blocks, and the events of its streams. */
import { messageParts } from "../reading/foreignMessage";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { blocksOf, bySequence, type AnswerApi } from "./answerApi";

const EVENTS = new Set([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
]);

/** An item of a list of the Responses API has the same type. */
const isItem = (value: Json) => object(list(value["content"])[0])["type"] === "output_text";

function joinOne(events: readonly Json[]): Json {
  const whole: Json = { type: "message", role: "assistant" };
  const blocks = new Map<number, Json>();
  for (const event of events) {
    const index = number(event["index"]) ?? 0;
    switch (event["type"]) {
      case "message_start":
        Object.assign(whole, object(event["message"]));
        break;
      case "content_block_start":
        blocks.set(index, { ...object(event["content_block"]) });
        break;
      case "content_block_delta":
        addDelta(blocks.get(index) ?? newBlock(blocks, index), object(event["delta"]));
        break;
      case "message_delta":
        Object.assign(whole, object(event["delta"]));
        whole["usage"] = { ...object(whole["usage"]), ...object(event["usage"]) };
        break;
    }
  }
  return { ...whole, content: blocksOf(blocks) };
}

function newBlock(blocks: Map<number, Json>, index: number): Json {
  const block: Json = {};
  blocks.set(index, block);
  return block;
}

function addDelta(block: Json, delta: Json): void {
  const add = (field: string, piece: unknown, type: string) => {
    if (typeof piece !== "string") return;
    block["type"] ??= type;
    block[field] = `${text(block[field]) ?? ""}${piece}`;
  };
  add("text", delta["text"], "text");
  add("thinking", delta["thinking"], "thinking");
  add("signature", delta["signature"], "thinking");
  // The compaction block of a stream.
  add("content", delta["content"], "compaction");
  if (typeof delta["partial_json"] !== "string") return;
  // A call begins with empty arguments and gets their text.
  block["input"] = `${typeof block["input"] === "string" ? block["input"] : ""}${delta["partial_json"]}`;
}

export const anthropic: AnswerApi = {
  id: "anthropic",
  title: "Anthropic message",
  isAnswer: (value) =>
    value["role"] === "assistant" &&
    Array.isArray(value["content"]) &&
    ((value["type"] === "message" && !isItem(value)) || "stop_reason" in value),
  isPiece: (value) => EVENTS.has(text(value["type"]) ?? ""),
  // Some proxies send the first event twice, or once more in the middle: it begins nothing if its answer was begun.
  join: (pieces) =>
    bySequence(
      pieces,
      (piece, { over }) => over && piece["type"] === "message_start",
      (piece) => piece["type"] === "message_stop",
    ).map(joinOne),
  read(answer) {
    const usage = object(answer["usage"]);
    const cached =
      (number(usage["cache_read_input_tokens"]) ?? 0) + (number(usage["cache_creation_input_tokens"]) ?? 0);
    const fresh = number(usage["input_tokens"]);
    return [
      {
        id: text(answer["id"]),
        role: "assistant",
        parts: messageParts({ content: list(answer["content"]) }),
        model: text(answer["model"]),
        finish: text(answer["stop_reason"]),
        promptTokens: fresh === undefined ? undefined : fresh + cached,
        completionTokens: number(usage["output_tokens"]),
        reasoningTokens: number(object(usage["output_tokens_details"])["thinking_tokens"]),
      },
    ];
  },
};
