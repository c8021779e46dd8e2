/** Alibaba's DashScope: answers as OpenAI's one level deeper, and streams whose pieces may hold all so far. */
import { messageParts } from "../reading/foreignMessage";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { bySequence, firstOf, type AnswerApi } from "./answerApi";

const choiceOf = (value: Json) => firstOf(object(value["output"])["choices"]);
/** Every piece says whether it is the last; an output without that is another tool's, and whole. */
const isOurs = (value: Json) => "message" in choiceOf(value) && "finish_reason" in choiceOf(value);
/** `null` is written as a word where an answer goes on. */
const isOver = (value: Json) =>
  !["null", null, undefined, ""].includes(choiceOf(value)["finish_reason"] as string | null);

function grown(before: string, piece: unknown): string {
  const said =
    typeof piece === "string"
      ? piece
      : list(piece)
          .map((each) => text(object(each)["text"]) ?? "")
          .join("");
  return before !== "" && said.startsWith(before) ? said : before + said;
}

function joinOne(pieces: readonly Json[]): Json {
  let [content, reasoning] = ["", ""];
  for (const piece of pieces) {
    const message = object(choiceOf(piece)["message"]);
    content = grown(content, message["content"]);
    reasoning = grown(reasoning, message["reasoning_content"]);
  }
  const last = pieces.at(-1)!;
  const message = { role: "assistant", content, reasoning_content: reasoning };
  return { ...last, output: { choices: [{ ...choiceOf(last), message }] } };
}

export const dashScope: AnswerApi = {
  id: "dashscope",
  title: "DashScope answer",
  isAnswer: (value) => isOurs(value) && isOver(value),
  isPiece: (value) => isOurs(value) && !isOver(value),
  join: (pieces) =>
    bySequence(pieces, (piece, { last }) => isOver(last) || piece["request_id"] !== last["request_id"]).map(joinOne),
  read(answer) {
    const usage = object(answer["usage"]);
    const choice = choiceOf(answer);
    return [
      {
        id: text(answer["request_id"]),
        role: "assistant",
        parts: messageParts(object(choice["message"])),
        model: text(answer["model"]),
        finish: isOver(answer) ? text(choice["finish_reason"]) : undefined,
        promptTokens: number(usage["input_tokens"]),
        completionTokens: number(usage["output_tokens"]),
        reasoningTokens: number(object(usage["output_tokens_details"])["reasoning_tokens"]),
      },
    ];
  },
};
