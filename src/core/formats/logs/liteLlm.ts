/** Logs of LiteLLM: its standard logging payload and the rows of its spend logs, a request and a response each. */
import type { TraceFormat } from "../format";
import { number, object, scalar, text, type Json } from "../reading/jsonValue";
import { callRuns, replyTurns, requestTurns, type CallRun } from "./loggedCall";
import { l10n } from "../../text/l10n";

const isLog = (value: Json) =>
  ("call_type" in value ||
    "litellm_call_id" in value ||
    "litellm_params" in value ||
    "response_cost" in value ||
    "spend" in value) &&
  ("response" in value || "complete_streaming_response" in value) &&
  ("messages" in value || "proxy_server_request" in value || "request_body" in value);

const seconds = (value: unknown): number | undefined => {
  const given = number(value);
  return given ?? (typeof value === "string" ? Date.parse(value) / 1000 || undefined : undefined);
};

function callOf(log: Json, place: number): CallRun | undefined {
  const reply = replyTurns(log["response"] ?? log["complete_streaming_response"]);
  if (reply.length === 0) return undefined;
  const [start, end] = [seconds(log["startTime"]), seconds(log["endTime"])];
  const own = log["messages"];
  const asked = own === undefined || own === null || Object.keys(object(own)).length === 0 ? [] : requestTurns(own);
  return {
    id: text(log["id"]) ?? text(log["litellm_call_id"]) ?? text(log["request_id"]) ?? `${place + 1}`,
    title: scalar(log["call_type"]),
    asked:
      Array.isArray(own) || typeof own === "string"
        ? requestTurns(own)
        : asked.length > 0
          ? asked
          : requestTurns(log["proxy_server_request"] ?? log["request_body"]),
    reply,
    model: text(log["model"]),
    started: start === undefined ? undefined : new Date(Math.min(start, 8e12) * 1000).toISOString(),
    ms: start !== undefined && end !== undefined && end >= start ? (end - start) * 1000 : undefined,
    promptTokens: number(log["prompt_tokens"]),
    completionTokens: number(log["completion_tokens"]),
  };
}

export const liteLlm: TraceFormat = {
  id: "litellm",
  title: "LiteLLM log",
  detect: ({ beginning }) => beginning.some(isLog),
  *read({ values }, problems) {
    let silent = 0;
    for (const [place, value] of values.entries()) {
      const call = isLog(object(value)) ? callOf(object(value), place) : undefined;
      if (!call) silent += 1;
      else yield* callRuns([call], { group: call.id, verdicts: [] });
    }
    if (silent > 0) problems.push(l10n.later`${silent} of ${values.length} entries hold no answer of a model.`);
  },
};
