/** Turns as chat completions have them: calls of tools and what came back, in the fields that servers take. */
import type { Message, ToolCall } from "../../trace/trace";
import type { Json } from "../reading/jsonValue";

const idOf = ({ id }: ToolCall, index: number): string => id ?? `call_${index + 1}`;

/** Calls as `tool_calls` of an assistant's message. */
export const chatCalls = (calls: readonly ToolCall[]): Json[] =>
  calls.map((call, index) => ({
    id: idOf(call, index),
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  }));

/** Messages of a request. */
export function chatMessages(messages: readonly Message[]): Json[] {
  return messages.map(({ role, content, calls = [], name, callId }) => ({
    role,
    content,
    ...(calls.length > 0 ? { tool_calls: chatCalls(calls) } : {}),
    ...(name === undefined ? {} : { name }),
    ...(callId === undefined ? {} : { tool_call_id: callId }),
  }));
}
