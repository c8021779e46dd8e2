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
  let [text, thinking, finish, logprobs]: [string, string, string | undefined, unknown] = ["", "", undefined, null];
  for await (const value of client.stream(path, signal, request, maxTokens)) {
    if (value === DONE) break;
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
