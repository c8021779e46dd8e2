/** A streamed answer put together, as a server would have sent it at once. */
import { isObject, type JsonObject } from "../../files/jsonFile";
import { readChunk } from "./serverChunk";
import { DONE, type ServerClient } from "./serverClient";
import { errorIn } from "./serverSaid";

/** The answer to a short question as one object, of a server that only streams. @param maxTokens at most expected */
export async function wholeAnswer(
  client: ServerClient,
  path: string,
  request: JsonObject,
  { maxTokens, signal }: { maxTokens: number; signal: AbortSignal },
): Promise<unknown> {
  if (request["stream"] !== true) {
    const all = await client.answer(path, signal, request);
    return all.length === 1 && !isPiece(all[0]) ? all[0] : joined(all);
  }
  const pieces: unknown[] = [];
  for await (const value of client.stream(path, signal, request, maxTokens)) {
    if (value === DONE) break;
    pieces.push(value);
    if (errorIn(value) !== undefined) break;
  }
  return joined(pieces);
}

/** Whether an answer is but a piece of one, as a stream of a single event. */
function isPiece(value: unknown): boolean {
  const choices = isObject(value) ? value["choices"] : undefined;
  return Array.isArray(choices) && isObject(choices[0]) && "delta" in choices[0];
}

function joined(pieces: readonly unknown[]): unknown {
  let [text, thinking, finish, logprobs]: [string, string, string | undefined, unknown] = ["", "", undefined, null];
  for (const value of pieces) {
    if (errorIn(value) !== undefined) return value;
    const chunk = readChunk(value);
    text += chunk.text;
    thinking += chunk.thinking;
    finish ??= chunk.finish;
    const choices: unknown = isObject(value) ? value["choices"] : undefined;
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    if (isObject(choice)) logprobs ??= choice["logprobs"];
  }
  const message = { role: "assistant", content: text, reasoning_content: thinking };
  return { choices: [{ message, logprobs, finish_reason: finish ?? "stop" }] };
}
