/** Chat completions as OpenAI, vLLM, SGLang, DeepSeek, OpenRouter and Ollama give them, one object or one a line. */
import type { Trace } from "../trace/fold";
import { messageParts, promptMessages } from "./foreignMessage";
import { foreignEvents, withTokens, type ForeignPart, type ForeignToken } from "./foreignRun";
import type { ForeignFile, Imported, TraceFormat } from "./format";
import { firstJson, jsonValues, list, number, object, text, type Json } from "./jsonValue";
import { runText } from "./runText";

/** The completion itself, where a log wraps it as `response` or `body`. */
function completionOf(value: unknown): Json | undefined {
  const outer = object(value);
  for (const each of [
    outer,
    object(outer["response"]),
    object(object(outer["response"])["body"]),
    object(outer["result"]),
  ]) {
    if (Array.isArray(each["choices"]) || isResponse(each) || isOllama(each)) return each;
  }
  return undefined;
}

/** The Responses API: a list of output items. */
const isResponse = (value: Json) => Array.isArray(value["output"]) && value["object"] === "response";
/** Ollama's own chat reply. */
const isOllama = (value: Json) => "message" in value && ("eval_count" in value || "done" in value);
/** A conversation as data sets keep it, its last message the model's. */
const isConversation = (value: Json) =>
  Array.isArray(value["messages"]) && object(list(value["messages"]).at(-1))["role"] === "assistant";

function logprobTokens(choice: Json): ForeignToken[] {
  const logprobs = object(choice["logprobs"]);
  const all = [...list(logprobs["reasoning_content"]), ...list(logprobs["content"])];
  return all.map(object).flatMap((entry): ForeignToken[] => {
    const token = text(entry["token"]);
    return token === undefined ? [] : [{ text: token, logprob: number(entry["logprob"]) }];
  });
}

function choiceParts(choice: Json): ForeignPart[] {
  const parts =
    "message" in choice ? messageParts(object(choice["message"])) : messageParts({ content: choice["text"] });
  return withTokens(parts, logprobTokens(choice));
}

/** Items of the Responses API: reasoning with its summary, messages with their parts. */
function responseParts(items: readonly unknown[]): ForeignPart[] {
  return items.map(object).flatMap((item) => {
    if (item["type"] === "message") return messageParts(item);
    return item["type"] === "reasoning" ? messageParts({ content: [item] }) : [];
  });
}

interface Written {
  parts: ForeignPart[];
  finish: string | undefined;
}

function writtenIn(completion: Json): Written[] {
  if (isResponse(completion)) {
    return [{ parts: responseParts(list(completion["output"])), finish: text(completion["status"]) }];
  }
  if (isOllama(completion) && !Array.isArray(completion["choices"])) {
    return [{ parts: messageParts(object(completion["message"])), finish: text(completion["done_reason"]) }];
  }
  return list(completion["choices"])
    .map(object)
    .map((choice) => ({ parts: choiceParts(choice), finish: text(choice["finish_reason"]) }));
}

function readOne(value: unknown, file: ForeignFile, index: number): Imported["traces"] {
  const outer = object(value);
  const completion = completionOf(value);
  if (completion === undefined) {
    if (!isConversation(outer)) return [];
    const messages = list(outer["messages"]);
    const parts = messageParts(object(messages.at(-1)));
    const run = {
      format: "openai",
      file: file.name,
      id: `${index + 1}`,
      messages: promptMessages(messages.slice(0, -1)),
      parts,
    };
    return [foreignEvents({ ...run, model: text(outer["model"]), gold: goldOf(outer) })];
  }
  const request = { ...object(outer["request"]), ...object(object(outer["request"])["body"]) };
  const asked = [request["messages"], outer["messages"], request["input"], outer["input"]].find(
    Array.isArray,
  ) as unknown;
  const usage = object(completion["usage"]);
  const details = { ...object(usage["completion_tokens_details"]), ...object(usage["output_tokens_details"]) };
  const created = number(completion["created"]) ?? number(completion["created_at"]);
  return writtenIn(completion).map(({ parts, finish }, choice) =>
    foreignEvents({
      format: "openai",
      file: file.name,
      id: [text(completion["id"]) ?? `${index + 1}`, ...(choice > 0 ? [choice + 1] : [])].join("-"),
      model: text(completion["model"]),
      strategy: text(outer["strategy"]),
      messages: promptMessages(list(asked)),
      parts,
      gold: goldOf(outer),
      finish,
      promptTokens:
        number(usage["prompt_tokens"]) ?? number(usage["input_tokens"]) ?? number(completion["prompt_eval_count"]),
      completionTokens:
        number(usage["completion_tokens"]) ?? number(usage["output_tokens"]) ?? number(completion["eval_count"]),
      reasoningTokens: number(details["reasoning_tokens"]),
      ms: nanoseconds(completion["total_duration"]),
      started: created === undefined || Math.abs(created) > 8e12 ? undefined : new Date(created * 1000).toISOString(),
    }),
  );
}

const nanoseconds = (value: unknown): number | undefined => {
  const parsed = number(value);
  return parsed === undefined ? undefined : parsed / 1e6;
};

const goldOf = (outer: Json) =>
  ["gold", "expected", "ground_truth"].map((name) => text(outer[name])).find((each) => each !== undefined);

function toCompletion(trace: Trace): Json {
  const { header, exit } = trace;
  const { thinking, answer, tokens, counts } = runText(trace);
  const started = Date.parse(header?.started ?? "");
  return {
    id: header?.id ?? "",
    object: "chat.completion",
    created: Number.isNaN(started) ? 0 : Math.floor(started / 1000),
    model: header?.model.id ?? "unknown",
    choices: [
      {
        index: 0,
        finish_reason: exit?.why === "truncated" || exit?.why === "budget" ? "length" : "stop",
        message: { role: "assistant", ...(thinking === "" ? {} : { reasoning_content: thinking }), content: answer },
        logprobs: {
          content: tokens.map((token) => ({
            token: token.text,
            logprob: token.logprob ?? 0,
            bytes: null,
            top_logprobs: [],
          })),
        },
      },
    ],
    usage: {
      prompt_tokens: counts.prompt,
      completion_tokens: counts.total,
      total_tokens: counts.prompt + counts.total,
      completion_tokens_details: { reasoning_tokens: counts.total - counts.answer },
    },
    messages: header?.messages ?? [],
    strategy: header?.strategy,
    ...(header?.gold === undefined ? {} : { gold: header.gold }),
  };
}

export const openAi: TraceFormat = {
  id: "openai",
  title: "OpenAI chat completion",
  extension: ".jsonl",
  detect: ({ text: source }) => {
    const first = firstJson(source);
    return completionOf(first) !== undefined || isConversation(object(first));
  },
  read(file) {
    const values = jsonValues(file.text);
    const traces = values.flatMap((value, index) => readOne(value, file, index));
    return { traces, problems: [] };
  },
  write: (traces) => traces.map((trace) => `${JSON.stringify(toCompletion(trace))}\n`).join(""),
};
