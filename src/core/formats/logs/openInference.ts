/** Spans of OpenInference (Phoenix, Arize): the attributes of `llm.*`, one for each field of each message. */
import type { Trace } from "../../trace/fold";
import type { Message } from "../../trace/trace";
import type { RunText } from "../exports/runText";
import type { TraceFormat } from "../format";
import { intValue, stringValue, writeOtlp, type Attributes } from "./otlp";
import { readSpans } from "./spanRuns";
import { spansIn, type Span } from "./spans";

const isOurs = ({ attributes }: Span) =>
  "openinference.span.kind" in attributes ||
  Object.keys(attributes).some((name) => /^llm\.(?:input|output)_messages\./.test(name));

function callAttributes(prefix: string, calls: NonNullable<Message["calls"]>): Attributes {
  return calls.flatMap(({ id, name, arguments: given }, index): Attributes => [
    [`${prefix}.tool_calls.${index}.tool_call.id`, id === undefined ? undefined : stringValue(id)],
    [`${prefix}.tool_calls.${index}.tool_call.function.name`, stringValue(name)],
    [`${prefix}.tool_calls.${index}.tool_call.function.arguments`, stringValue(given)],
  ]);
}

function messageAttributes({ role, content, name, callId, calls = [] }: Message, index: number): Attributes {
  const prefix = `llm.input_messages.${index}.message`;
  return [
    [`${prefix}.role`, stringValue(role)],
    [`${prefix}.content`, stringValue(content)],
    [`${prefix}.name`, name === undefined ? undefined : stringValue(name)],
    [`${prefix}.tool_call_id`, callId === undefined ? undefined : stringValue(callId)],
    ...callAttributes(prefix, calls),
  ];
}

/** The reply in parts, as its reasoning has no attribute of its own beside the content. */
function replyAttributes({ thinking, summaries, answer }: RunText, calls: NonNullable<Message["calls"]>): Attributes {
  const prefix = "llm.output_messages.0.message";
  const parts = [
    ...summaries.map((summary) => ["summary", summary] as const),
    ...(thinking === "" ? [] : [["reasoning", thinking] as const]),
    ["text", answer] as const,
  ];
  return [
    [`${prefix}.role`, stringValue("assistant")],
    ...parts.flatMap(([type, said], index): Attributes => [
      [`${prefix}.contents.${index}.message_content.type`, stringValue(type)],
      [`${prefix}.contents.${index}.message_content.text`, stringValue(said)],
    ]),
    ...callAttributes(prefix, calls),
  ];
}

function attributesOf(trace: Trace, said: RunText): Attributes {
  const { header, calls } = trace;
  const { counts } = said;
  return [
    ["openinference.span.kind", stringValue("LLM")],
    ["llm.model_name", stringValue(header?.model.id ?? "unknown")],
    ["llm.token_count.prompt", intValue(counts.prompt)],
    ["llm.token_count.completion", intValue(counts.total)],
    ["llm.token_count.total", intValue(counts.prompt + counts.total)],
    ["llm.token_count.completion_details.reasoning", intValue(counts.total - counts.answer)],
    ["session.id", header?.group === undefined ? undefined : stringValue(header.group)],
    ...(header?.messages ?? []).flatMap(messageAttributes),
    ...replyAttributes(said, calls),
  ];
}

export const openInference: TraceFormat = {
  id: "openinference",
  title: "OpenInference spans",
  extension: ".json",
  detect: ({ values }) => values.slice(0, 20).some((value) => spansIn(value).some(isOurs)),
  read: readSpans,
  write: (traces) => writeOtlp(traces, attributesOf),
};
