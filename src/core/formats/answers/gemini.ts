/** Google's Gemini API (`generateContent`, also of Vertex AI), and its Interactions API. */
import { messageParts } from "../reading/foreignMessage";
import type { MessagePart } from "../reading/messagePart";
import { instant, list, number, object, text, type Json } from "../reading/jsonValue";
import type { ForeignToken } from "../reading/pieces";
import { blocksOf, bySequence, firstOf, type AnswerApi, type AnswerTurn, type SequenceSoFar } from "./answerApi";

const candidatesOf = (value: Json) => list(value["candidates"]).map(object);
const finishOf = (value: Json) => text(firstOf(value["candidates"])["finishReason"]);

/** Pieces are answers themselves, each with the next parts of the content. */
function joinOne(pieces: readonly Json[]): Json {
  const parts: Json[] = [];
  let finish: unknown;
  for (const piece of pieces) {
    const candidate = firstOf(piece["candidates"]);
    finish = candidate["finishReason"] ?? finish;
    for (const part of list(object(candidate["content"])["parts"]).map(object)) {
      const last = parts.at(-1);
      if (last && goesOn(last, part)) continue;
      const [before, more] = [text(last?.["text"]), text(part["text"])];
      if (last && before !== undefined && more !== undefined && last["thought"] === part["thought"])
        last["text"] = before + more;
      else parts.push({ ...part });
    }
  }
  const content = { role: "model", parts };
  return { ...pieces[0], ...pieces.at(-1), candidates: [{ content, finishReason: finish }] };
}

/** Arguments of a call that are streamed one by one: pieces without a name belong to the call before. */
function goesOn(last: Json, part: Json): boolean {
  const [call, piece] = [object(last["functionCall"]), object(part["functionCall"])];
  if (!("name" in call) || !("functionCall" in part) || "name" in piece) return false;
  const given = { ...object(call["args"]) };
  for (const each of list(piece["partialArgs"]).map(object)) {
    const path = (text(each["jsonPath"]) ?? "value").replace(/^\$\.?/, "");
    const value = each["stringValue"] ?? each["numberValue"] ?? each["boolValue"] ?? null;
    const before = given[path];
    given[path] = typeof before === "string" && typeof value === "string" ? before + value : value;
  }
  last["functionCall"] = { ...call, args: given };
  return true;
}

function begins(piece: Json, before: SequenceSoFar): boolean {
  const [id, first] = [piece["responseId"], before.first["responseId"]];
  if (id !== undefined && first !== undefined) return id !== first;
  return finishOf(before.last) !== undefined && finishOf(piece) !== undefined;
}

function tokensOf(candidate: Json): ForeignToken[] {
  return list(object(candidate["logprobsResult"])["chosenCandidates"])
    .map(object)
    .map(({ token, logProbability }) => ({ text: text(token) ?? "", logprob: number(logProbability) }));
}

/** `generateContent` and its streams. */
export const gemini: AnswerApi = {
  id: "gemini",
  title: "Gemini answer",
  isAnswer: (value) => candidatesOf(value).some((candidate) => "content" in candidate || "finishReason" in candidate),
  isPiece: (value) => candidatesOf(value).length > 0 && finishOf(value) === undefined,
  join: (pieces) => bySequence(pieces, begins).map(joinOne),
  read(answer) {
    const usage = object(answer["usageMetadata"]);
    const [written, thought] = [number(usage["candidatesTokenCount"]), number(usage["thoughtsTokenCount"])];
    const all = candidatesOf(answer);
    return all.map((candidate, index): AnswerTurn => {
      const parts = withSignature(list(object(candidate["content"])["parts"]).map(object), thought ?? 0);
      return {
        id: index === 0 ? text(answer["responseId"]) : `${text(answer["responseId"]) ?? "answer"}-${index + 1}`,
        role: "assistant",
        parts,
        model: text(answer["modelVersion"]),
        finish: text(candidate["finishReason"]),
        tokens: tokensOf(candidate),
        promptTokens: number(usage["promptTokenCount"]),
        completionTokens: written === undefined ? undefined : written + (thought ?? 0),
        reasoningTokens: thought,
        started: instant(answer["createTime"]),
      };
    });
  },
};

/** Thoughts that were counted but not told: only a signature stands for them, on whichever part. */
function withSignature(parts: readonly Json[], thoughts: number): MessagePart[] {
  const said = parts.flatMap((part) => messageParts({ content: [part] }));
  if (said.some(({ kind }) => kind === "thinking")) return said;
  const signed = parts.some((part) => typeof part["thoughtSignature"] === "string");
  return signed || thoughts > 0 ? [{ kind: "withheld", why: signed ? "signed" : "hidden" }, ...said] : said;
}

const eventOf = (value: Json) => text(value["event_type"]) ?? "";

/** Steps of the Interactions API as parts. */
const stepPart = (step: Json): Json =>
  step["type"] === "model_output" ? { type: "text", content: step["content"] ?? "" } : step;

function joinInteraction(events: readonly Json[]): Json {
  const facts: Json = {};
  const steps = new Map<number, Json>();
  for (const event of events) {
    Object.assign(facts, object(event["interaction"]));
    const index = number(event["index"]) ?? 0;
    if (eventOf(event) === "step.start") steps.set(index, { ...object(event["step"]) });
    const step = steps.get(index);
    if (eventOf(event) === "step.delta" && step) addStepDelta(step, object(event["delta"]));
  }
  const own = list(facts["steps"]);
  return { ...facts, object: "interaction", steps: own.length > 0 ? own : blocksOf(steps) };
}

function addStepDelta(step: Json, delta: Json): void {
  const inner = object(delta["content"]);
  const piece = text(delta["text"]) ?? text(inner["text"]);
  if (typeof delta["signature"] === "string") step["signature"] = delta["signature"];
  if (typeof delta["arguments"] === "string")
    step["arguments"] = `${text(step["arguments"]) ?? ""}${delta["arguments"]}`;
  if (piece === undefined) return;
  const field = step["type"] === "thought" ? "summary" : "content";
  const before = list(step[field]).map(object);
  step[field] = [{ type: "text", text: `${text(before[0]?.["text"]) ?? ""}${piece}` }];
}

export const geminiInteractions: AnswerApi = {
  id: "gemini-interactions",
  title: "Gemini interaction",
  isAnswer: (value) => value["object"] === "interaction" && Array.isArray(value["steps"]),
  isPiece: (value) => /^(?:interaction|step)\.\w/.test(eventOf(value)),
  join: (pieces) => bySequence(pieces, (piece) => eventOf(piece) === "interaction.created").map(joinInteraction),
  read(answer) {
    const usage = object(answer["usage"]);
    const thought = number(usage["total_thought_tokens"]);
    const written = number(usage["total_output_tokens"]);
    return [
      {
        id: text(answer["id"]),
        role: "assistant",
        parts: messageParts({ content: list(answer["steps"]).map(object).map(stepPart) }),
        model: text(answer["model"]),
        finish: text(answer["status"]),
        promptTokens: number(usage["total_input_tokens"]),
        completionTokens: written === undefined ? undefined : written + (thought ?? 0),
        reasoningTokens: thought,
        started: instant(answer["created"]),
      },
    ];
  },
};
