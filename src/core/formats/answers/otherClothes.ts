/** Answers that are those of another API but for their names: each is put into the names that its reader knows. */
import { parseJson } from "../reading/jsonDocument";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { firstOf } from "./answerApi";

/** Deeper fields keep their names. */
const DEEPEST = 7;

/** An object with other names for its fields, as deep as answers go. */
function renamed(value: unknown, name: (key: string) => string, depth = 0): unknown {
  if (depth > DEEPEST || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as unknown[]).map((each) => renamed(each, name, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [name(key), renamed(each, name, depth + 1)]));
}

const toSnake = (key: string) => key.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
const toCamel = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Gemini's answers as its Python library dumps them. */
function gemini(value: Json): Json | undefined {
  const candidate = firstOf(value["candidates"]);
  const isSnake =
    ["usage_metadata", "model_version", "response_id"].some((name) => name in value) || "finish_reason" in candidate;
  if (!isSnake || list(value["candidates"]).length === 0) return undefined;
  const { candidates, ...facts } = value;
  return {
    ...(renamed(facts, toCamel) as Json),
    candidates: list(candidates)
      .map(object)
      .map(({ content, ...more }) => ({ ...(renamed(more, toCamel) as Json), content })),
  };
}

/** Tencent's names are capitalised. */
function tencent(value: Json): Json | undefined {
  const inside = "Response" in value ? object(value["Response"]) : value;
  return Array.isArray(inside["Choices"]) ? (renamed(inside, toSnake) as Json) : undefined;
}

const BEDROCK_EVENT = /^(?:messageStart|contentBlock(?:Start|Delta|Stop)|messageStop|metadata)$/;

/** Bedrock's events with their name in a field. */
function bedrock(value: Json): Json | undefined {
  const { type, ...event } = value;
  return typeof type === "string" && BEDROCK_EVENT.test(type) ? { [type]: event } : undefined;
}

/** Chunks of Bedrock's older API: JSON of another one in base64. */
function encoded(value: Json): Json | undefined {
  const bytes =
    text(object(value["chunk"])["bytes"]) ?? (Object.keys(value).length <= 2 ? text(value["bytes"]) : undefined);
  if (bytes === undefined || !/^[\w+/]{4,}={0,2}$/.test(bytes)) return undefined;
  const binary = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  const inside = object(parseJson(new TextDecoder().decode(binary)));
  return Object.keys(inside).length > 0 ? inside : undefined;
}

/** Watsonx keeps generations in a list of results. */
function watsonx(value: Json): Json | undefined {
  const result = firstOf(value["results"]);
  if (typeof result["generated_text"] !== "string") return undefined;
  return {
    generated_text: result["generated_text"],
    model: value["model_id"],
    details: {
      finish_reason: result["stop_reason"],
      generated_tokens: result["generated_token_count"],
      prompt_tokens: result["input_token_count"],
    },
  };
}

/** Cloudflare's Workers AI: a text alone, or pieces of one with padding beside them. */
function workers(value: Json): Json | undefined {
  const isOurs = typeof value["response"] === "string" && ("p" in value || "usage" in value);
  if (!isOurs || !Object.keys(value).every((key) => ["response", "p", "usage", "tool_calls"].includes(key)))
    return undefined;
  const usage = object(value["usage"]);
  const isOver = !("p" in value);
  return {
    response: value["response"],
    done: isOver,
    prompt_eval_count: usage["prompt_tokens"],
    eval_count: usage["completion_tokens"],
  };
}

/** Replicate: what was written is a list of its pieces. */
function replicate(value: Json): Json | undefined {
  const output = list(value["output"]);
  if (!("input" in value) || output.length === 0 || !output.every((each) => typeof each === "string")) return undefined;
  return {
    generated_text: output.join(""),
    model: value["model"],
    details: { finish_reason: value["status"] === "succeeded" ? "stop" : undefined },
  };
}

/** Mistral's conversations answer in a list of entries. */
function mistral(value: Json): Json | undefined {
  if (value["object"] !== "conversation.response") return undefined;
  const usage = object(value["usage"]);
  const outputs = list(value["outputs"]).map(object);
  return {
    id: value["conversation_id"],
    object: "response",
    status: "completed",
    model: outputs.map(({ model }) => text(model)).find((each) => each !== undefined),
    output: outputs.map((entry) => (entry["type"] === "message.output" ? { ...entry, type: "message" } : entry)),
    usage: { input_tokens: number(usage["prompt_tokens"]), output_tokens: number(usage["completion_tokens"]) },
  };
}

const CLOTHES = [gemini, tencent, bedrock, encoded, watsonx, workers, replicate, mistral];

/** The same answer, or piece of one, in names that are known; undefined where it wears none of these. */
export function inKnownNames(value: Json): Json | undefined {
  for (const undress of CLOTHES) {
    const known = undress(value);
    if (known) return known;
  }
  return undefined;
}
