/** Logs of Inspect (UK AI Security Institute), version 2, as JSON. Each sample is one trace, or a session of several. */
import type { Trace } from "../../trace/fold";
import type { Message, ToolCall, Verdict } from "../../trace/trace";
import { logprobTokens } from "../answers/openAiChat";
import { turnsOf } from "../answers/asked";
import { acceptedText } from "../reading/acceptedLists";
import { defined, readChecks } from "../reading/foreignCheck";
import { readMessage } from "../reading/foreignMessage";
import type { ForeignRun } from "../reading/foreignRun";
import { ownFacts, withOwnFacts } from "../reading/ownFacts";
import { sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { parseJson } from "../reading/jsonDocument";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";
import type { TraceFormat } from "../format";
import { runText } from "../exports/runText";
import { l10n } from "../../text/l10n";

/** Messages of one sample that are looked at where a call of the model refers to ranges of them. */
const MOST_REFERRED = 5000;

/** Puts in long texts that Inspect keeps once: `attachment://<hash>` names one of the sample's attachments. */
function withAttachments(value: unknown, attachments: Json, depth = 0): unknown {
  if (typeof value === "string") {
    const hash = /^attachment:\/\/([0-9a-f]+)$/.exec(value)?.[1];
    return hash !== undefined && Object.hasOwn(attachments, hash) ? attachments[hash] : value;
  }
  if (typeof value !== "object" || value === null || depth > 12) return value;
  if (Array.isArray(value)) return value.map((each) => withAttachments(each, attachments, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withAttachments(each, attachments, depth + 1)]),
  );
}

/** The target of a sample: one answer, or several of which any counts. */
function goldOf(target: unknown): string | undefined {
  const gold = scalar(target) ?? acceptedText(target) ?? scalar(list(target)[0]);
  return gold === "" ? undefined : gold;
}

/** Inspect's marks: correct, incorrect, no answer; partial (`P`) is neither. */
const MARKS: Record<string, boolean> = { C: true, I: false, N: false, "1": true, "0": false, true: true, false: false };

/** What the scorers of the log said. A score that is no number says nothing. */
function verdictsOf(sample: Json): Verdict[] {
  const scores = Object.entries(object(sample["scores"]));
  const all = scores.length > 0 ? scores : sample["score"] === undefined ? [] : [["score", sample["score"]] as const];
  return all.flatMap(([by, score]): Verdict[] => {
    const { value, explanation } = object(score);
    const words = scalar(value);
    if (words === undefined || by === OWN_SCORER) return [];
    const correct = Object.hasOwn(MARKS, words) ? { correct: MARKS[words]! } : {};
    const why = text(explanation);
    return [{ by, value: words, ...correct, ...(why === undefined ? {} : { why }) }];
  });
}

/** Under this name our own verdict goes into logs that we write. */
const OWN_SCORER = "thoughtlens";

interface Conversation {
  messages: Json[];
  output: Json;
}

/**
 * The conversation of a sample. Where its messages are missing, that of its last call of the model: newer logs keep
 * each message once in a pool, and events refer to ranges of it (`input_refs`).
 */
function conversation(sample: Json): Conversation {
  const messages = list(sample["messages"]).map(object);
  const output = object(sample["output"]);
  if (messages.some(({ role }) => role === "assistant") || list(output["choices"]).length > 0)
    return { messages, output };
  const call = list(sample["events"])
    .map(object)
    .findLast(({ event }) => event === "model");
  if (!call) return { messages, output };
  const pool =
    [list(sample["message_pool"]), list(object(sample["events_data"])["messages"])].find((each) => each.length > 0) ??
    [];
  const referred = list(call["input_refs"]).flatMap((range) => {
    const [from, to] = list(range).map(number);
    return from === undefined ? [] : pool.slice(from, to ?? from + 1);
  });
  const asked = list(call["input"]).length > 0 ? list(call["input"]) : referred.slice(0, MOST_REFERRED);
  const said = object(call["output"]);
  return { messages: [...asked, object(list(said["choices"])[0])["message"]].map(object), output: said };
}

/** The turns of a sample; what is known of its last call of the model goes with the last of the assistant. */
function turnsIn({ messages, output }: Conversation, input: unknown): ForeignTurn[] {
  const choice = object(list(output["choices"])[0]);
  const hasReply = messages.some(({ role }) => role === "assistant");
  const asked = messages.length > 0 ? messages : list(input).map(object);
  const all = hasReply ? messages : [...asked, object(choice["message"])];
  const turns: ForeignTurn[] = all.map(readMessage);
  if (!turns.some(({ role }) => role === "user") && typeof input === "string") turns.unshift(...turnsOf(input));
  const last = turns.findLast(({ role }) => role === "assistant");
  if (!last) return turns;
  const usage = object(output["usage"]);
  Object.assign(last, {
    finish: text(choice["stop_reason"]),
    tokens: logprobTokens(object(choice["logprobs"])),
    promptTokens: number(usage["input_tokens"]),
    completionTokens: number(usage["output_tokens"]),
    reasoningTokens: number(usage["reasoning_tokens"]),
  } satisfies Partial<ForeignTurn>);
  return turns;
}

/** The runs of one sample of a log. */
export function* sampleRuns(value: unknown, model: string | undefined): Generator<ForeignRun> {
  const raw = object(value);
  const attachments = object(raw["attachments"]);
  const sample = object(withAttachments({ ...raw, attachments: undefined, events: undefined }, attachments));
  const found = withAttachments(conversation(raw), attachments) as Conversation;
  const own = factsIn(object(sample["metadata"]));
  const error = text(object(sample["error"])["message"]);
  const time = number(found.output["time"]) ?? number(sample["total_time"]);
  const id = [scalar(sample["id"]) ?? "sample", number(sample["epoch"]) ?? 1].join("_");
  const runs = sessionRuns({
    id: own.id ?? id,
    title: own.title,
    model: text(found.output["model"]) || model,
    turns: turnsIn(found, sample["input"]),
    gold: goldOf(sample["target"]),
    verdicts: verdictsOf(sample),
    notes: error === undefined ? [] : [`The sample ended in an error: ${error.split("\n")[0]!.slice(0, 200)}`],
  });
  const started = text(sample["started_at"]);
  for (const run of runs) {
    const isAlone = run.turn === undefined;
    // Our own facts, and the time of the whole sample, are those of a sample of one turn.
    yield isAlone
      ? withOwnFacts(
          {
            ...run,
            ...own.facts,
            finish: own.finish ?? run.finish,
            started,
            ms: time === undefined ? undefined : time * 1000,
          },
          object(object(sample["metadata"])["thoughtlens_log"]),
        )
      : { ...run, started };
  }
}

/** What our own export put into a sample's metadata. */
function factsIn(metadata: Json) {
  return {
    id: text(metadata["thoughtlens_run"]),
    title: text(metadata["thoughtlens_title"]),
    finish: text(metadata["thoughtlens_exit"]),
    facts: {
      strategy: text(metadata["thoughtlens_strategy"]),
      answer: text(metadata["thoughtlens_answer"]),
      seed: number(metadata["thoughtlens_seed"]),
      options: object(metadata["thoughtlens_options"]),
      checks: readChecks(metadata["thoughtlens_checks"]),
    },
  };
}

/** The model of a log's header. */
export function logModel(log: Json): string | undefined {
  return text(object(log["eval"])["model"]);
}

const isLog = (log: Json) => typeof log["version"] === "number" && "eval" in log;

const inspectCall = ({ id, name, arguments: given }: ToolCall, index: number): Json => ({
  id: id ?? `call_${index + 1}`,
  type: "function",
  function: name,
  arguments: argumentsOf(given),
});

/** Inspect wants an object of arguments; what is no JSON of one stands under a name. */
function argumentsOf(given: string): Json {
  const value = parseJson(given);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : { input: given };
}

const inspectMessage = ({ role, content, calls = [], name, callId }: Message): Json => ({
  role: role === "developer" ? "system" : role,
  content,
  ...(calls.length > 0 ? { tool_calls: calls.map(inspectCall) } : {}),
  ...(name === undefined ? {} : { function: name }),
  ...(callId === undefined ? {} : { tool_call_id: callId }),
});

/** What the model wrote: one message, or one that calls, what came back, and one with the answer. */
function replyMessages(trace: Trace, content: readonly Json[]): Json[] {
  const { calls, header } = trace;
  const reply = { role: "assistant", source: "generate", model: header?.model.id ?? "unknown" };
  if (calls.length === 0) return [{ ...reply, content }];
  const results = calls.flatMap((call, index) =>
    call.result === undefined
      ? []
      : [{ role: "tool", tool_call_id: call.id ?? `call_${index + 1}`, function: call.name, content: call.result }],
  );
  return [
    { ...reply, content: content.slice(0, -1), tool_calls: calls.map(inspectCall) },
    ...results,
    { ...reply, content: content.slice(-1) },
  ];
}

function toSample(trace: Trace, index: number): Json {
  const { header, exit, end } = trace;
  const { thinking, summaries, answer, tokens, checks, counts } = runText(trace);
  const content = [
    ...summaries.map((summary) => ({ type: "summary", text: summary })),
    ...(thinking === "" ? [] : [{ type: "reasoning", reasoning: thinking }]),
    { type: "text", text: answer },
  ];
  const model = header?.model.id ?? "unknown";
  const written = replyMessages(trace, content);
  const prompt = (header?.messages ?? []).map(inspectMessage);
  const stop = exit?.why === "truncated" || exit?.why === "budget" ? "max_tokens" : "stop";
  return {
    id: header?.id ?? `${index + 1}`,
    epoch: 1,
    input: prompt,
    target: header?.gold ?? "",
    messages: [...prompt, ...written],
    output: {
      model,
      choices: [
        {
          message: written.at(-1),
          stop_reason: stop,
          logprobs: { content: tokens.map((token) => ({ token: token.text, logprob: token.logprob ?? -9999 })) },
        },
      ],
      usage: {
        input_tokens: counts.prompt,
        output_tokens: counts.total,
        total_tokens: counts.prompt + counts.total,
        reasoning_tokens: counts.total - counts.answer,
      },
      ...(end?.ms?.total === undefined ? {} : { time: end.ms.total / 1000 }),
    },
    ...(end?.correct === undefined
      ? {}
      : { scores: { [OWN_SCORER]: { value: end.correct ? "C" : "I", answer: end.answer ?? "" } } }),
    ...(header?.started ? { started_at: header.started } : {}),
    metadata: {
      thoughtlens_run: header?.id,
      thoughtlens_strategy: header?.strategy,
      thoughtlens_exit: exit?.why,
      thoughtlens_title: header?.prompt.title,
      thoughtlens_answer: end?.answer,
      thoughtlens_seed: header?.seed,
      thoughtlens_options: header?.options,
      thoughtlens_log: ownFacts(trace),
      ...(checks.length > 0 ? { thoughtlens_checks: checks.map((check) => defined({ ...check })) } : {}),
    },
  };
}

function toLog(traces: readonly Trace[]): Json {
  const [first] = traces;
  return {
    version: 2,
    status: "success",
    eval: {
      task: "thoughtlens",
      task_id: "thoughtlens",
      created: first?.header?.started ?? "",
      model: first?.header?.model.id ?? "unknown",
      dataset: { name: "thoughtlens", samples: traces.length },
      config: {},
    },
    plan: { name: "plan", steps: [], config: {} },
    results: { total_samples: traces.length, completed_samples: traces.length, scores: [] },
    stats: { started_at: first?.header?.started ?? "", completed_at: "", model_usage: {} },
    samples: traces.map(toSample),
  };
}

export const inspectJson: TraceFormat = {
  id: "inspect",
  title: "Inspect log",
  extension: ".json",
  detect: ({ first, document }) => document?.isLines === false && isLog(first),
  *read({ first: log }, problems) {
    const samples = list(log["samples"]);
    if (samples.length === 0) problems.push(l10n.later`The log holds no samples.`);
    let silent = 0;
    for (const sample of samples) {
      const runs = [...sampleRuns(sample, logModel(log))];
      if (runs.length === 0) silent += 1;
      yield* runs;
    }
    if (silent > 0) problems.push(l10n.later`${silent} of ${samples.length} samples hold nothing that a model wrote.`);
  },
  write: (traces) => `${JSON.stringify(toLog(traces), null, 2)}\n`,
};
