/** llama.cpp's own completions (`/completion`), and those of Text Generation Inference (`/generate`). */
import { list, number, object, text, type Json } from "../reading/jsonValue";
import type { ForeignToken } from "../reading/pieces";
import { bySequence, firstOf, type AnswerApi } from "./answerApi";

const isOurs = (value: Json) => typeof value["content"] === "string" && typeof value["stop"] === "boolean";

/** Probabilities as newer servers give them (`logprob`), or as older ones do (`probs`, of which the first was taken). */
function tokensOf(answer: Json): ForeignToken[] {
  return list(answer["completion_probabilities"])
    .map(object)
    .flatMap((entry): ForeignToken[] => {
      const token = text(entry["token"]) ?? text(entry["content"]);
      if (token === undefined) return [];
      const [best] = list(entry["probs"]).map(object);
      const probability = number(best?.["prob"]);
      const known = probability === undefined || probability <= 0 ? undefined : Math.log(probability);
      return [{ text: token, logprob: number(entry["logprob"]) ?? known }];
    });
}

function joinOne(pieces: readonly Json[]): Json {
  const all = (name: string) => pieces.flatMap((piece) => list(piece[name]));
  const content = pieces.map((piece) => text(piece["content"]) ?? "").join("");
  return { ...pieces[0], ...pieces.at(-1), content, completion_probabilities: all("completion_probabilities") };
}

export const llamaCpp: AnswerApi = {
  id: "llama.cpp",
  title: "llama.cpp completion",
  isAnswer: (value) => isOurs(value) && value["stop"] === true,
  isPiece: (value) => isOurs(value) && value["stop"] === false,
  join: (pieces) => bySequence(pieces, (_, before) => before.last["stop"] === true).map(joinOne),
  read(answer) {
    const timings = object(answer["timings"]);
    const ms = [number(timings["prompt_ms"]), number(timings["predicted_ms"])];
    return [
      {
        role: "assistant",
        parts: [{ kind: "text", text: text(answer["content"]) ?? "" }],
        model: text(answer["model"]),
        finish: answer["stop"] === true ? finishOf(answer) : undefined,
        tokens: tokensOf(answer),
        promptTokens: number(answer["tokens_evaluated"]),
        completionTokens: number(answer["tokens_predicted"]),
        ms: ms.every((each) => each !== undefined) ? ms[0]! + ms[1]! : undefined,
      },
    ];
  },
};

function finishOf(answer: Json): string | undefined {
  const type = text(answer["stop_type"]);
  if (type !== undefined) return type === "limit" ? "length" : type;
  return answer["stopped_limit"] === true ? "length" : "stop";
}

const generatedIn = (value: Json) => text(value["generated_text"]);
const tokenIn = (value: Json) => object(value["token"]);

export const textGeneration: AnswerApi = {
  id: "text-generation",
  title: "Text Generation Inference answer",
  isAnswer: (value) => generatedIn(value) !== undefined && !("token" in value),
  isPiece: (value) => typeof tokenIn(value)["text"] === "string" && "generated_text" in value,
  join: (pieces) =>
    bySequence(pieces, (_, before) => generatedIn(before.last) !== undefined).map((each) => {
      const tokens = each.map(tokenIn);
      const written = tokens.filter(({ special }) => special !== true).map((token) => text(token["text"]) ?? "");
      const last = each.at(-1)!;
      return { generated_text: generatedIn(last) ?? written.join(""), details: { ...object(last["details"]), tokens } };
    }),
  read(answer) {
    const details = object(answer["details"]);
    return [
      {
        role: "assistant",
        parts: [{ kind: "text", text: generatedIn(answer) ?? "" }],
        finish: text(details["finish_reason"]) ?? text(firstOf(details["best_of_sequences"])["finish_reason"]),
        tokens: list(details["tokens"])
          .map(object)
          .map((token) => ({ text: text(token["text"]) ?? "", logprob: number(token["logprob"]) })),
        model: text(answer["model"]),
        promptTokens: number(details["prompt_tokens"]),
        completionTokens: number(details["generated_tokens"]),
      },
    ];
  },
};
