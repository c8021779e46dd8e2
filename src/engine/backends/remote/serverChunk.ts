/** What one chunk of a streamed completion says, whichever dialect the server speaks. */
import type { Alternative } from "../../../core/trace/fold";
import type { JsonObject } from "../../files/jsonFile";
import { isObject } from "../../files/jsonFile";
import { errorIn } from "./serverSaid";

export interface ChunkToken {
  id: number | undefined;
  text: string;
  logprob: number | undefined;
  /** What else might have been chosen, as the server names its tokens. */
  others?: readonly Alternative[];
}

export interface Chunk {
  /** Text the model thought, where the server keeps that apart from the answer. */
  thinking: string;
  text: string;
  /** One entry a token where the server gives log-probabilities, else empty. */
  tokens: ChunkToken[];
  /** `stop`, `length`, … once it is over. */
  finish: string | undefined;
  promptTokens: number | undefined;
  /** Tokens up to here: of the prompt, of those `cached`, and written. Undefined where not both are told. */
  usage: { prompt: number; cached: number; completion: number } | undefined;
  error: string | undefined;
}

/** Reads a chunk of `/v1/completions` or `/v1/chat/completions`. What is missing or of another type counts as absent. */
export function readChunk(value: unknown): Chunk {
  const chunk = isObject(value) ? value : {};
  const choice = first(chunk["choices"]);
  // Whole answers have `message` where streamed ones have `delta`.
  const delta = object(choice["delta"] ?? choice["message"]);
  const written = partsOf(delta["content"]);
  const content = "delta" in choice && isThoughtOfGoogle(delta) ? asThought(written.text) : written;
  const usage = usageIn(chunk, choice);
  const timings = object(chunk["timings"]);
  return {
    thinking: thinkingOf(delta) || content.thinking,
    // What a model says instead of an answer that it refuses has a field of its own with OpenAI.
    text: text(choice["text"]) || content.text || text(delta["refusal"]),
    tokens: tokensOf(object(choice["logprobs"])),
    finish: finishOf(choice["finish_reason"]),
    promptTokens: promptTokens(usage) ?? readTokens(timings),
    usage: usageOf(usage, timings),
    error: errorIn(value),
  };
}

/** Gemini marks pieces of its thought beside their text, and writes a tag around them besides or does not. */
const isThoughtOfGoogle = (delta: JsonObject): boolean =>
  object(object(delta["extra_content"])["google"])["thought"] === true;

/** @returns what of a marked piece is thought, and what stands behind its tag's end */
function asThought(text: string): { thinking: string; text: string } {
  const [thinking = "", ...rest] = text.replace(THOUGHT_BEGINS, "").split(THOUGHT_ENDS);
  return { thinking, text: rest.join("") };
}

const THOUGHT_BEGINS = /^<(?:thought|think)>/;
const THOUGHT_ENDS = /<\/(?:thought|think)>/;

/** TGI writes an empty one while it goes on, others “null”; SGLang may write an object with its type. */
function finishOf(reason: unknown): string | undefined {
  const named = text(isObject(reason) ? reason["type"] : reason);
  return named === "" || named === "null" ? undefined : named;
}

/** Parts in parts that are looked into. */
const DEEPEST_PART = 5;

/** Content as a text, or as a list of parts with a type each (Mistral, and gateways to other interfaces). */
function partsOf(content: unknown, depth = 0): { thinking: string; text: string } {
  if (typeof content === "string") return { thinking: "", text: content };
  let [thinking, written] = ["", ""];
  for (const part of (Array.isArray(content) ? content : [content]).filter(isObject)) {
    const type = text(part["type"]);
    const inner = INNER.map((name) => part[name]).find((each) => each !== undefined && each !== null);
    if (depth >= DEEPEST_PART) continue;
    const read = partsOf(inner, depth + 1);
    if (/think|reason|summary/.test(type)) thinking += read.thinking + read.text;
    else if (type === "" || /text/.test(type)) [thinking, written] = [thinking + read.thinking, written + read.text];
  }
  return { thinking, text: written };
}

/** Where the text of a part stands. */
const INNER = ["thinking", "reasoning", "text", "summary", "content"];
/**
 * Where thoughts stand, as text or in parts: vLLM and SGLang: `reasoning_content`; newer vLLM, OpenRouter, Groq and
 * Ollama: `reasoning`; Copilot: `reasoning_text`; as parts alone with OpenRouter and LiteLLM.
 */
const THOUGHTS = [
  "reasoning_content",
  "reasoning",
  "thinking",
  "reasoning_text",
  "reasoning_details",
  "thinking_blocks",
];

function thinkingOf(delta: JsonObject): string {
  for (const name of THOUGHTS) {
    const { thinking, text } = partsOf(delta[name]);
    if (thinking + text !== "") return thinking + text;
  }
  const handedOn = delta["provider_specific_fields"];
  return isObject(handedOn) && !("provider_specific_fields" in handedOn) ? thinkingOf(handedOn) : "";
}

/**
 * Chat completions, and llama.cpp on both paths, list `content[]` of tokens; completions otherwise have parallel
 * arrays `tokens` and `token_logprobs`.
 */
function tokensOf(logprobs: JsonObject): ChunkToken[] {
  if (Array.isArray(logprobs["content"])) {
    return logprobs["content"].filter(isObject).map((token) => {
      const listed = Array.isArray(token["top_logprobs"]) ? token["top_logprobs"].filter(isObject) : [];
      return {
        id: count(token["id"]),
        text: text(token["token"]),
        logprob: logprob(token["logprob"]),
        ...othersOf(
          listed.map((each) => [text(each["token"]), each["logprob"]]),
          text(token["token"]),
        ),
      };
    });
  }
  if (!Array.isArray(logprobs["tokens"])) return [];
  const values = Array.isArray(logprobs["token_logprobs"]) ? logprobs["token_logprobs"] : [];
  const listed = Array.isArray(logprobs["top_logprobs"]) ? logprobs["top_logprobs"] : [];
  return logprobs["tokens"].map((token, index) => ({
    // MLX names tokens by their ids, the others as well.
    id: count(token),
    text: text(token),
    logprob: logprob(values[index]),
    ...(typeof token === "number" ? {} : othersOf(Object.entries(object(listed[index])), text(token))),
  }));
}

/** A server that was asked for a few may list thousands. */
const MOST_OTHERS = 20;
const LONGEST_OTHER = 200;
/** Less likely ones are not told: half a percent. */
const UNLIKELY = 0.005;

/** What is listed beside the chosen token, the likeliest first. */
function othersOf(listed: readonly (readonly [string, unknown])[], chosen: string): { others?: Alternative[] } {
  const others = listed
    .map(([each, value]) => [each.slice(0, LONGEST_OTHER), Math.exp(logprob(value) ?? -Infinity)] as const)
    .filter(([each, probability]) => each !== "" && each !== chosen && probability >= UNLIKELY)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_OTHERS);
  return others.length > 0 ? { others } : {};
}

/**
 * The tokens of a chunk with the text that they stand for: a server's names of tokens are not always text (bytes of a
 * character, markers of word beginnings), so where they do not join to what was sent, the first one carries all of it.
 */
export function tokensWithText({ tokens }: Chunk, sent: string): ChunkToken[] {
  if (tokens.length === 0) return sent === "" ? [] : [{ id: undefined, text: sent, logprob: undefined }];
  if (tokens.map((token) => token.text).join("") === sent) return tokens;
  return tokens.map((token, index) => ({ ...token, text: index === 0 ? sent : "" }));
}

/** As `tokensWithText`; of an answer that comes at once with its thoughts, these are a token of their own. */
export function tokensOfText(chunk: Chunk, [thought, answer]: readonly [string, string]): ChunkToken[] {
  if (thought === "" || answer === "") return tokensWithText(chunk, thought + answer);
  return [{ id: undefined, text: thought, logprob: undefined }, ...tokensWithText(chunk, answer)];
}

/** llama.cpp: how many tokens of the prompt were in its cache, and how many it read. */
function readTokens(timings: JsonObject): number | undefined {
  const [cached, read] = [count(timings["cache_n"]), count(timings["prompt_n"])];
  return cached === undefined || read === undefined ? undefined : cached + read;
}

/** Beside the choices, with Kimi in the choice, with Groq in a field of its own. */
const usageIn = (chunk: JsonObject, choice: JsonObject): JsonObject =>
  [chunk["usage"], choice["usage"], object(chunk["x_groq"])["usage"]].find(isObject) ?? {};

/** Some count nothing yet, and write 0; a prompt of no tokens there is none. */
const promptTokens = (usage: JsonObject): number | undefined =>
  count(usage["prompt_tokens"]) || count(usage["input_tokens"]) || undefined;

/** What of a prompt was in a cache stands in a place of its own with each: OpenAI's, DeepSeek's, or llama.cpp's. */
function usageOf(usage: JsonObject, timings: JsonObject): Chunk["usage"] {
  const prompt = promptTokens(usage) ?? readTokens(timings);
  const completion =
    count(usage["completion_tokens"]) ?? count(usage["output_tokens"]) ?? count(timings["predicted_n"]);
  if (prompt === undefined || completion === undefined) return undefined;
  const told = [
    object(usage["prompt_tokens_details"])["cached_tokens"],
    object(usage["input_tokens_details"])["cached_tokens"],
    usage["prompt_cache_hit_tokens"],
    usage["cached_tokens"],
    timings["cache_n"],
  ];
  const cached = told.map(count).find((tokens) => tokens !== undefined) ?? 0;
  return { prompt, cached: Math.min(prompt, cached), completion };
}

const object = (value: unknown): JsonObject => (isObject(value) ? value : {});
const first = (value: unknown): JsonObject => (Array.isArray(value) ? object(value[0]) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const count = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;

/** Some servers write −9999 or null for a token that they did not score. */
const logprob = (value: unknown): number | undefined =>
  typeof value === "number" && value > -9000 && value <= 1e-6 ? Math.min(0, value) : undefined;
