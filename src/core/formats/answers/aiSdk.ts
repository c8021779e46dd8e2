/** The AI SDK: results of `generateText`, and the parts of its streams as versions 4 to 6 name them. */
import { messageParts } from "../reading/foreignMessage";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { bySequence, type AnswerApi } from "./answerApi";

const PART = /^(?:(?:reasoning|text)-(?:start|delta|end)|start-step|finish-step|step-start|step-finish)$/;
const typeOf = (value: Json) => text(value["type"]) ?? "";
const isFinish = (value: Json) =>
  typeOf(value) === "finish" && ["finishReason", "totalUsage", "usage"].some((name) => name in value);

/** Whether a result has what its model said, in one of the fields for it. */
const isSaid = (value: Json) =>
  typeof value["text"] === "string" || Array.isArray(value["content"]) || list(value["steps"]).length > 0;

function joinOne(pieces: readonly Json[]): Json {
  const whole: Json = {};
  const content: Json[] = [];
  for (const piece of pieces) {
    const [kind, part = ""] = typeOf(piece).split("-", 2);
    const delta = text(piece["delta"]) ?? text(piece["textDelta"]) ?? text(piece["text"]);
    if (piece["finishReason"] !== undefined) whole["finishReason"] = piece["finishReason"];
    if (piece["totalUsage"] ?? piece["usage"]) whole["usage"] = piece["totalUsage"] ?? piece["usage"];
    if (/^tool-(?:call|result)$/.test(typeOf(piece))) content.push(piece);
    if ((kind !== "reasoning" && kind !== "text") || delta === undefined || part === "signature") continue;
    const last = content.at(-1);
    if (last && last["type"] === kind && last["id"] === piece["id"])
      last["text"] = `${text(last["text"]) ?? ""}${delta}`;
    else content.push({ type: kind, id: piece["id"], text: delta });
  }
  return { ...whole, content };
}

/** What a result or a step of it says, in order. */
function partsIn(result: Json): Json[] {
  const steps = list(result["steps"]).map(object);
  if (steps.length > 0) return steps.flatMap(partsIn);
  if (Array.isArray(result["content"])) return list(result["content"]).map(object);
  const reasoning = result["reasoningText"] ?? result["reasoning"];
  const thoughts = Array.isArray(reasoning)
    ? (reasoning as unknown[]).map(object)
    : [{ type: "reasoning", text: reasoning }];
  return [...thoughts, { type: "text", text: result["text"] }];
}

export const aiSdk: AnswerApi = {
  id: "ai-sdk",
  title: "AI SDK result",
  isAnswer: (value) =>
    isSaid(value) && ("finishReason" in value || "finishReason" in object(list(value["steps"])[0])) && !isFinish(value),
  isPiece: (value) =>
    PART.test(typeOf(value)) ||
    isFinish(value) ||
    (typeOf(value) === "reasoning" && typeof value["textDelta"] === "string") ||
    (/^tool-(?:call|result)$/.test(typeOf(value)) && "toolCallId" in value && !("role" in value)),
  join: (pieces) => bySequence(pieces, (_, { last }) => isFinish(last)).map(joinOne),
  read(answer) {
    const last = object(list(answer["steps"]).at(-1));
    const usage = { ...object(last["usage"]), ...object(answer["usage"]), ...object(answer["totalUsage"]) };
    const details = object(usage["outputTokenDetails"]);
    const response = object(answer["response"] ?? last["response"]);
    return [
      {
        id: text(response["id"]),
        role: "assistant",
        parts: messageParts({ content: partsIn(answer) }),
        model: text(response["modelId"]),
        finish: text(answer["finishReason"]) ?? text(last["finishReason"]),
        promptTokens: number(usage["inputTokens"]) ?? number(usage["promptTokens"]),
        completionTokens: number(usage["outputTokens"]) ?? number(usage["completionTokens"]),
        reasoningTokens: number(usage["reasoningTokens"]) ?? number(details["reasoningTokens"]),
      },
    ];
  },
};
