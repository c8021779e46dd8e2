/** Chat and text completions as OpenAI, vLLM, SGLang, llama.cpp, DeepSeek, OpenRouter, Mistral, xAI and others give them. */
import { messageParts } from "../reading/foreignMessage";
import { list, number, object, text, instant, type Json } from "../reading/jsonValue";
import type { ForeignToken } from "../reading/pieces";
import { namedTokens } from "../reading/tokenTexts";
import { addFields, addIndexed, bySequence, type AnswerApi, type AnswerTurn, type SequenceSoFar } from "./answerApi";

/** Fields of a piece that say one thing. */
const FIXED = new Set(["role", "id", "type", "index", "name", "object", "model", "finish_reason"]);

const choicesOf = (value: Json) => list(value["choices"]).map(object);

/** Log-probabilities of a choice: by token, or as lists side by side (`tokens`, `token_logprobs`). */
export function logprobTokens(logprobs: Json): ForeignToken[] {
  const entries = [...list(logprobs["reasoning_content"]), ...list(logprobs["content"])].map(object);
  const byToken = namedTokens(entries);
  if (byToken.length > 0) return byToken;
  const values = list(logprobs["token_logprobs"]);
  return namedTokens(
    list(logprobs["tokens"]).map((token, index) => ({ token: text(token) ?? "", logprob: values[index] })),
  );
}

function joinOne(pieces: readonly Json[]): Json {
  const whole: Json = {};
  const choices: Json[] = [];
  for (const piece of pieces) {
    const { choices: _, usage, ...facts } = piece;
    addFields(whole, facts, new Set(Object.keys(facts)));
    if (usage) whole["usage"] = usage;
    for (const { delta, logprobs, ...choice } of choicesOf(piece))
      addChoice(choices, choice, object(delta), object(logprobs));
  }
  return { ...whole, object: "chat.completion", choices };
}

function addChoice(choices: Json[], piece: Json, delta: Json, logprobs: Json): void {
  const index = piece["index"] ?? 0;
  addIndexed(choices, { ...piece, index }, FIXED);
  const choice = choices.find((each) => each["index"] === index)!;
  if (Object.keys(logprobs).length > 0) addFields((choice["logprobs"] ??= {}) as Json, logprobs);
  if (Object.keys(delta).length === 0) return;
  const message = (choice["message"] ??= {}) as Json;
  const { tool_calls: calls, ...fields } = withThoughtOfGoogle(delta, message);
  // Pieces of one thought that nothing numbers.
  for (const name of ["reasoning_details", "thinking_blocks"])
    if (Array.isArray(fields[name])) fields[name] = list(fields[name]).map((each) => ({ index: 0, ...object(each) }));
  // Mistral's content may be a text in one piece and a list of parts in another.
  if (Array.isArray(message["content"]) && typeof fields["content"] === "string" && fields["content"] !== "")
    fields["content"] = [{ type: "text", text: fields["content"] }];
  else if (Array.isArray(fields["content"]) && typeof message["content"] === "string")
    message["content"] = message["content"] === "" ? [] : [{ type: "text", text: message["content"] }];
  addFields(message, fields, FIXED);
  const called = (message["tool_calls"] ??= []) as Json[];
  for (const call of list(calls).map(object)) addCall(called, call);
}

/** Gemini marks pieces of its thought beside their text; some have a tag around them besides. */
function withThoughtOfGoogle({ extra_content, ...delta }: Json, message: Json): Json {
  const content = text(delta["content"]);
  if (object(object(extra_content)["google"])["thought"] === true && content !== undefined) {
    const [thought = "", ...rest] = content.replace(/^<(?:thought|think)>/, "").split(/<\/(?:thought|think)>/);
    return { ...delta, content: rest.join(""), reasoning_content: thought };
  }
  const isFirst = text(message["reasoning_content"]) !== undefined && !message["content"];
  return isFirst && content !== undefined
    ? { ...delta, content: content.replace(/^\s*<\/(?:thought|think)>/, "") }
    : { ...delta, ...(extra_content === undefined ? {} : { extra_content }) };
}

function addCall(called: Json[], piece: Json): void {
  const { function: inner, ...facts } = piece;
  addIndexed(called, facts, FIXED);
  const call = called.find((each) => each["index"] === piece["index"]) ?? called.at(-1)!;
  addFields((call["function"] ??= {}) as Json, object(inner), FIXED);
}

/** A new answer begins with another id, or with words after every choice was finished. */
function begins(piece: Json, { first, over }: SequenceSoFar): boolean {
  if (piece["id"] && first["id"] && piece["id"] !== first["id"]) return true;
  return (
    over &&
    choicesOf(piece).some((choice) => Object.keys(object(choice["delta"])).length > 0 && !choice["finish_reason"])
  );
}

const ends = (piece: Json) => choicesOf(piece).some((choice) => text(choice["finish_reason"]) !== undefined);

/** Text pieces of Mistral's thinking arrive one by one in a list of parts: those of one kind are one part. */
function mergedContent(message: Json): Json {
  const parts = list(message["content"]).map(object);
  if (parts.length === 0) return message;
  const merged: Json[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last && last["type"] === "text" && part["type"] === "text")
      last["text"] = `${text(last["text"]) ?? ""}${text(part["text"]) ?? ""}`;
    else if (last && last["type"] === "thinking" && part["type"] === "thinking") {
      const inside = [...list(last["thinking"]), ...list(part["thinking"])].map(object);
      const words = inside.map((each) => text(each["text"]) ?? "").join("");
      last["thinking"] = [{ type: "text", text: words }];
    } else if (last && last["type"] === "reasoning" && part["type"] === "reasoning") {
      const said = [...list(last["summary"]), ...list(part["summary"])].map((each) => text(object(each)["text"]) ?? "");
      last["summary"] = [{ type: "summary_text", text: said.join("") }];
    } else merged.push({ ...part });
  }
  return { ...message, content: merged };
}

export const openAiChat: AnswerApi = {
  id: "openai",
  title: "OpenAI chat completion",
  isAnswer: (value) => {
    const [first] = choicesOf(value);
    return first !== undefined && ("message" in first || typeof first["text"] === "string") && !isTextPiece(value);
  },
  isPiece: (value) =>
    value["object"] === "chat.completion.chunk" ||
    // The last piece of some streams is what was counted.
    (list(value["choices"]).length === 0 &&
      Array.isArray(value["choices"]) &&
      "prompt_tokens" in object(value["usage"])) ||
    choicesOf(value).some((choice) => "delta" in choice) ||
    isTextPiece(value),
  join: (pieces) => bySequence(pieces, begins, ends).map(joinOne),
  read(answer) {
    const usage = object(answer["usage"]);
    const details = object(usage["completion_tokens_details"]);
    const created = number(answer["created"]);
    const id = text(answer["id"]);
    return choicesOf(answer).map((choice, index): AnswerTurn => {
      const message = "message" in choice ? mergedContent(object(choice["message"])) : { content: choice["text"] };
      const { reasoning, reasoning_content, stop_reason, finish_reason: reason = stop_reason } = choice;
      return {
        id: id === undefined || index === 0 ? id : `${id}-${index + 1}`,
        role: "assistant",
        // Some servers put reasoning beside the message.
        parts: messageParts({ reasoning, reasoning_content, ...message }),
        model: text(answer["model"]),
        // Inspect has the other name; where both stand, the other is the text that stopped it.
        finish: text(reason) ?? text(object(reason)["type"]),
        tokens: logprobTokens(object(choice["logprobs"])),
        promptTokens: number(usage["prompt_tokens"]) ?? number(usage["input_tokens"]),
        completionTokens: number(usage["completion_tokens"]) ?? number(usage["output_tokens"]),
        reasoningTokens: number(details["reasoning_tokens"]) ?? number(usage["reasoning_tokens"]),
        started: created === undefined ? undefined : instant(created * 1000),
      };
    });
  },
};

/** Text completions stream under the same name as whole ones: only the last piece gives a reason why it ended. */
function isTextPiece(value: Json): boolean {
  const [first] = choicesOf(value);
  return value["object"] === "text_completion" && first !== undefined && first["finish_reason"] === null;
}
