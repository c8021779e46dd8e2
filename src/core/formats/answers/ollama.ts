/** Ollama's own chats and generations, whole or streamed. */
import { messageParts } from "../reading/foreignMessage";
import { instant, list, number, object, text, type Json } from "../reading/jsonValue";
import { namedTokens } from "../reading/tokenTexts";
import { addFields, bySequence, type AnswerApi } from "./answerApi";

const isOurs = (value: Json) =>
  typeof value["done"] === "boolean" && ("message" in value || typeof value["response"] === "string");

function joinOne(pieces: readonly Json[]): Json {
  const whole: Json = {};
  const message: Json = {};
  for (const piece of pieces) {
    const { message: said, response, thinking, ...facts } = piece;
    const logprobs = [...list(whole["logprobs"]), ...list(facts["logprobs"])];
    Object.assign(whole, facts, { logprobs });
    const words = said === undefined ? { content: response, thinking } : object(said);
    addFields(message, words, new Set(["role"]));
  }
  return { ...whole, message };
}

export const ollama: AnswerApi = {
  id: "ollama",
  title: "Ollama answer",
  isAnswer: (value) => isOurs(value) && value["done"] === true,
  isPiece: (value) => isOurs(value) && value["done"] === false,
  join: (pieces) => bySequence(pieces, (_, before) => before.last["done"] === true).map(joinOne),
  read(answer) {
    const said = object(answer["message"]);
    const message = "message" in answer ? said : { content: answer["response"], thinking: answer["thinking"] };
    const nanoseconds = number(answer["total_duration"]);
    return [
      {
        role: "assistant",
        parts: messageParts({ ...message, tool_calls: list(message["tool_calls"]) }),
        model: text(answer["model"]),
        finish: answer["done"] === true ? (text(answer["done_reason"]) ?? "stop") : undefined,
        tokens: namedTokens(list(answer["logprobs"]).map(object)),
        promptTokens: number(answer["prompt_eval_count"]),
        completionTokens: number(answer["eval_count"]),
        ms: nanoseconds === undefined ? undefined : nanoseconds / 1e6,
        started: instant(answer["created_at"]),
      },
    ];
  },
};
