/** Spans as tracing tools write them: OTLP in JSON, the console exporter of Python, Jaeger, and lists that Phoenix exports. */
import { instant, list, msBetween, number, object, text, type Json } from "../reading/jsonValue";

interface SpanEvent {
  name: string;
  attributes: Json;
}

export interface Span {
  id: string;
  trace: string | undefined;
  parent: string | undefined;
  name: string | undefined;
  started: string | undefined;
  ms: number | undefined;
  /** By their whole names, as in `gen_ai.request.model`. */
  attributes: Json;
  events: SpanEvent[];
}

const DEEPEST = 12;

/** A field under its name in JSON of protocol buffers, or as languages other than JavaScript write it. */
const either = (value: Json, name: string): unknown =>
  value[name] ?? value[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];

/** The value of an OTLP AnyValue. Integers are written as text. */
function anyValue(given: unknown, depth = 0): unknown {
  const value = object(given);
  if (depth > DEEPEST) return undefined;
  const [array, pairs] = [either(value, "arrayValue"), either(value, "kvlistValue")];
  if (array !== undefined) return list(object(array)["values"]).map((each) => anyValue(each, depth + 1));
  if (pairs !== undefined) return keyValues(object(pairs)["values"], depth + 1);
  const plain = either(value, "stringValue") ?? number(either(value, "intValue"));
  return plain ?? either(value, "doubleValue") ?? either(value, "boolValue");
}

/** Attributes as a list of keys with values, as OTLP and Jaeger have them. */
function keyValues(entries: unknown, depth = 0): Json {
  const attributes: Json = Object.create(null) as Json;
  for (const entry of list(entries).map(object)) {
    const key = text(entry["key"]);
    const value = entry["value"];
    if (key !== undefined) attributes[key] = typeof value === "object" ? anyValue(value, depth) : value;
  }
  return attributes;
}

/** Attributes by their whole names, whether they are a list, an object of names, or objects within one another. */
function attributesOf(value: unknown): Json {
  if (Array.isArray(value)) return keyValues(value);
  const attributes: Json = Object.create(null) as Json;
  const add = (inside: unknown, name: string, depth: number): void => {
    const isNested = typeof inside === "object" && inside !== null && depth < DEEPEST;
    const isList = Array.isArray(inside) && !(inside as unknown[]).some((each) => typeof each === "object");
    if (!isNested || isList) attributes[name] = inside;
    else for (const [key, each] of Object.entries(inside)) add(each, name === "" ? key : `${name}.${key}`, depth + 1);
  };
  add(object(value), "", 0);
  return attributes;
}

const eventsOf = (value: unknown): SpanEvent[] =>
  list(value)
    .map(object)
    .map(({ name, attributes }) => ({ name: text(name) ?? "", attributes: attributesOf(attributes) }));

const epochMs = (nanoseconds: unknown): number | undefined => {
  const parsed = number(nanoseconds);
  return parsed === undefined || parsed <= 0 || parsed > 8e21 ? undefined : parsed / 1e6;
};

function otlpSpan(span: Json): Span {
  const [start, end] = [epochMs(either(span, "startTimeUnixNano")), epochMs(either(span, "endTimeUnixNano"))];
  return {
    id: text(either(span, "spanId")) ?? "span",
    trace: text(either(span, "traceId")),
    parent: text(either(span, "parentSpanId")) || undefined,
    name: text(span["name"]),
    started: start === undefined ? undefined : instant(Math.round(start)),
    ms: start !== undefined && end !== undefined && end >= start ? end - start : undefined,
    attributes: attributesOf(span["attributes"]),
    events: eventsOf(span["events"]),
  };
}

/** Spans by the resource that they are of; Tempo calls these batches. */
const resourcesOf = (value: Json): unknown => either(value, "resourceSpans") ?? value["batches"];
const SCOPES = ["scopeSpans", "instrumentationLibrarySpans"];

const otlpSpans = (resources: readonly unknown[]): Span[] =>
  resources
    .map(object)
    .flatMap((resource) => SCOPES.flatMap((name) => list(either(resource, name))))
    .flatMap((scope) => list(object(scope)["spans"]).map((span) => otlpSpan(object(span))));

/** A span of Python's console exporter, of Phoenix's exports, or of another tool that gives its attributes by name. */
function namedSpan(span: Json): Span {
  const context = object(span["context"]);
  return {
    id: text(context["span_id"]) ?? text(span["span_id"]) ?? text(span["id"]) ?? "span",
    trace: text(context["trace_id"]) ?? text(span["trace_id"]),
    parent: text(span["parent_id"]) ?? text(span["parent_span_id"]),
    name: text(span["name"]) ?? text(span["span_name"]),
    started: instant(span["start_time"] ?? span["start_timestamp"]),
    ms: msBetween(span["start_time"], span["end_time"]),
    attributes: attributesOf(span["attributes"]),
    events: eventsOf(span["events"]),
  };
}

/** What columns of attributes begin with in tables that Phoenix exports. */
const COLUMN = "attributes.";

const columnSpan = (row: Json, columns: readonly string[]): Span =>
  namedSpan({
    ...row,
    span_id: row["context.span_id"],
    trace_id: row["context.trace_id"],
    attributes: Object.fromEntries(columns.map((name) => [name.slice(COLUMN.length), row[name]])),
  });

function jaegerSpan(span: Json): Span {
  const parent = list(span["references"])
    .map(object)
    .find(({ refType }) => refType === "CHILD_OF");
  const microseconds = number(span["startTime"]);
  const duration = number(span["duration"]);
  return {
    id: text(span["spanID"]) ?? "span",
    trace: text(span["traceID"]),
    parent: text(parent?.["spanID"]),
    name: text(span["operationName"]),
    started: microseconds === undefined ? undefined : instant(microseconds / 1000),
    ms: duration === undefined ? undefined : duration / 1000,
    attributes: keyValues(span["tags"]),
    events: list(span["logs"])
      .map(object)
      .map(({ fields }) => ({ name: text(keyValues(fields)["event"]) ?? "", attributes: keyValues(fields) })),
  };
}

/** Names that the conventions give to what a model was asked and said. */
const CONVENTION = /^(?:gen_ai|llm|openinference|ai)\.[a-z]/;
const hasConvention = (attributes: unknown) => Object.keys(object(attributes)).some((name) => CONVENTION.test(name));

const isNamed = (value: Json) =>
  typeof value["attributes"] === "object" &&
  value["attributes"] !== null &&
  ("context" in value ||
    "span_id" in value ||
    "parent_id" in value ||
    "span_name" in value ||
    hasConvention(value["attributes"]));

/** All spans that a value holds; none where it is something else. */
export function spansIn(value: unknown): Span[] {
  const outer = object(value);
  const resources = resourcesOf(outer) ?? resourcesOf(object(outer["trace"]));
  if (Array.isArray(resources)) return otlpSpans(resources as unknown[]);
  const columns = Object.keys(outer).filter((name) => name.startsWith(COLUMN));
  if (columns.length > 0) return [columnSpan(outer, columns)];
  if (isNamed(outer)) return [namedSpan(outer)];
  // The attributes of a span alone, as columns of a table or the fixtures of tests have them.
  if (hasConvention(outer)) return [namedSpan({ id: outer["gen_ai.response.id"], attributes: outer })];
  const inside = [outer["spans"], outer["data"], object(outer["data"])["spans"]].map(list).flat().map(object);
  return inside.flatMap((each) => {
    if (isNamed(each)) return [namedSpan(each)];
    return list(each["spans"])
      .map(object)
      .filter((span) => "spanID" in span)
      .map(jaegerSpan);
  });
}
