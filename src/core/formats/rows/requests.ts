/** Requests that were saved without what came back. */
import { roleOf } from "../reading/foreignMessage";
import { list, object, type Json } from "../reading/jsonValue";

/** Where the turns of a request stand. */
const TURNS = ["messages", "contents", "input", "inputs", "prompt"];
/** What a request says besides, in texts, lists or objects. In a field of any other name an answer may stand. */
const BESIDE = new Set(
  [
    "model system system_prompt systemInstruction system_instruction instructions tools tool_choice toolConfig",
    "tool_config functions function_call response_format text reasoning reasoning_effort thinking stop stop_sequences",
    "stopSequences stream_options generationConfig generation_config safetySettings safety_settings metadata modalities",
    "audio output_config cache_control betas user include service_tier options logit_bias inferenceConfig",
    "custom_id method url",
  ]
    .join(" ")
    .split(" "),
);
/** Values that are looked at. */
const FIRST = 20;

const isPlain = (value: unknown) => (typeof value !== "object" && typeof value !== "string") || value === null;

/** Turns of a person and of tools, and none of a model. */
function areAsked(turns: readonly unknown[]): boolean {
  const roles = turns.map((turn) => roleOf(object(turn)["role"]));
  return roles.includes("user") && roles.every((role) => role !== undefined && role !== "assistant");
}

function isRequest(value: Json, depth = 0): boolean {
  const field = TURNS.find((name) => areAsked(list(value[name])));
  const inside =
    depth === 0 ? ["body", "request", "params"].find((name) => isRequest(object(value[name]), 1)) : undefined;
  const own = field ?? inside;
  return own !== undefined && Object.keys(value).every((key) => key === own || BESIDE.has(key) || isPlain(value[key]));
}

/** Whether all that a file holds was said to a model. */
export function holdsRequests(values: readonly unknown[]): boolean {
  const first = values.slice(0, FIRST);
  return first.length > 0 && (areAsked(values) || first.every((value) => isRequest(object(value))));
}
