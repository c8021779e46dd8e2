/** Traces of Langfuse, as its page and its API export them: `{trace, observations}`; every generation is one run. */
import type { Verdict } from "../../trace/trace";
import type { TraceFormat } from "../format";
import { parseJson } from "../reading/jsonDocument";
import { list, msBetween, number, object, scalar, text, type Json } from "../reading/jsonValue";
import { callRuns, replyTurns, requestTurns, type CallRun } from "./loggedCall";
import { l10n } from "../../text/l10n";

const observationsOf = (value: Json) => list(value["observations"]).map(object);
const isObservation = (each: Json) => "type" in each && ("output" in each || "input" in each);
const isTrace = (value: Json) => observationsOf(value).some(isObservation);

/** Observations that are calls of a model, in the order of their time. */
function generations(value: Json): Json[] {
  return observationsOf(value)
    .filter(({ type }) => text(type)?.toUpperCase() === "GENERATION")
    .sort((a, b) => (text(a["startTime"]) ?? "").localeCompare(text(b["startTime"]) ?? ""));
}

/** Other observations that end in words of the assistant: some frameworks keep them in spans, and nothing in generations. */
function spokenSpans(value: Json): Json[] {
  return observationsOf(value).filter(({ output }) => {
    const said = object(typeof output === "string" ? parseJson(output) : output);
    return said["role"] === "assistant";
  });
}

function verdictsOf(value: Json): Verdict[] {
  const scores = [...list(value["scores"]), ...list(object(value["trace"])["scores"])].map(object);
  return scores.flatMap((score): Verdict[] => {
    const words = scalar(score["stringValue"]) ?? scalar(score["value"]);
    if (words === undefined) return [];
    const isTruth = score["dataType"] === "BOOLEAN";
    const why = text(score["comment"]);
    return [
      {
        by: text(score["name"]) ?? "score",
        value: words,
        ...(isTruth ? { correct: number(score["value"]) === 1 } : {}),
        ...(why === undefined ? {} : { why }),
      },
    ];
  });
}

function callOf(observation: Json): CallRun | undefined {
  const reply = replyTurns(observation["output"]);
  if (reply.length === 0) return undefined;
  const usage = { ...object(observation["usage"]), ...object(observation["usageDetails"]) };
  const latency = number(observation["latency"]);
  return {
    id: text(observation["id"]) ?? "observation",
    title: text(observation["name"]),
    asked: requestTurns(observation["input"]),
    reply,
    model: text(observation["model"]),
    started: text(observation["startTime"]),
    ms: msBetween(observation["startTime"], observation["endTime"]) ?? latency,
    promptTokens: number(usage["input"]) ?? number(usage["promptTokens"]),
    completionTokens: number(usage["output"]) ?? number(usage["completionTokens"]),
    reasoningTokens: number(usage["output_reasoning_tokens"]) ?? number(usage["output_reasoning"]),
  };
}

/** Observations without their trace: one a value, or those of a page of the API. */
function loose(values: readonly Json[]): Json[] {
  const all = values.flatMap((value) =>
    "data" in value && !("type" in value) ? list(value["data"]).map(object) : [value],
  );
  const isLoose = (each: Json) => isObservation(each) && /^(?:GENERATION|SPAN|EVENT)$/.test(text(each["type"]) ?? "");
  return all.length > 0 && all.every(isLoose) ? all : [];
}

export const langfuse: TraceFormat = {
  id: "langfuse",
  title: "Langfuse trace",
  detect: ({ beginning }) => beginning.some(isTrace) || loose(beginning).length > 0,
  *read({ values }, problems) {
    let [count, silent] = [0, 0];
    const traces = values.map(object).filter(isTrace);
    const alone = traces.length > 0 ? [] : loose(values.map(object));
    for (const value of [
      ...traces,
      ...alone.map((each): Json => ({ id: each["traceId"] ?? each["id"], observations: [each] })),
    ]) {
      const trace = object(value["trace"]);
      const found = generations(value).map(callOf);
      const answered = found.filter((call) => call !== undefined);
      const spoken = answered.length > 0 ? [] : spokenSpans(value).map(callOf);
      const calls = [...answered, ...spoken.filter((call) => call !== undefined)];
      silent += found.length - answered.length;
      const group = text(trace["id"]) ?? text(value["id"]) ?? "trace";
      for (const run of callRuns(calls, { group, verdicts: verdictsOf(value) })) {
        count += 1;
        yield run;
      }
    }
    if (silent > 0) problems.push(l10n.later`${silent} generations of the trace hold no output.`);
    if (count === 0) problems.push(l10n.later`The trace holds no generation with an output.`);
  },
};
