/** OpenTelemetry traces in OTLP's JSON with the `gen_ai.*` attributes: every span with a model's output is one trace. */
import type { Trace } from "../trace/fold";
import { messageParts, promptMessages } from "./foreignMessage";
import { readChecks } from "./foreignCheck";
import { foreignEvents, type ForeignPart } from "./foreignRun";
import type { Imported, TraceFormat } from "./format";
import { firstJson, jsonValues, list, number, object, parseJson, text, type Json } from "./jsonValue";
import { runText } from "./runText";

/** The value of an OTLP AnyValue. Integers are written as text. */
function anyValue(value: unknown, depth = 0): unknown {
  const { stringValue, intValue, doubleValue, boolValue, arrayValue, kvlistValue } = object(value);
  if (depth > 12) return undefined;
  if (arrayValue !== undefined) return list(object(arrayValue)["values"]).map((each) => anyValue(each, depth + 1));
  if (kvlistValue !== undefined) return attributesOf(object(kvlistValue)["values"], depth + 1);
  return stringValue ?? number(intValue) ?? doubleValue ?? boolValue;
}

function attributesOf(entries: unknown, depth = 0): Json {
  const attributes: Json = Object.create(null) as Json;
  for (const entry of list(entries).map(object)) {
    const key = text(entry["key"]);
    if (key !== undefined) attributes[key] = anyValue(entry["value"], depth);
  }
  return attributes;
}

/** Messages stand as structured values or as JSON in a string. */
const messagesIn = (value: unknown): unknown[] => list(typeof value === "string" ? parseJson(value) : value);

/** What the span's attributes say, and its events, where older instrumentation writes messages. */
function spanAttributes(span: Json): Json {
  const attributes = attributesOf(span["attributes"]);
  for (const event of list(span["events"]).map(object)) {
    const own = attributesOf(event["attributes"]);
    for (const key of ["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions"]) {
      attributes[key] ??= own[key];
    }
    attributes["gen_ai.input.messages"] ??= own["gen_ai.prompt"];
    attributes["gen_ai.output.messages"] ??= own["gen_ai.completion"];
  }
  return attributes;
}

const epochMs = (nanoseconds: unknown): number | undefined => {
  const parsed = number(nanoseconds);
  return parsed === undefined || parsed <= 0 || parsed > 8e21 ? undefined : parsed / 1e6;
};

/** Checks are events of the span: viewers show these along it. */
const CHECK = "thoughtlens.check";

const checksIn = (span: Json): Json[] =>
  list(span["events"])
    .map(object)
    .filter(({ name }) => name === CHECK)
    .map(({ attributes }) =>
      Object.fromEntries(
        Object.entries(attributesOf(attributes)).map(([key, value]) => [key.slice(CHECK.length + 1), value]),
      ),
    );

function readSpan(span: Json, file: string): Imported["traces"] {
  const attributes = spanAttributes(span);
  const output = messagesIn(attributes["gen_ai.output.messages"]).map(object);
  if (output.length === 0) return [];
  const instructions = attributes["gen_ai.system_instructions"];
  const system = promptMessages([
    {
      role: "system",
      parts:
        typeof instructions === "string"
          ? (parseJson(instructions) ?? [{ type: "text", content: instructions }])
          : instructions,
    },
  ]);
  const [start, end] = [epochMs(span["startTimeUnixNano"]), epochMs(span["endTimeUnixNano"])];
  const value = (name: string) => attributes[name];
  const finish =
    text(value("thoughtlens.exit")) ??
    text(list(value("gen_ai.response.finish_reasons"))[0]) ??
    text(output[0]!["finish_reason"]);
  return [
    foreignEvents({
      format: "otel",
      file,
      id: text(value("thoughtlens.run")) ?? text(span["spanId"]) ?? "span",
      model: text(value("gen_ai.response.model")) ?? text(value("gen_ai.request.model")),
      strategy: text(value("thoughtlens.strategy")),
      title: text(value("thoughtlens.title")) ?? text(span["name"]),
      messages: [
        ...system.filter(({ content }) => content !== ""),
        ...promptMessages(messagesIn(value("gen_ai.input.messages"))),
      ],
      parts: output.flatMap((message): ForeignPart[] => messageParts(message)),
      gold: text(value("thoughtlens.gold")),
      answer: text(value("thoughtlens.answer")),
      seed: number(value("gen_ai.request.seed")),
      options: object(parseJson(text(value("thoughtlens.options")) ?? "")),
      checks: readChecks(checksIn(span)),
      finish,
      promptTokens: number(value("gen_ai.usage.input_tokens")) ?? number(value("gen_ai.usage.prompt_tokens")),
      completionTokens: number(value("gen_ai.usage.output_tokens")) ?? number(value("gen_ai.usage.completion_tokens")),
      reasoningTokens:
        number(value("gen_ai.usage.reasoning.output_tokens")) ?? number(value("gen_ai.usage.reasoning_tokens")),
      ms: start !== undefined && end !== undefined && end >= start ? end - start : undefined,
      started: start === undefined ? undefined : new Date(Math.round(start)).toISOString(),
    }),
  ];
}

function spansIn(value: unknown): Json[] {
  return list(object(value)["resourceSpans"]).flatMap((resource) =>
    [...list(object(resource)["scopeSpans"]), ...list(object(resource)["instrumentationLibrarySpans"])].flatMap(
      (scope) => list(object(scope)["spans"]).map(object),
    ),
  );
}

const stringValue = (value: string) => ({ stringValue: value });
const intValue = (value: number) => ({ intValue: String(value) });

const anyValueOf = (value: string | number | boolean): Json =>
  typeof value === "string"
    ? stringValue(value)
    : typeof value === "boolean"
      ? { boolValue: value }
      : Number.isInteger(value)
        ? intValue(value)
        : { doubleValue: value };

/** A message in the convention's schema, as JSON in a string. */
const messageJson = (messages: readonly { role: string; parts: Json[]; finish_reason?: string }[]) =>
  stringValue(JSON.stringify(messages));

/** Milliseconds that reading and writing took before position `at`. */
const elapsedAt = ({ prefills, rereads, positions }: Trace, at: number): number =>
  [...prefills, ...rereads].reduce((sum, prefill) => (prefill.at <= at ? sum + prefill.ms : sum), 0) +
  positions.slice(0, at).reduce((sum, { ms }) => sum + (ms ?? 0), 0);

function toSpan(trace: Trace, index: number): Json {
  const { header, exit, end } = trace;
  const { thinking, summaries, answer, checks, counts } = runText(trace);
  const messages = header?.messages ?? [];
  const started = Date.parse(header?.started ?? "");
  const startMs = Number.isNaN(started) ? 0 : started;
  const said = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
  const parts: Json[] = [
    ...summaries.map((content) => ({ type: "compaction", content })),
    ...(thinking === "" ? [] : [{ type: "reasoning", content: thinking }]),
    { type: "text", content: answer },
  ];
  const stopped = exit?.why === "truncated" || exit?.why === "budget" ? "length" : "stop";
  const model = header?.model.id ?? "unknown";
  const attributes: [string, Json | undefined][] = [
    ["gen_ai.operation.name", stringValue("chat")],
    ["gen_ai.provider.name", stringValue("thoughtlens")],
    ["gen_ai.request.model", stringValue(model)],
    ["gen_ai.response.model", stringValue(model)],
    ["gen_ai.response.finish_reasons", { arrayValue: { values: [stringValue(stopped)] } }],
    ["gen_ai.usage.input_tokens", intValue(counts.prompt)],
    ["gen_ai.usage.output_tokens", intValue(counts.total)],
    ["gen_ai.usage.reasoning.output_tokens", intValue(counts.total - counts.answer)],
    ["gen_ai.input.messages", messageJson(messages.map(({ role, content }) => said(role, content)))],
    ["gen_ai.output.messages", messageJson([{ role: "assistant", parts, finish_reason: stopped }])],
    ["thoughtlens.run", stringValue(header?.id ?? `${index + 1}`)],
    ["thoughtlens.strategy", header && stringValue(header.strategy)],
    ["thoughtlens.exit", exit && stringValue(exit.why)],
    ["thoughtlens.gold", header?.gold === undefined ? undefined : stringValue(header.gold)],
    ["thoughtlens.title", header?.prompt.title === undefined ? undefined : stringValue(header.prompt.title)],
    ["thoughtlens.answer", end?.answer === undefined ? undefined : stringValue(end.answer)],
    ["thoughtlens.options", header && stringValue(JSON.stringify(header.options))],
    ["gen_ai.request.seed", header?.seed === undefined ? undefined : intValue(header.seed)],
  ];
  // Nanoseconds pass 2^53: milliseconds are written out and six digits follow.
  const nanoseconds = (ms: number) => (ms > 0 ? `${Math.round(ms)}000000` : "0");
  return {
    traceId: hex(header?.id ?? `${index}`, 32),
    spanId: hex(`${header?.id ?? ""}#${index}`, 16),
    name: `chat ${model}`,
    kind: 3,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(startMs + (end?.ms?.total ?? 0)),
    attributes: attributes.flatMap(([key, value]) => (value ? [{ key, value }] : [])),
    events: checks.map((check, place) => ({
      timeUnixNano: nanoseconds(startMs + elapsedAt(trace, trace.checks[place]!.at)),
      name: CHECK,
      attributes: Object.entries(check).flatMap(([key, value]) =>
        value === undefined ? [] : [{ key: `${CHECK}.${key}`, value: anyValueOf(value as string | number | boolean) }],
      ),
    })),
    status: {},
  };
}

/** A number of `digits` hexadecimal digits made of `name` (FNV-1a): ids must have this form. */
function hex(name: string, digits: number): string {
  let written = "";
  for (let round = 0; written.length < digits; round++) {
    let hash = 0x811c9dc5 ^ round;
    for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
    written += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return written.slice(0, digits);
}

export const otel: TraceFormat = {
  id: "otel",
  title: "OpenTelemetry (OTLP JSON)",
  extension: ".json",
  detect: ({ text: source }) => Array.isArray(object(firstJson(source))["resourceSpans"]),
  read({ text: source, name }) {
    const spans = jsonValues(source).flatMap(spansIn);
    const traces = spans.flatMap((span) => readSpan(span, name));
    return { traces, problems: traces.length === 0 ? ["No span holds a model's output."] : [] };
  },
  write(traces) {
    const resource = { attributes: [{ key: "service.name", value: stringValue("thoughtlens") }] };
    const scopeSpans = [{ scope: { name: "thoughtlens" }, spans: traces.map(toSpan) }];
    return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }, null, 2)}\n`;
  },
};
