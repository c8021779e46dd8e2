/** Writing OTLP in JSON. */
import type { Trace } from "../../trace/fold";
import { runText, type RunText } from "../exports/runText";
import type { Json } from "../reading/jsonValue";
import { ownFacts } from "../reading/ownFacts";
import { CHECK } from "./spanRuns";

export const stringValue = (value: string): Json => ({ stringValue: value });
export const intValue = (value: number): Json => ({ intValue: String(value) });

/** Names with values; what is not known is left out. */
export type Attributes = readonly [name: string, value: Json | undefined][];

const anyValueOf = (value: string | number | boolean): Json =>
  typeof value === "string"
    ? stringValue(value)
    : typeof value === "boolean"
      ? { boolValue: value }
      : Number.isInteger(value)
        ? intValue(value)
        : { doubleValue: value };

/** Milliseconds that reading and writing took before position `at`. */
const elapsedAt = ({ prefills, rereads, positions }: Trace, at: number): number =>
  [...prefills, ...rereads].reduce((sum, prefill) => (prefill.at <= at ? sum + prefill.ms : sum), 0) +
  positions.slice(0, at).reduce((sum, { ms }) => sum + (ms ?? 0), 0);

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

/** What no convention has a name for, under names of ours. */
function ownAttributes(trace: Trace, index: number): Attributes {
  const { header, exit, end } = trace;
  const string = (value: string | undefined) => (value === undefined ? undefined : stringValue(value));
  return [
    ["thoughtlens.run", stringValue(header?.id ?? `${index + 1}`)],
    ["thoughtlens.strategy", string(header?.strategy)],
    ["thoughtlens.exit", string(exit?.why)],
    ["thoughtlens.gold", string(header?.gold)],
    ["thoughtlens.title", string(header?.prompt.title)],
    ["thoughtlens.answer", string(end?.answer)],
    ["thoughtlens.options", header && stringValue(JSON.stringify(header.options))],
    ...Object.entries(ownFacts(trace)).map(([name, value]): Attributes[number] => [
      `thoughtlens.${name}`,
      stringValue(JSON.stringify(value)),
    ]),
    ["gen_ai.request.seed", header?.seed === undefined ? undefined : intValue(header.seed)],
  ];
}

function spanOf(trace: Trace, index: number, { checks }: RunText, attributes: Attributes): Json {
  const { header, end } = trace;
  const started = Date.parse(header?.started ?? "");
  const startMs = Number.isNaN(started) ? 0 : started;
  // Nanoseconds pass 2^53: milliseconds are written out and six digits follow.
  const nanoseconds = (ms: number) => (ms > 0 ? `${Math.round(ms)}000000` : "0");
  return {
    traceId: hex(header?.group ?? header?.id ?? `${index}`, 32),
    spanId: hex(`${header?.id ?? ""}#${index}`, 16),
    name: `chat ${header?.model.id ?? "unknown"}`,
    kind: 3,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(startMs + (end?.ms?.total ?? 0)),
    attributes: [...attributes, ...ownAttributes(trace, index)].flatMap(([key, value]) =>
      value ? [{ key, value }] : [],
    ),
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

/** One request of OTLP with a span for each trace. */
export function writeOtlp(traces: readonly Trace[], attributes: (trace: Trace, said: RunText) => Attributes): string {
  const spans = traces.map((trace, index) => {
    const said = runText(trace);
    return spanOf(trace, index, said, attributes(trace, said));
  });
  const resource = { attributes: [{ key: "service.name", value: stringValue("thoughtlens") }] };
  const scopeSpans = [{ scope: { name: "thoughtlens" }, spans }];
  return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }, null, 2)}\n`;
}

export const wasCut = ({ exit }: Trace) => exit?.why === "truncated" || exit?.why === "budget";
