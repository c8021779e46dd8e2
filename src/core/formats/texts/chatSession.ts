/** A copied conversation in which a model thought more than once: a session with its calls and their results. */
import { isMarked } from "../reading/foreignParts";
import type { MessagePart } from "../reading/messagePart";
import type { ForeignTurn } from "../reading/foreignSession";
import { allTurns } from "./chatText";

/** What templates write around the results of tools, in a turn of the user's with Qwen and others. */
const RESPONSE = "<tool_response>";
const RESPONSE_END = "</tool_response>";
/** Results in one turn. */
const MOST_RESULTS = 100;

const resultOf = (text: string): MessagePart => ({ kind: "result", text: text.trim(), failed: false });

/** Results that are all of a turn; undefined where something else is said in it. */
function resultsIn(content: string): MessagePart[] | undefined {
  if (!content.startsWith(RESPONSE)) return undefined;
  const pieces = content.split(RESPONSE, MOST_RESULTS).slice(1);
  const results = pieces.map((piece) => piece.split(RESPONSE_END, 2) as [string, string?]);
  return results.every(([, rest = ""]) => rest.trim() === "") ? results.map(([text]) => resultOf(text)) : undefined;
}

/** @returns the turns of such a conversation; undefined for any other text */
export function chatSession(text: string): ForeignTurn[] | undefined {
  const turns = allTurns(text);
  if (turns.filter(({ role, content }) => role === "assistant" && isMarked(content)).length < 2) return undefined;
  return turns.map(({ role, content }): ForeignTurn => {
    const results = role === "assistant" || role === "system" ? undefined : resultsIn(content);
    if (results) return { role: "tool", parts: results };
    return { role, parts: [role === "tool" ? resultOf(content) : { kind: "text", text: content }] };
  });
}
