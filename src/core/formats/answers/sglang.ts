/** SGLang's own generations (`/generate`): a text with what is known of it, and streams whose pieces hold all so far. */
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";
import type { ForeignToken } from "../reading/pieces";
import { bySequence, type AnswerApi } from "./answerApi";

const factsOf = (value: Json) => object(value["meta_info"]);
const isOurs = (value: Json) =>
  typeof value["text"] === "string" && ("finish_reason" in factsOf(value) || "completion_tokens" in factsOf(value));
const isOver = (value: Json) => {
  const reason = factsOf(value)["finish_reason"];
  return reason !== null && reason !== undefined;
};

/** Triples of log-probability, id and text, which is null where it was not asked for. */
function tokensOf(facts: Json): ForeignToken[] {
  return list(facts["output_token_logprobs"]).flatMap((triple): ForeignToken[] => {
    const [logprob, , token] = list(triple);
    return typeof token === "string" ? [{ text: token, logprob: number(logprob) }] : [];
  });
}

function joinOne(pieces: readonly Json[]): Json {
  let written = "";
  for (const piece of pieces) {
    const said = text(piece["text"]) ?? "";
    // With `--stream-output` each piece holds what is new.
    written = said.startsWith(written) ? said : written + said;
  }
  return { ...pieces.at(-1), text: written };
}

export const sglang: AnswerApi = {
  id: "sglang",
  title: "SGLang generation",
  isAnswer: (value) => isOurs(value) && (isOver(value) || !("finish_reason" in factsOf(value))),
  isPiece: (value) => isOurs(value) && "finish_reason" in factsOf(value) && !isOver(value),
  join: (pieces) => bySequence(pieces, (_, before) => isOver(before.last)).map(joinOne),
  read(answer) {
    const facts = factsOf(answer);
    const reason = facts["finish_reason"];
    const seconds = number(facts["e2e_latency"]);
    return [
      {
        id: scalar(facts["id"]),
        role: "assistant",
        parts: [{ kind: "text", text: text(answer["text"]) ?? "" }],
        finish: text(reason) ?? text(object(reason)["type"]),
        tokens: tokensOf(facts),
        promptTokens: number(facts["prompt_tokens"]),
        completionTokens: number(facts["completion_tokens"]),
        ms: seconds === undefined ? undefined : seconds * 1000,
      },
    ];
  },
};
