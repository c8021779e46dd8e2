/** What servers answer, as it is logged or dumped: whole answers and streams of every API, with their requests or alone. */
import type { Trace } from "../../trace/fold";
import type { TraceFormat } from "../format";
import { readEventStream } from "../reading/eventStream";
import { brokenLines, parseJson } from "../reading/jsonDocument";
import { list, object, scalar, text, type Json } from "../reading/jsonValue";
import type { ForeignRun } from "../reading/foreignRun";
import { ownFacts, withOwnFacts } from "../reading/ownFacts";
import { chatCalls, chatMessages } from "../exports/chatMessages";
import { runText } from "../exports/runText";
import type { Source } from "../source";
import type { AnswerApi } from "./answerApi";
import { aiSdk } from "./aiSdk";
import { anthropic } from "./anthropic";
import { answeredRuns, askedTurns, completed } from "./asked";
import { bedrock } from "./bedrock";
import { cohere } from "./cohere";
import { dashScope } from "./dashScope";
import { gemini, geminiInteractions } from "./gemini";
import { langChain } from "./langChain";
import { llamaCpp, textGeneration } from "./llamaCpp";
import { ollama } from "./ollama";
import { openAiChat } from "./openAiChat";
import { openAiResponses } from "./openAiResponses";
import { inKnownNames } from "./otherClothes";
import { sglang } from "./sglang";
import { l10n } from "../../text/l10n";

const APIS: readonly AnswerApi[] = [
  openAiChat,
  openAiResponses,
  anthropic,
  gemini,
  geminiInteractions,
  bedrock,
  ollama,
  cohere,
  llamaCpp,
  sglang,
  textGeneration,
  dashScope,
  aiSdk,
  langChain,
];

/** An answer, and what stands around it in the log. */
interface Logged {
  api: AnswerApi;
  answer: Json;
  outer: Json;
}

/** Where logs keep an answer. */
const WRAPPERS = [
  "response",
  "result",
  "body",
  "completion",
  "output",
  "raw_response",
  "modelOutput",
  "outputs",
  "response_body",
  "message",
  "data",
];

/** The API of an answer or of a piece of one, and the same in the names that its reader knows. */
function known(value: Json, is: "isAnswer" | "isPiece"): { api: AnswerApi; value: Json } | undefined {
  const renamed = inKnownNames(value) ?? value;
  const api = APIS.find((each) => each[is](renamed));
  return api && { api, value: renamed };
}

const parsed = (value: unknown) => object(typeof value === "string" && /^\s*\{/.test(value) ? parseJson(value) : value);

/** The answer in a value: itself, or what one or two fields of it hold. */
export function loggedAnswer(value: unknown): Logged | undefined {
  const outer = parsed(value);
  const inside = [outer, ...WRAPPERS.flatMap((name) => (outer[name] ? [parsed(outer[name])] : []))];
  const deeper = inside.slice(1).flatMap((each) => ["body", "message", "response"].map((name) => parsed(each[name])));
  for (const answer of [...inside, ...deeper]) {
    const found = known(answer, "isAnswer");
    if (found) return { api: found.api, answer: found.value, outer };
  }
  return undefined;
}

/** The answer in a value, or those of the calls that it lists among its events. */
function answersIn(value: unknown): Logged[] {
  const own = loggedAnswer(value);
  return own ? [own] : list(object(value)["events"]).flatMap((each) => loggedAnswer(each) ?? []);
}

/** A piece of a stream: itself, or what an event wraps. */
function pieceOf(value: unknown): { api: AnswerApi; piece: Json } | undefined {
  const outer = parsed(value);
  const event = text(outer["event"]) ?? "";
  // Of LangChain's events those of the model's own stream say all once.
  if (event.startsWith("on_") && event !== "on_chat_model_stream") return undefined;
  const data = parsed(outer["data"]);
  for (const piece of [outer, data, parsed(outer["event"]), parsed(outer["chunk"]), object(data["chunk"])]) {
    const found = known(piece, "isPiece");
    if (found) return { api: found.api, piece: found.value };
  }
  return undefined;
}

/** Where logs keep all pieces of a stream. */
const STREAMS = ["chunks", "stream", "events", "response", "body", "output", "deltas"];

/** The pieces of a stream that stand in one field of a value, as a list or as the text of its events. */
function piecesIn(outer: Json, depth = 0): { api: AnswerApi; pieces: Json[] } | undefined {
  for (const name of STREAMS) {
    const value = outer[name];
    const written = typeof value === "string" && value.startsWith("data:") ? readEventStream(value)?.values : undefined;
    const pieces = (written ?? list(value)).flatMap((each) => pieceOf(each) ?? []);
    const [first] = pieces;
    if (first)
      return { api: first.api, pieces: pieces.filter(({ api }) => api === first.api).map(({ piece }) => piece) };
    const inside = depth < 1 ? piecesIn(object(value), depth + 1) : undefined;
    if (inside) return inside;
  }
  return undefined;
}

const ITEM = /^(?:reasoning|message|\w+_call(?:_output)?)$/;
const BLOCK = /^(?:thinking|redacted_thinking|text|tool_use)$/;

/** The items or the content blocks of one answer, where a file holds nothing else. */
function answerOfList(values: readonly unknown[]): Json | undefined {
  const types = values.map((value) => text(object(value)["type"]) ?? "");
  if (types.includes("reasoning") && types.includes("message") && types.every((type) => ITEM.test(type)))
    return { object: "response", output: values, status: "completed" };
  const isMessage = types.includes("thinking") && types.every((type) => BLOCK.test(type));
  return isMessage ? { type: "message", role: "assistant", content: values } : undefined;
}

/** The answers of a file in order, those of streams put together. Events that say nothing of an answer are passed over. */
export function* loggedAnswers(values: readonly unknown[]): Generator<Logged> {
  let [open, pieces]: [AnswerApi | undefined, Json[]] = [undefined, []];
  const joined = (): Logged[] => {
    const all = open ? open.join(pieces).map((answer) => ({ api: open!, answer, outer: answer })) : [];
    [open, pieces] = [undefined, []];
    return all;
  };
  const whole = answerOfList(values);
  for (const value of whole ? [whole] : values) {
    const found = pieceOf(value);
    const stream = found ? undefined : piecesIn(object(value));
    if (stream) {
      yield* joined();
      for (const answer of stream.api.join(stream.pieces)) yield { api: stream.api, answer, outer: object(value) };
      continue;
    }
    // The last piece of some streams looks like a whole answer.
    const isLast = !found && open?.isAnswer(object(value)) === true;
    if (found && open && found.api !== open) yield* joined();
    if (found) open = found.api;
    if (found || isLast) pieces.push(found ? found.piece : object(value));
    else {
      const logged = answersIn(value);
      if (logged.length === 0) continue;
      yield* joined();
      yield* logged;
    }
  }
  yield* joined();
}

const GOLDS = ["gold", "expected", "expected_answer", "ground_truth", "gold_answer", "target", "reference_answer"];
const goldOf = (outer: Json) =>
  GOLDS.map((name) => scalar(outer[name])).find((each) => each !== undefined && each !== "");

/** The request that a log keeps beside the answer. */
function requestOf(outer: Json): Json {
  const request = parsed(outer["request"]);
  const inside = [
    parsed(request["body"]),
    request,
    parsed(outer["modelInput"]),
    object(outer["input"]),
    object(outer["inputs"]),
    parsed(outer["body"]),
    object(outer["params"]),
    parsed(outer["request_body"]),
  ];
  return inside.find((each) => askedTurns(each).length > 0) ?? outer;
}

/** The runs of a logged answer. @param id where the answer has none of its own */
export function* answerRuns({ api, answer, outer }: Logged, id: string, isAlone: boolean): Generator<ForeignRun> {
  const request = requestOf(outer);
  for (const { id: own, ...said } of api.read(answer)) {
    const { asked, answer: turn } = completed(request, said);
    const about = { id: own ?? id, gold: goldOf(outer) };
    for (const run of answeredRuns(asked, { ...turn, model: turn.model ?? text(outer["model"]) }, about, isAlone)) {
      yield withOwnFacts({ ...run, strategy: text(outer["strategy"]) }, object(outer["thoughtlens"]));
    }
  }
}

function toCompletion(trace: Trace): Json {
  const { header, exit } = trace;
  const { thinking, answer, tokens, counts } = runText(trace);
  const started = Date.parse(header?.started ?? "");
  return {
    id: header?.id ?? "",
    object: "chat.completion",
    created: Number.isNaN(started) ? 0 : Math.floor(started / 1000),
    model: header?.model.id ?? "unknown",
    choices: [
      {
        index: 0,
        finish_reason: exit?.why === "truncated" || exit?.why === "budget" ? "length" : "stop",
        message: {
          role: "assistant",
          ...(thinking === "" ? {} : { reasoning_content: thinking }),
          content: answer,
          ...(trace.calls.length === 0 ? {} : { tool_calls: chatCalls(trace.calls) }),
        },
        logprobs: {
          content: tokens.map((token) => ({
            token: token.text,
            // As servers write it where a probability is not known.
            logprob: token.logprob ?? -9999,
            bytes: null,
            top_logprobs: [],
          })),
        },
      },
    ],
    usage: {
      prompt_tokens: counts.prompt,
      completion_tokens: counts.total,
      total_tokens: counts.prompt + counts.total,
      completion_tokens_details: { reasoning_tokens: counts.total - counts.answer },
    },
    messages: chatMessages(header?.messages ?? []),
    strategy: header?.strategy,
    ...(header?.gold === undefined ? {} : { gold: header.gold }),
    thoughtlens: ownFacts(trace),
  };
}

/** The values of a file without half a piece at its end, which may have lost the field that says what it is. */
function wholePieces({ document, values }: Source): unknown[] {
  return document?.cut && values.length > 1 && pieceOf(values.at(-2)) ? values.slice(0, -1) : values;
}

const NO_WORDS = l10n.later`The answers in the file hold neither words nor calls: they were refused, failed, or are no text.`;

/** The API of the first answer or piece of one in a file. */
function firstApi(source: Source): AnswerApi | undefined {
  const whole = source.document?.isList ? answerOfList(source.values) : undefined;
  const values = [
    ...(whole ? [whole] : []),
    ...(source.stream?.values.slice(0, 40) ?? []),
    ...source.values.slice(0, 20),
  ];
  for (const value of values) {
    const api = pieceOf(value)?.api ?? piecesIn(object(value))?.api ?? answersIn(value)[0]?.api;
    if (api) return api;
  }
  return undefined;
}

/** Files that begin with an answer of one API; what others answer in the same log is read too. */
const answersOf = (api: AnswerApi): TraceFormat => ({
  id: api.id,
  title: api.title,
  detect: (source) => firstApi(source) === api,
  *read(source, problems) {
    const stream = source.stream;
    const values = stream?.values ?? wholePieces(source);
    const broken = stream?.broken ?? source.document?.broken ?? 0;
    if (broken > 0) problems.push(brokenLines(broken));
    const isAlone = values.length === 1;
    let [answers, runs] = [0, 0];
    for (const logged of loggedAnswers(values)) {
      answers += 1;
      for (const run of answerRuns(logged, `${answers}`, isAlone)) {
        runs += 1;
        yield run;
      }
    }
    if (runs === 0)
      problems.push(answers === 0 ? l10n.later`No answer in the file is whole enough to be read.` : NO_WORDS);
  },
});

/** Chat completions are written as well. */
export const openAi: TraceFormat = {
  ...answersOf(openAiChat),
  extension: ".jsonl",
  write: (traces) => traces.map((trace) => `${JSON.stringify(toCompletion(trace))}\n`).join(""),
};

export const rawAnswers: readonly TraceFormat[] = [openAi, ...APIS.filter((api) => api !== openAiChat).map(answersOf)];
