/** Cohere's Chat API, version 2, and answers and streams of version 1. */
import { messageParts } from "../reading/foreignMessage";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { addFields, blocksOf, bySequence, type AnswerApi } from "./answerApi";

const EVENT =
  /^(?:message-(?:start|end)|content-(?:start|delta|end)|tool-(?:plan-delta|call-start|call-delta|call-end)|citation-(?:start|end))$/;
const FIRST_EVENT = /^(?:stream-(?:start|end)|text-generation)$/;
const typeOf = (value: Json) => text(value["type"]) ?? "";
const firstTypeOf = (value: Json) => text(value["event_type"]) ?? "";

function joinOne(events: readonly Json[]): Json {
  const whole: Json = { message: { role: "assistant" } };
  const blocks = new Map<number, Json>();
  const calls = new Map<number, Json>();
  let [plan, written] = ["", ""];
  for (const event of events) {
    const { message: said, ...facts } = object(event["delta"]);
    const { content, tool_plan: planned, tool_calls: call } = object(said);
    const index = number(event["index"]) ?? 0;
    if (event["id"] !== undefined) whole["id"] ??= event["id"];
    if (typeOf(event).startsWith("content-") && content) addTo(blocks, index, object(content), new Set(["type"]));
    if (typeof planned === "string") plan += planned;
    if (typeOf(event).startsWith("tool-call-") && call) addTo(calls, index, object(call), new Set(["id", "type"]));
    if (typeOf(event) === "message-end") Object.assign(whole, facts);
    if (firstTypeOf(event) === "text-generation") written += text(event["text"]) ?? "";
    if (firstTypeOf(event) === "stream-end") Object.assign(whole, object(event["response"]));
  }
  const content = written === "" ? blocksOf(blocks) : [{ type: "text", text: written }];
  return { ...whole, message: { role: "assistant", tool_plan: plan, content, tool_calls: blocksOf(calls) } };
}

function addTo(entries: Map<number, Json>, index: number, piece: Json, fixed: ReadonlySet<string>): void {
  const entry = entries.get(index) ?? {};
  entries.set(index, entry);
  const { function: called, ...fields } = piece;
  addFields(entry, fields, fixed);
  if (called === undefined) return;
  const inside = { ...object(entry["function"]) };
  addFields(inside, object(called), new Set(["name"]));
  entry["function"] = inside;
}

/** A chunk of text has its tokens' log-probabilities, and is one token here. */
function chunkLogprob(entry: Json): number | undefined {
  const known = list(entry["logprobs"]).map(number);
  return known.length > 0 && known.every((each) => each !== undefined)
    ? known.reduce<number>((sum, each) => sum + each!, 0)
    : undefined;
}

export const cohere: AnswerApi = {
  id: "cohere",
  title: "Cohere chat answer",
  isAnswer: (value) =>
    ("finish_reason" in value && object(value["message"])["role"] === "assistant") ||
    (typeof value["text"] === "string" && "generation_id" in value),
  isPiece: (value) => EVENT.test(typeOf(value)) || FIRST_EVENT.test(firstTypeOf(value)),
  join: (pieces) =>
    bySequence(pieces, (piece) => typeOf(piece) === "message-start" || firstTypeOf(piece) === "stream-start").map(
      joinOne,
    ),
  read(answer) {
    const { tokens, billed_units: billed } = { ...object(answer["usage"]), ...object(answer["meta"]) };
    const counted = { ...object(billed), ...object(tokens) };
    const message = "message" in answer ? object(answer["message"]) : { content: answer["text"] };
    return [
      {
        id: text(answer["id"]) ?? text(answer["generation_id"]),
        role: "assistant",
        parts: messageParts(message),
        model: text(answer["model"]),
        finish: text(answer["finish_reason"]),
        tokens: list(answer["logprobs"])
          .map(object)
          .map((entry) => ({ text: text(entry["text"]) ?? "", logprob: chunkLogprob(entry) })),
        promptTokens: number(counted["input_tokens"]),
        completionTokens: number(counted["output_tokens"]),
      },
    ];
  },
};
