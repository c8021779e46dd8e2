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
  readonly thinking: Thinking | undefined;
}

export function requestOf(facts: ServerFacts, asked: Asked): JsonObject {
  const { api, model, kind, logprobs } = facts;
  const { maxTokens, sampling, seed } = asked;
  return {
    model,
    ...inputOf(facts, asked),
    ...variablesOf(facts, asked),
    max_tokens: maxTokens,
    ...(logprobs ? askForLogprobs(api) : {}),
    temperature: sampling.temperature,
    // TGI takes the nucleus of everything for an error; others have a default of their own.
    ...(kind === "tgi" && sampling.topP >= 1 ? {} : { top_p: sampling.topP }),
    ...(sampling.topK > 0 ? { top_k: sampling.topK } : {}),
    ...(sampling.minP ? { min_p: sampling.minP } : {}),
    seed,
  };
}

function inputOf({ continuation }: ServerFacts, { messages, prompt, text, thinking }: Asked): JsonObject {
  if (prompt !== undefined) return { prompt: prompt + text };
  if (text === "") return { messages };
  const { request, turn } = CONTINUATIONS[continuation ?? "last-turn"];
  return {
    messages: [...messages, { role: "assistant", content: opener(text, thinking) + text, ...turn }],
    ...request,
  };
}

/** What the template writes where the answer begins, and leaves out where a turn is given. */
function opener(text: string, thinking: Thinking | undefined): string {
  if (thinking?.opening !== "template" || text.trimStart().startsWith(thinking.format.opener)) return "";
  return thinking.format.open;
}

/** Variables of the template: a prompt that was made with them has them already. */
function variablesOf({ kind }: ServerFacts, { prompt, thinking }: Asked): JsonObject {
  const variables = thinking?.variables ?? {};
  if (prompt !== undefined || Object.keys(variables).length === 0) return {};
  if (!TEMPLATED.includes(kind)) return variables;
  const { reasoning_effort: effort } = variables;
  return { chat_template_kwargs: variables, ...(effort === undefined ? {} : { reasoning_effort: effort }) };
}
