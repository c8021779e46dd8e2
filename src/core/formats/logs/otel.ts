/** OpenTelemetry traces: every span with a model's output is one trace. Written with the `gen_ai.*` attributes. */
import type { Trace } from "../../trace/fold";
import type { Message } from "../../trace/trace";
import type { RunText } from "../exports/runText";
import type { TraceFormat } from "../format";
import type { Json } from "../reading/jsonValue";
import { intValue, stringValue, wasCut, writeOtlp, type Attributes } from "./otlp";
import { readSpans } from "./spanRuns";
import { spansIn } from "./spans";

/** A message in the convention's schema, as JSON in a string. */
const messageJson = (messages: readonly { role: string; parts: Json[]; finish_reason?: string }[]) =>
  stringValue(JSON.stringify(messages));

function promptParts({ role, content, calls = [], name, callId }: Message): Json[] {
  if (role === "tool") return [{ type: "tool_call_response", id: callId ?? null, name, response: content }];
  const said = content === "" && calls.length > 0 ? [] : [{ type: "text", content }];
  return [
    ...said,
    ...calls.map((call) => ({ type: "tool_call", id: call.id, name: call.name, arguments: call.arguments })),
  ];
}

function attributesOf(trace: Trace, { thinking, summaries, answer, counts }: RunText): Attributes {
  const { header, calls } = trace;
  const finish = wasCut(trace) ? "length" : "stop";
  const model = header?.model.id ?? "unknown";
  const parts: Json[] = [
    ...summaries.map((content) => ({ type: "compaction", content })),
    ...(thinking === "" ? [] : [{ type: "reasoning", content: thinking }]),
    ...calls.map(({ id, name, arguments: given }) => ({ type: "tool_call", id, name, arguments: given })),
    { type: "text", content: answer },
  ];
  const asked = (header?.messages ?? []).map((message) => ({ role: message.role, parts: promptParts(message) }));
  return [
    ["gen_ai.operation.name", stringValue("chat")],
    ["gen_ai.provider.name", stringValue("thoughtlens")],
    ["gen_ai.request.model", stringValue(model)],
    ["gen_ai.response.model", stringValue(model)],
    ["gen_ai.response.finish_reasons", { arrayValue: { values: [stringValue(finish)] } }],
    ["gen_ai.usage.input_tokens", intValue(counts.prompt)],
    ["gen_ai.usage.output_tokens", intValue(counts.total)],
    ["gen_ai.usage.reasoning.output_tokens", intValue(counts.total - counts.answer)],
    ["gen_ai.input.messages", messageJson(asked)],
    ["gen_ai.output.messages", messageJson([{ role: "assistant", parts, finish_reason: finish }])],
  ];
}

export const otel: TraceFormat = {
  id: "otel",
  title: "OpenTelemetry (OTLP JSON)",
  extension: ".json",
  detect: ({ values }) => values.slice(0, 20).some((value) => spansIn(value).length > 0),
  read: readSpans,
  write: (traces) => writeOtlp(traces, attributesOf),
};
