/** Chunks of messages that LangChain streams, alone or in its events. */
import { readMessage } from "../reading/foreignMessage";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { addFields, bySequence, type AnswerApi, type AnswerTurn } from "./answerApi";

const fieldsOf = (value: Json): Json => ({ ...value, ...object(value["kwargs"]) });
const isChunk = (value: Json) =>
  "content" in fieldsOf(value) && [value["type"], list(value["id"]).at(-1)].includes("AIMessageChunk");

function joinOne(pieces: readonly Json[]): Json {
  const whole: Json = { type: "ai", content: "" };
  for (const piece of pieces.map(fieldsOf)) {
    for (const name of ["additional_kwargs", "response_metadata", "usage_metadata"]) {
      const before = (whole[name] ??= {}) as Json;
      addFields(before, object(piece[name]), new Set(["model_name", "finish_reason", "model_provider"]));
    }
    if (Array.isArray(piece["content"]) || Array.isArray(whole["content"])) addParts(whole, piece["content"]);
    else addFields(whole, { content: piece["content"] });
  }
  return whole;
}

/** Parts of one kind and index go on. */
function addParts(whole: Json, content: unknown): void {
  const parts = Array.isArray(whole["content"]) ? (whole["content"] as Json[]) : [];
  const said = text(whole["content"]) ?? "";
  if (said !== "") parts.push({ type: "text", text: said });
  for (const part of (Array.isArray(content) ? (content as unknown[]) : [{ type: "text", text: content }]).map(
    object,
  )) {
    const last = parts.at(-1);
    if (last && last["type"] === part["type"] && last["index"] === part["index"])
      addFields(last, part, new Set(["type", "index", "id"]));
    else parts.push({ ...part });
  }
  whole["content"] = parts;
}

/** A message of a model, with what LangChain knows of its call. */
export function langChainTurn(message: Json): AnswerTurn {
  const fields = fieldsOf({ ...message, ...object(message["data"]) });
  const [facts, usage] = [object(fields["response_metadata"]), object(fields["usage_metadata"])];
  return {
    ...readMessage(message),
    id: text(fields["id"]),
    model: text(facts["model_name"]) ?? text(facts["model"]) ?? text(fields["model"]),
    finish: ["finish_reason", "stop_reason", "done_reason"].map((name) => text(facts[name])).find(Boolean),
    promptTokens: number(usage["input_tokens"]),
    completionTokens: number(usage["output_tokens"]),
    reasoningTokens: number(object(usage["output_token_details"])["reasoning"]),
  };
}

export const langChain: AnswerApi = {
  id: "langchain",
  title: "LangChain message",
  // A whole message may be one turn of a conversation: those are read as such.
  isAnswer: () => false,
  isPiece: isChunk,
  join: (pieces) =>
    bySequence(
      pieces,
      (piece, { first }) => piece["id"] !== first["id"] && typeof piece["id"] === "string" && !piece["kwargs"],
    ).map(joinOne),
  read: (answer) => [langChainTurn(answer)],
};
