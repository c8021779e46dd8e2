/** What a span says of a call of a model, by the conventions of OpenTelemetry, OpenLLMetry, OpenInference and the AI SDK. */
import { askedTurns, turnsOf } from "../answers/asked";
import { readChecks } from "../reading/foreignCheck";
import { readMessage, type ForeignMessage } from "../reading/foreignMessage";
import { isWritten } from "../reading/foreignParts";
import type { ForeignRun } from "../reading/foreignRun";
import { promptOf, sessionRuns, type ForeignTurn } from "../reading/foreignSession";
import { MOST_TRACES } from "../limits";
import { parseJson } from "../reading/jsonDocument";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import { withOwnFacts } from "../reading/ownFacts";
import type { Source } from "../source";
import { replyTurns } from "./loggedCall";
import { spansIn, type Span } from "./spans";
import { l10n, type Sentence } from "../../text/l10n";

/** Checks are events of the span: viewers show these along it. */
export const CHECK = "thoughtlens.check";

/** Names are cut at their dots this often. */
const DEEPEST = 10;

/** Attributes below `prefix` as a tree: `gen_ai.prompt.0.role` stands under `0`, then `role`. */
function treeOf(attributes: Json, prefix: string): Json {
  const tree: Json = Object.create(null) as Json;
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.startsWith(prefix)) continue;
    const path = name.slice(prefix.length).split(".").slice(0, DEEPEST);
    let at = tree;
    for (const key of path.slice(0, -1)) {
      const inside = at[key];
      at = (typeof inside === "object" && inside !== null ? inside : (at[key] = Object.create(null) as Json)) as Json;
    }
    at[path.at(-1)!] = value;
  }
  return tree;
}

/** The entries of a tree whose keys are numbers, in their order. */
function numbered(value: unknown): Json[] {
  return Object.entries(object(value))
    .filter(([key]) => /^\d{1,6}$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, each]) => object(each));
}

/** A value that may be JSON in a text. */
const valueOf = (value: unknown): unknown =>
  typeof value === "string" && /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value;

/** A message that stands in attributes one by one. */
function flatMessage(entry: Json): ForeignMessage {
  const message = object(entry["message"] ?? entry);
  const contents = numbered(message["contents"]).map((part) => object(part["message_content"] ?? part));
  const content = valueOf(message["content"]);
  const calls = numbered(message["tool_calls"]).map((call) => object(call["tool_call"] ?? call));
  const isParts = Array.isArray(content) && content.every((part) => "type" in object(part) || "text" in object(part));
  return readMessage({
    ...message,
    content: contents.length > 0 ? contents : isParts ? content : message["content"],
    tool_calls: calls,
  });
}

/** Messages of an attribute: a list, or JSON of one. */
const listed = (value: unknown): ForeignTurn[] => turnsOf(list(valueOf(value)));

/** The first way of several that gives any turns. */
function firstOf(ways: readonly (() => ForeignTurn[])[]): ForeignTurn[] {
  for (const way of ways) {
    const turns = way();
    if (turns.length > 0) return turns;
  }
  return [];
}

const assistant = (turns: readonly ForeignTurn[]): ForeignTurn[] =>
  turns.map((turn) => ({ ...turn, role: turn.role ?? "assistant" }));

/** Words that a span keeps of its whole input or output, where it has no messages. */
function wholeValue(value: unknown): ForeignTurn[] {
  const inside = valueOf(value);
  const asked = askedTurns(object(inside));
  return asked.length > 0 ? asked : typeof inside === "string" ? turnsOf(inside) : listed(inside);
}

/** Of an object that no API and no framework gives as an answer nothing is taken for one. */
const wholeReply = (value: unknown): ForeignTurn[] => replyTurns(value, 1);

/** The AI SDK's own attributes. */
function sdkReply(attributes: Json): ForeignTurn[] {
  const [content, reasoning] = [text(attributes["ai.response.text"]), text(attributes["ai.response.reasoning"])];
  const calls = list(valueOf(attributes["ai.response.toolCalls"]));
  if (content === undefined && reasoning === undefined && calls.length === 0) return [];
  return [readMessage({ role: "assistant", content: content ?? "", reasoning, tool_calls: calls })];
}

function eventValues({ events }: Span, pattern: RegExp): Json[] {
  return events
    .filter(({ name }) => pattern.test(name))
    .map(({ name, attributes }) => {
      const role = /gen_ai\.(\w+)\.message$/.exec(name)?.[1];
      const message = object(valueOf(attributes["message"]));
      return { ...(role === undefined ? {} : { role }), ...attributes, ...message };
    });
}

const MLFLOW = { input: "mlflow.spanInputs", output: "mlflow.spanOutputs" };
const isModelOfMlflow = (attributes: Json) =>
  /^"?(?:CHAT_MODEL|LLM)"?$/.test(text(attributes["mlflow.spanType"]) ?? "");

/** Events in an attribute, as Logfire keeps them: what was chosen, or the assistant's last words, is the output. */
function loggedEvents(value: unknown, isInput: boolean): ForeignTurn[] {
  const events = list(valueOf(value)).map(object);
  const isChoice = (event: Json) => event["event.name"] === "gen_ai.choice";
  const last = events.some(isChoice) ? -1 : events.findLastIndex(({ role }) => role === "assistant");
  const wanted = events.filter((event, at) => (isChoice(event) || at === last) !== isInput);
  return wanted.map((event) => readMessage({ ...event, ...object(event["message"]) }));
}

function spoken(span: Span, direction: "input" | "output"): ForeignTurn[] {
  const { attributes, events } = span;
  const isInput = direction === "input";
  const own = (name: string) =>
    attributes[name] ?? events.map((event) => event.attributes[name]).find((value) => value !== undefined);
  const old = isInput ? "gen_ai.prompt" : "gen_ai.completion";
  return firstOf([
    () => listed(own(`gen_ai.${direction}.messages`)),
    () => numbered(treeOf(attributes, `${old}.`)).map(flatMessage),
    () => numbered(treeOf(attributes, `llm.${direction}_messages.`)).map(flatMessage),
    () => listed(own(old)),
    () => (isInput ? wholeValue(own(old)) : wholeReply(own(old))),
    () =>
      (isInput ? eventValues(span, /^gen_ai\.\w+\.message$/) : eventValues(span, /^gen_ai\.choice$/)).map(readMessage),
    () => (isInput ? listed(attributes["ai.prompt.messages"]) : sdkReply(attributes)),
    () => (isInput ? [] : listed(attributes["pydantic_ai.all_messages"]).slice(-1)),
    () => loggedEvents(attributes["events"] ?? attributes["all_messages_events"], isInput),
    () => (isModelOfMlflow(attributes) ? (isInput ? wholeValue : wholeReply)(attributes[MLFLOW[direction]]) : []),
    // OpenInference keeps the raw request and answer beside the messages.
    () =>
      attributes["openinference.span.kind"] !== "LLM"
        ? []
        : isInput
          ? wholeValue(attributes["input.value"])
          : wholeReply(attributes["output.value"]),
  ]);
}

function systemOf(attributes: Json): ForeignTurn[] {
  const instructions = valueOf(attributes["gen_ai.system_instructions"]);
  if (instructions === undefined || instructions === "") return [];
  const content = Array.isArray(instructions) ? instructions : [{ type: "text", content: instructions }];
  const turn = readMessage({ role: "system", parts: content });
  return turn.parts.length > 0 ? [turn] : [];
}

const checksIn = ({ events }: Span): Json[] =>
  events
    .filter(({ name }) => name === CHECK)
    .map(({ attributes }) =>
      Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key.slice(CHECK.length + 1), value])),
    );

/** Token counts under the names of all conventions. */
function countsOf(attributes: Json): Pick<ForeignRun, "promptTokens" | "completionTokens" | "reasoningTokens"> {
  const first = (...names: string[]) =>
    names.map((name) => number(attributes[name])).find((value) => value !== undefined);
  return {
    promptTokens: first(
      "gen_ai.usage.input_tokens",
      "gen_ai.usage.prompt_tokens",
      "llm.token_count.prompt",
      "ai.usage.promptTokens",
    ),
    completionTokens: first(
      "gen_ai.usage.output_tokens",
      "gen_ai.usage.completion_tokens",
      "llm.token_count.completion",
      "ai.usage.completionTokens",
    ),
    reasoningTokens: first(
      "gen_ai.usage.reasoning.output_tokens",
      "gen_ai.usage.reasoning_tokens",
      "llm.token_count.completion_details.reasoning",
      "ai.usage.reasoningTokens",
    ),
  };
}

const MODELS = [
  "gen_ai.response.model",
  "gen_ai.request.model",
  "llm.model_name",
  "ai.response.model",
  "ai.model.id",
  "model_name",
];
const FINISH = ["thoughtlens.exit", "llm.finish_reason", "ai.response.finishReason"];

/** The run of a span that holds what a model wrote. */
function spanRun(span: Span): ForeignRun | undefined {
  const { attributes } = span;
  const output = assistant(spoken(span, "output"));
  if (output.length === 0) return undefined;
  const value = (name: string) => text(attributes[name]);
  const reply: ForeignTurn = { role: "assistant", parts: output.flatMap(({ parts }) => parts) };
  const [run] = sessionRuns({ id: span.id, turns: [reply] });
  if (!run) return undefined;
  const request = object(valueOf(attributes[MLFLOW.input]));
  const model = MODELS.map(value).find((each) => each !== undefined) ?? text(request["model"]);
  const reasons = list(attributes["gen_ai.response.finish_reasons"]);
  const raw = object(list(valueOf(attributes["gen_ai.output.messages"]))[0]);
  const own = { verdicts: attributes["thoughtlens.verdicts"], withheld: attributes["thoughtlens.withheld"] };
  const whole: ForeignRun = {
    ...run,
    ...countsOf(attributes),
    id: value("thoughtlens.run") ?? span.id,
    model,
    strategy: value("thoughtlens.strategy"),
    title: value("thoughtlens.title") ?? span.name,
    messages: promptOf([...systemOf(attributes), ...spoken(span, "input")]),
    gold: value("thoughtlens.gold"),
    answer: value("thoughtlens.answer"),
    seed: number(attributes["gen_ai.request.seed"]),
    options: object(valueOf(attributes["thoughtlens.options"])),
    checks: readChecks(checksIn(span)),
    finish:
      FINISH.map(value).find((each) => each !== undefined) ??
      text(reasons[0]) ??
      text(raw["finish_reason"]) ??
      value("gen_ai.completion.0.finish_reason"),
    ms: span.ms,
    started: span.started,
  };
  return withOwnFacts(whole, own);
}

const wordsOf = ({ parts }: ForeignRun) =>
  parts
    .filter(isWritten)
    .map((part) => part.text)
    .join("\n");

/** Spans whose runs are made: as many as are read of any file, each with one that only wraps it. */
const MOST_FOUND = 2 * MOST_TRACES;

/** Ancestors of a span that are looked at for one that says the same. */
const MOST_ANCESTORS = 20;

/** The runs of a file of spans, as every format of them reads it. */
export function* readSpans({ values }: Source, problems: Sentence[]): Generator<ForeignRun> {
  let count = 0;
  for (const run of spanRuns(values.flatMap(spansIn))) {
    count += 1;
    yield run;
  }
  if (count === 0) problems.push(l10n.later`No span holds a model's output.`);
}

/** The runs of spans, in their order: spans of one trace are one group, and one that only wraps another is left out. */
function* spanRuns(spans: readonly Span[]): Generator<ForeignRun> {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const found: { span: Span; run: ForeignRun }[] = [];
  for (const span of spans) {
    if (found.length > MOST_FOUND) break;
    const run = spanRun(span);
    if (run) found.push({ span, run });
  }
  const words = new Map(found.map(({ span, run }) => [span.id, wordsOf(run)]));
  const wrappers = new Set<string>();
  for (const { span, run } of found) {
    let parent = span.parent === undefined ? undefined : byId.get(span.parent);
    for (let step = 0; parent && step < MOST_ANCESTORS; step++) {
      if (words.get(parent.id) === wordsOf(run)) wrappers.add(parent.id);
      parent = parent.parent === undefined ? undefined : byId.get(parent.parent);
    }
  }
  const kept = found.filter(({ span }) => !wrappers.has(span.id));
  const sizes = new Map<string, number>();
  for (const { span } of kept) if (span.trace !== undefined) sizes.set(span.trace, (sizes.get(span.trace) ?? 0) + 1);
  const places = new Map<string, number>();
  for (const { span, run } of kept) {
    const of = span.trace === undefined ? 1 : sizes.get(span.trace)!;
    const n = span.trace === undefined ? 1 : (places.get(span.trace) ?? 0) + 1;
    if (span.trace !== undefined) places.set(span.trace, n);
    yield of > 1 && run.id === span.id ? { ...run, group: `session-${span.trace}`, turn: { n, of } } : run;
  }
}
