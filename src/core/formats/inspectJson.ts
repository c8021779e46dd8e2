/** Logs of Inspect (UK AI Security Institute), version 2, as JSON. Each sample is one trace. */
import type { Trace } from "../trace/fold";
import { messageParts, promptMessages } from "./foreignMessage";
import { defined, readChecks } from "./foreignCheck";
import { foreignEvents, withTokens, type ForeignPart, type ForeignToken } from "./foreignRun";
import { MOST_TRACES, type Imported, type TraceFormat } from "./format";
import { list, number, object, parseJson, text, type Json } from "./jsonValue";
import { runText } from "./runText";

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

function logprobTokens(choice: Json): ForeignToken[] {
  return list(object(choice["logprobs"])["content"])
    .map(object)
    .flatMap((entry): ForeignToken[] => {
      const token = text(entry["token"]);
      return token === undefined ? [] : [{ text: token, logprob: number(entry["logprob"]) }];
    });
}

/** The target of a sample: one answer, or the first of several. */
function goldOf(target: unknown): string | undefined {
  const gold = text(target) ?? text(list(target)[0]);
  return gold === "" ? undefined : gold;
}

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
  const asked = list(call["input"]).length > 0 ? list(call["input"]) : referred.slice(0, MOST_TRACES);
  const said = object(call["output"]);
  return { messages: [...asked, object(list(said["choices"])[0])["message"]].map(object), output: said };
}

/** One sample of a log, as its trace. */
export function readSample(value: unknown, file: string, model: string | undefined): Imported["traces"] {
  const raw = object(value);
  const attachments = object(raw["attachments"]);
  const sample = object(withAttachments({ ...raw, attachments: undefined, events: undefined }, attachments));
  const { messages, output } = withAttachments(conversation(raw), attachments) as Conversation;
  const choice = object(list(output["choices"])[0]);
  const firstReply = messages.findIndex(({ role }) => role === "assistant");
  const replies = (firstReply < 0 ? [choice["message"]] : messages.slice(firstReply)).map(object);
  const written = replies.filter(({ role }) => role === "assistant");
  const parts = written.flatMap((message): ForeignPart[] => messageParts(message));
  const input = text(sample["input"]);
  const asked = firstReply < 0 ? list(sample["input"]) : messages.slice(0, firstReply);
  const usage = object(output["usage"]);
  const time = number(output["time"]) ?? number(sample["total_time"]);
  const metadata = object(sample["metadata"]);
  const notes = replies.some(({ role }) => role === "tool") ? ["Tool calls and their results were left out."] : [];
  const error = text(object(sample["error"])["message"]);
  if (error !== undefined) notes.push(`The sample ended in an error: ${error.split("\n")[0]}`);
  return [
    foreignEvents({
      format: "inspect",
      file,
      id:
        text(metadata["thoughtlens_run"]) ??
        [text(sample["id"]) ?? number(sample["id"]) ?? "sample", number(sample["epoch"]) ?? 1].join("_"),
      model: text(output["model"]) || model,
      strategy: text(metadata["thoughtlens_strategy"]),
      title: text(metadata["thoughtlens_title"]),
      answer: text(metadata["thoughtlens_answer"]),
      seed: number(metadata["thoughtlens_seed"]),
      options: object(metadata["thoughtlens_options"]),
      checks: readChecks(metadata["thoughtlens_checks"]),
      started: text(sample["started_at"]),
      messages:
        asked.length > 0 ? promptMessages(asked) : input === undefined ? [] : [{ role: "user", content: input }],
      parts: written.length === 1 ? withTokens(parts, logprobTokens(choice)) : parts,
      gold: goldOf(sample["target"]),
      finish: text(metadata["thoughtlens_exit"]) ?? text(choice["stop_reason"]),
      promptTokens: number(usage["input_tokens"]),
      completionTokens: number(usage["output_tokens"]),
      reasoningTokens: number(usage["reasoning_tokens"]),
      ms: time === undefined ? undefined : time * 1000,
      notes,
    }),
  ];
}

/** The model of a log's header. */
export function logModel(log: Json): string | undefined {
  return text(object(log["eval"])["model"]);
}

const isLog = (log: Json) => typeof log["version"] === "number" && "eval" in log && "status" in log;

function toSample(trace: Trace, index: number): Json {
  const { header, exit, end } = trace;
  const { thinking, summaries, answer, tokens, checks, counts } = runText(trace);
  const content = [
    ...summaries.map((summary) => ({ type: "summary", text: summary })),
    ...(thinking === "" ? [] : [{ type: "reasoning", reasoning: thinking }]),
    { type: "text", text: answer },
  ];
  const model = header?.model.id ?? "unknown";
  const message = { role: "assistant", source: "generate", model, content };
  const stop = exit?.why === "truncated" || exit?.why === "budget" ? "max_tokens" : "stop";
  return {
    id: header?.id ?? `${index + 1}`,
    epoch: 1,
    input: (header?.messages ?? []).map(({ role, content: said }) => ({ role, content: said })),
    target: header?.gold ?? "",
    messages: [...(header?.messages ?? []), message],
    output: {
      model,
      choices: [
        {
          message,
          stop_reason: stop,
          logprobs: { content: tokens.map((token) => ({ token: token.text, logprob: token.logprob ?? 0 })) },
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
      : { scores: { thoughtlens: { value: end.correct ? "C" : "I", answer: end.answer ?? "" } } }),
    ...(header?.started ? { started_at: header.started } : {}),
    metadata: {
      thoughtlens_run: header?.id,
      thoughtlens_strategy: header?.strategy,
      thoughtlens_exit: exit?.why,
      thoughtlens_title: header?.prompt.title,
      thoughtlens_answer: end?.answer,
      thoughtlens_seed: header?.seed,
      thoughtlens_options: header?.options,
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
  // Logs are large: their beginning tells.
  detect: ({ text: source }) =>
    /^\s*\{\s*"version"\s*:\s*\d/.test(source) && source.slice(0, 20_000).includes('"eval"'),
  read({ text: source, name }) {
    const log = object(parseJson(source));
    if (!isLog(log)) return { traces: [], problems: ["The log is not whole JSON of Inspect."] };
    const samples = list(log["samples"]).slice(0, MOST_TRACES);
    const problems = samples.length === 0 ? ["The log holds no samples."] : [];
    return { traces: samples.flatMap((sample) => readSample(sample, name, logModel(log))), problems };
  },
  write: (traces) => `${JSON.stringify(toLog(traces), null, 2)}\n`,
};
