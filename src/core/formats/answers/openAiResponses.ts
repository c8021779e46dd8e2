/** The Responses API of OpenAI and of servers that speak it: a list of output items. */
import { readMessage } from "../reading/foreignMessage";
import type { MessagePart } from "../reading/messagePart";
import { instant, list, number, object, text, type Json } from "../reading/jsonValue";
import { namedTokens } from "../reading/tokenTexts";
import { blocksOf, bySequence, type AnswerApi } from "./answerApi";

const typeOf = (value: Json) => text(value["type"]) ?? "";
const isEnd = (type: string) => /^response\.(?:completed|incomplete|failed|done)$/.test(type);

/** The answer as the last event has it; in a dump that was cut, what its pieces give. */
function joinOne(events: readonly Json[]): Json {
  const last = events.findLast((event) => isEnd(typeOf(event)));
  const response = object(last?.["response"]);
  if (list(response["output"]).length > 0) return response;
  const facts = object(events.find((event) => "response" in event)?.["response"]);
  const items = new Map<number, Json>();
  for (const event of events) addEvent(items, event);
  const status = last ? response["status"] : "incomplete";
  return { ...facts, ...response, object: "response", status, output: blocksOf(items) };
}

function addEvent(items: Map<number, Json>, event: Json): void {
  const index = number(event["output_index"]) ?? items.size;
  const type = typeOf(event);
  if (type === "response.output_item.added" || type === "response.output_item.done") {
    items.set(index, { ...object(event["item"]) });
    return;
  }
  const isDone = type.endsWith(".done");
  const delta =
    text(event["delta"]) ?? text(object(event["delta"])["text"]) ?? (isDone ? text(event["text"]) : undefined);
  if (delta === undefined) return;
  // A dump may have lost the event that opens an item.
  const item =
    items.get(index) ?? (type.includes("reasoning") ? { type: "reasoning" } : { type: "message", role: "assistant" });
  items.set(index, item);
  if (type.includes("arguments") || type.includes("_input"))
    item["arguments"] = `${text(item["arguments"]) ?? ""}${delta}`;
  else if (/reasoning_summary(?!_part)|reasoning_text|output_text|refusal/.test(type)) {
    const field = type.includes("summary") ? "summary" : "content";
    const place = number(event["summary_index"]) ?? number(event["content_index"]) ?? 0;
    const texts = (item[`${field} pieces`] ??= []) as string[];
    texts[place] = isDone ? delta : `${texts[place] ?? ""}${delta}`;
    const kind = type.includes("reasoning_text")
      ? "reasoning_text"
      : type.includes("summary")
        ? "summary_text"
        : "output_text";
    item[field] = texts.map((written) => ({ type: kind, text: written }));
  }
}

const isReasoning = (item: Json) => item["type"] === "reasoning";

/** What the items say, in order. Their own reasoning is told, else its summary. */
export function itemParts(items: readonly unknown[]): MessagePart[] {
  return items.map(object).flatMap((item) => {
    const { role, parts } = readMessage(isReasoning(item) ? readable(item) : item);
    return role === "assistant" || role === "tool" || item["type"] === "message" ? parts : [];
  });
}

/** A reasoning item in words: `content` where it has any, else `summary`. */
function readable(item: Json): Json {
  const has = (name: string) => list(item[name]).some((part) => (text(object(part)["text"]) ?? "").trim() !== "");
  return has("content") ? { ...item, summary: undefined } : { ...item, content: undefined };
}

export const openAiResponses: AnswerApi = {
  id: "openai-responses",
  title: "OpenAI response",
  isAnswer: (value) => {
    const types = list(value["output"]).map((item) => typeOf(object(item)));
    const isOurs = value["object"] === "response" || ("status" in value && types.every((type) => type !== ""));
    return (
      Array.isArray(value["output"]) && (isOurs || (types.includes("message") && types.every((type) => type !== "")))
    );
  },
  isPiece: (value) => /^response\.\w/.test(typeOf(value)),
  join: (pieces) => bySequence(pieces, (piece) => typeOf(piece) === "response.created").map(joinOne),
  read(answer) {
    const usage = object(answer["usage"]);
    const created = number(answer["created_at"]);
    const incomplete = text(object(answer["incomplete_details"])["reason"]);
    return [
      {
        id: text(answer["id"]),
        role: "assistant",
        parts: itemParts(list(answer["output"])),
        model: text(answer["model"]),
        finish: incomplete ?? text(answer["status"]),
        tokens: namedTokens(
          list(answer["output"]).flatMap((item) =>
            list(object(item)["content"]).flatMap((part) => list(object(part)["logprobs"]).map(object)),
          ),
        ),
        promptTokens: number(usage["input_tokens"]),
        completionTokens: number(usage["output_tokens"]),
        reasoningTokens: number(object(usage["output_tokens_details"])["reasoning_tokens"]),
        started: created === undefined ? undefined : instant(created * 1000),
      },
    ];
  },
};
