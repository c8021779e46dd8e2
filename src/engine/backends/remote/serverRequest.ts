/** The body of a request for one answer. */
import type { RunThinking } from "../../../core/text/thinkFacts";
import type { Message } from "../../../core/trace/trace";
import type { Sampling } from "../../decoding/sampling";
import type { JsonObject } from "../../files/jsonFile";
import { CONTINUATIONS } from "./serverDialect";
import { askForLogprobs, type ServerFacts } from "./serverDiscovery";

/** Programs that hand variables of the template on to it. */
const TEMPLATED = ["vllm", "sglang", "llama.cpp"];

type Thinking = Pick<RunThinking, "format" | "opening" | "variables">;

export interface Asked {
  readonly messages: readonly Message[];
  /** The conversation as text, where the server takes text. */
  readonly prompt: string | undefined;
  /** What stands of the answer already. */
  readonly text: string;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** To each chosen token. */
  readonly alternatives: number;
  readonly thinking: Thinking | undefined;
}

export function requestOf(facts: ServerFacts, asked: Asked): JsonObject {
  const { api, model, kind, logprobs } = facts;
  const { maxTokens, sampling, seed, alternatives } = asked;
  const input = inputOf(facts, asked);
  const isText = "prompt" in input;
  return {
    model,
    ...input,
    // A prompt that was made with them has them already.
    ...(isText ? {} : variablesOf(facts, asked)),
    max_tokens: maxTokens,
    ...(logprobs ? askForLogprobs(isText ? "completions" : api, alternatives) : {}),
    temperature: sampling.temperature,
    // TGI takes the nucleus of everything for an error; others have a default of their own.
    ...(kind === "tgi" && sampling.topP >= 1 ? {} : { top_p: sampling.topP }),
    ...(sampling.topK > 0 ? { top_k: sampling.topK } : {}),
    ...(sampling.minP ? { min_p: sampling.minP } : {}),
    seed,
  };
}

function inputOf({ api, continuation }: ServerFacts, { messages, prompt, text, thinking }: Asked): JsonObject {
  if (api === "completions") return { prompt: prompt! + text };
  if (text === "") return { messages };
  const way = continuation?.way ?? "last-turn";
  if (way === "completion") return { prompt: prompt! + withoutOpener(text, thinking) };
  const { request, turn } = CONTINUATIONS[way];
  return {
    messages: [...messages, { role: "assistant", content: opener(text, thinking) + text, ...turn }],
    ...request,
  };
}

/** What the server sends of a request before what follows it; empty where it repeats nothing. */
export function repeatedOf({ continuation }: ServerFacts, request: JsonObject): string {
  const messages = request["messages"] as readonly Message[] | undefined;
  const last = messages?.at(-1);
  return continuation?.echoes && last?.role === "assistant" ? last.content : "";
}

/** Text whose thinking the prompt opens already: of thoughts that came in a field the mark is ours. */
function withoutOpener(text: string, thinking: Thinking | undefined): string {
  const opener = thinking?.format.opener ?? "";
  if (thinking?.opening !== "template" || opener === "" || !text.startsWith(opener)) return text;
  return text.slice(opener.length).replace(/^\n/, "");
}

/** What the template writes where the answer begins, and leaves out where a turn is given. */
function opener(text: string, thinking: Thinking | undefined): string {
  if (thinking?.opening !== "template" || text.trimStart().startsWith(thinking.format.opener)) return "";
  return thinking.format.open;
}

/** What makes Gemini show a summary of its thoughts, which it keeps to itself otherwise. */
const SHOWN_BY_GOOGLE = { extra_body: { google: { thinking_config: { include_thoughts: true } } } };

/** Variables of the template. */
function variablesOf({ kind }: ServerFacts, { thinking }: Asked): JsonObject {
  const variables = thinking?.variables ?? {};
  if (Object.keys(variables).length === 0) return kind === "gemini" ? SHOWN_BY_GOOGLE : {};
  if (!TEMPLATED.includes(kind)) return variables;
  const { reasoning_effort: effort } = variables;
  return { chat_template_kwargs: variables, ...(effort === undefined ? {} : { reasoning_effort: effort }) };
}
