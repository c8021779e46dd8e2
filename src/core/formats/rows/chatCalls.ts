/** Calls of tools with what came back, as programs keep them in a message: Gemini CLI, LibreChat, OpenCode and Continue. */
import { valueText } from "../reading/messagePart";
import { list, object, text, type Json } from "../reading/jsonValue";

/** A call, and a part for each thing that came back; of one that still runs nothing did. */
function calledParts(id: unknown, name: unknown, args: unknown, results: readonly unknown[], failed: boolean): Json[] {
  return [
    { type: "tool_call", id, name, args },
    ...results.map((content) => ({ type: "tool_result", tool_call_id: id, name, content, is_error: failed })),
  ];
}

const some = (value: unknown): unknown[] => (value === undefined || value === null ? [] : [value]);

/** What a function gave: Gemini's `output` or `error`, else all of it. */
function given(part: unknown): unknown {
  const { response } = object(object(part)["functionResponse"]);
  const { output, error } = object(response);
  return output ?? error ?? response ?? part;
}

/** `toolCalls` of Gemini CLI. */
export const geminiCalls = (calls: unknown): Json[] =>
  list(calls)
    .map(object)
    .flatMap(({ id, name, args, result, status }) => {
      const came = (Array.isArray(result) ? list(result) : some(result)).map(given).map((each) => valueText(each));
      const failed = status === "error" || status === "cancelled";
      return calledParts(id, name, args, came.length > 0 ? [came.join("\n")] : [], failed);
    });

/** A part of LibreChat's or OpenCode's messages; any other one stays as it is. */
export function chatParts(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return list(content)
    .map(object)
    .flatMap((part): Json[] => {
      if (part["type"] === "think") return [{ type: "thinking", text: part["think"] }];
      const { id, name, args, output } = object(part["tool_call"]);
      if (part["type"] === "tool_call" && name !== undefined)
        return calledParts(id, name, args, some(output === "" ? undefined : output), false);
      const state = object(part["state"]);
      if (part["type"] !== "tool" || text(part["tool"]) === undefined) return [part];
      const failed = state["status"] === "error";
      return calledParts(part["callID"], part["tool"], state["input"], some(state["output"] ?? state["error"]), failed);
    });
}
