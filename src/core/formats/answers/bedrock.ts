/** Bedrock's Converse API and its streams. */
import { messageParts } from "../reading/foreignMessage";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { addFields, blocksOf, bySequence, type AnswerApi } from "./answerApi";

const EVENTS = ["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop"];
const messageOf = (value: Json) => object(object(value["output"])["message"]);

function joinOne(events: readonly Json[]): Json {
  const whole: Json = {};
  const blocks = new Map<number, Json>();
  for (const event of events) {
    Object.assign(whole, object(event["messageStop"]), object(event["metadata"]));
    const start = object(event["contentBlockStart"]);
    const delta = object(event["contentBlockDelta"]);
    const index = number(start["contentBlockIndex"] ?? delta["contentBlockIndex"]) ?? 0;
    if ("start" in start) blocks.set(index, { ...object(start["start"]) });
    if (!("delta" in delta)) continue;
    const block = blocks.get(index) ?? {};
    blocks.set(index, block);
    addDelta(block, object(delta["delta"]));
  }
  return { ...whole, output: { message: { role: "assistant", content: blocksOf(blocks) } } };
}

function addDelta(block: Json, { text: piece, reasoningContent, toolUse }: Json): void {
  if (typeof piece === "string") addFields(block, { text: piece });
  if (reasoningContent !== undefined) {
    const { redactedContent, ...reasoning } = object(reasoningContent);
    const inside = (block["reasoningContent"] ??= { reasoningText: {} }) as Json;
    if (redactedContent !== undefined) block["reasoningContent"] = { redactedContent };
    else addFields(object(inside["reasoningText"]), reasoning);
  }
  if (toolUse !== undefined) {
    const call = { ...object(block["toolUse"]) };
    addFields(call, object(toolUse), new Set(["toolUseId", "name"]));
    block["toolUse"] = call;
  }
}

export const bedrock: AnswerApi = {
  id: "bedrock",
  title: "Bedrock Converse answer",
  isAnswer: (value) => Array.isArray(messageOf(value)["content"]),
  isPiece: (value) =>
    !("output" in value) &&
    (EVENTS.some((name) => typeof value[name] === "object" && value[name] !== null) ||
      "inputTokens" in object(object(value["metadata"])["usage"])),
  join: (pieces) => bySequence(pieces, (piece) => "messageStart" in piece).map(joinOne),
  read(answer) {
    const usage = object(answer["usage"]);
    return [
      {
        id: text(answer["id"]),
        role: "assistant",
        parts: messageParts({ content: list(messageOf(answer)["content"]) }),
        finish: text(answer["stopReason"]),
        model: text(answer["modelId"]),
        promptTokens: number(usage["inputTokens"]),
        completionTokens: number(usage["outputTokens"]),
        ms: number(object(answer["metrics"])["latencyMs"]),
      },
    ];
  },
};
