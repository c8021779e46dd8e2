/** ATIF, the Agent Trajectory Interchange Format of Harbor, version 1: steps of user, system and agent. */
import type { Trace } from "../../trace/fold";
import type { Message } from "../../trace/trace";
import { runText } from "../exports/runText";
import type { TraceFormat } from "../format";
import { defined, readChecks } from "../reading/foreignCheck";
import { readMessage } from "../reading/foreignMessage";
import { valueText } from "../reading/messagePart";
import type { ForeignRun } from "../reading/foreignRun";
import { ownFacts, withOwnFacts } from "../reading/ownFacts";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { firstWords } from "./claudeCode";
import { l10n } from "../../text/l10n";

const VERSION = "ATIF-v1.4";

const isTrajectory = (value: Json) =>
  /^ATIF-v1\b/.test(text(value["schema_version"]) ?? "") && Array.isArray(value["steps"]);

const ROLES: Record<string, string> = { agent: "assistant", user: "user", system: "system" };

/** Results of a step's calls, as the turns of tools. */
function resultsOf(step: Json): ForeignTurn[] {
  const results = list(object(step["observation"])["results"]).map(object);
  return results.map((result): ForeignTurn => {
    const id = text(result["source_call_id"]);
    const words = valueText(result["content"]);
    return {
      role: "tool",
      parts: [{ kind: "result", ...(id === undefined ? {} : { id }), text: words, failed: false }],
    };
  });
}

function turnsOfStep(step: Json, model: string | undefined): ForeignTurn[] {
  const source = text(step["source"]) ?? "";
  const calls = list(step["tool_calls"]).map((call) => {
    const { tool_call_id: id, function_name: name, arguments: given } = object(call);
    return { id, name, arguments: given };
  });
  const { role, parts } = readMessage({
    role: ROLES[source] ?? source,
    content: step["message"],
    reasoning_content: step["reasoning_content"],
    tool_calls: calls,
  });
  const metrics = object(step["metrics"]);
  // Steps that were taken over from an earlier trajectory are what this one was told.
  const isCopied = step["is_copied_context"] === true;
  const turn: ForeignTurn = {
    role,
    parts: isCopied ? parts.filter(({ kind }) => kind !== "thinking") : parts,
    model: text(step["model_name"]) ?? model,
    started: text(step["timestamp"]),
    promptTokens: number(metrics["prompt_tokens"]),
    completionTokens: number(metrics["completion_tokens"]),
    reasoningTokens: number(object(metrics["extra"])["reasoning_tokens"]),
  };
  return [turn, ...resultsOf(step)];
}

function* readTrajectory(value: Json, place: number): Generator<ForeignRun> {
  const own = object(object(value["extra"])["thoughtlens"]);
  const agent = object(value["agent"]);
  const turns = list(value["steps"]).flatMap((step) => turnsOfStep(object(step), text(agent["model_name"])));
  const id = text(value["session_id"]) ?? `${place + 1}`;
  const runs = sessionRuns({ id, title: text(own["title"]) ?? firstWords(turns), turns });
  for (const run of runs) yield withOwnFacts({ ...run, ...factsIn(own, run) }, own);
}

/** What our own export put beside the steps. */
function factsIn(own: Json, run: ForeignRun): Partial<ForeignRun> {
  if (Object.keys(own).length === 0) return {};
  const { n, of } = object(own["turn"]);
  const [nth, all] = [number(n), number(of)];
  return {
    strategy: text(own["strategy"]),
    gold: text(own["gold"]),
    answer: text(own["answer"]),
    finish: text(own["exit"]),
    group: text(own["group"]) ?? run.group,
    ...(nth !== undefined && all !== undefined && nth > 0 && all > 0
      ? { turn: { n: Math.floor(nth), of: Math.floor(all) } }
      : {}),
    seed: number(own["seed"]),
    options: object(own["options"]),
    checks: readChecks(own["checks"]),
    ms: number(own["ms"]) ?? run.ms,
  };
}

const callOf = ({ id, name, arguments: given }: NonNullable<Message["calls"]>[number], index: number): Json => ({
  tool_call_id: id ?? `call_${index + 1}`,
  function_name: name,
  arguments: argumentsOf(given),
});

/** ATIF wants an object of arguments; what is no JSON of one stands under a name. */
function argumentsOf(given: string): Json {
  try {
    const value = JSON.parse(given) as unknown;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Not every tool takes JSON.
  }
  return { input: given };
}

/** The conversation before a trace: turns of the assistant are context that was copied; results join the turn that called. */
function promptSteps(messages: readonly Message[]): Json[] {
  const steps: Json[] = [];
  for (const { role, content, calls = [], callId } of messages) {
    if (role === "tool") {
      const last = steps.at(-1);
      const result = { source_call_id: callId ?? null, content };
      const observation = object(last?.["observation"]);
      if (last) last["observation"] = { results: [...list(observation["results"]), result] };
      continue;
    }
    const source = role === "assistant" ? "agent" : role === "user" ? "user" : "system";
    steps.push({
      source,
      message: content,
      ...(role === "assistant" ? { is_copied_context: true } : {}),
      ...(calls.length > 0 ? { tool_calls: calls.map(callOf) } : {}),
    });
  }
  return steps;
}

function toTrajectory(trace: Trace): Json {
  const { header, exit, end, calls } = trace;
  const { thinking, answer, checks, counts } = runText(trace);
  const results = calls.flatMap(({ id, result }, index) =>
    result === undefined ? [] : [{ source_call_id: id ?? `call_${index + 1}`, content: result }],
  );
  const reply: Json = {
    source: "agent",
    model_name: header?.model.id,
    message: answer,
    ...(thinking === "" ? {} : { reasoning_content: thinking }),
    ...(calls.length > 0 ? { tool_calls: calls.map(callOf) } : {}),
    ...(results.length > 0 ? { observation: { results } } : {}),
    metrics: { prompt_tokens: counts.prompt, completion_tokens: counts.total },
    ...(header?.started ? { timestamp: header.started } : {}),
  };
  const steps = [...promptSteps(header?.messages ?? []), reply].map((step, index) => ({ step_id: index + 1, ...step }));
  const own = {
    strategy: header?.strategy,
    gold: header?.gold,
    title: header?.prompt.title,
    group: header?.group,
    turn: header?.turn,
    seed: header?.seed,
    options: header?.options,
    answer: end?.answer,
    exit: exit?.why,
    ms: end?.ms?.total,
    ...ownFacts(trace),
    ...(checks.length > 0 ? { checks: checks.map((check) => defined({ ...check })) } : {}),
  };
  return {
    schema_version: VERSION,
    session_id: header?.id ?? "",
    agent: { name: "thoughtlens", version: "1", model_name: header?.model.id ?? "unknown" },
    steps,
    final_metrics: { total_prompt_tokens: counts.prompt, total_completion_tokens: counts.total },
    extra: { thoughtlens: defined(own) },
  };
}

export const atif: TraceFormat = {
  id: "atif",
  title: "ATIF trajectory",
  extension: ".trajectory.json",
  detect: ({ beginning }) => beginning.some(isTrajectory),
  *read({ values }, problems) {
    let count = 0;
    for (const [place, value] of values.entries()) {
      if (!isTrajectory(object(value))) continue;
      for (const run of readTrajectory(object(value), place)) {
        count += 1;
        yield run;
      }
    }
    if (count === 0) problems.push(l10n.later`The trajectory holds no step of the agent.`);
  },
  write(traces) {
    const all = traces.map(toTrajectory);
    return `${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`;
  },
};
