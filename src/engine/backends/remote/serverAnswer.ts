/** The stream of one answer, asked for in words that the server takes. */
import type { JsonObject } from "../../files/jsonFile";
import type { ServerClient } from "./serverClient";
import type { ServerFacts } from "./serverDiscovery";

/**
 * @param countsPrompt whether the answer is to end with the server's count of the prompt; llama.cpp gives it unasked
 * @returns JSON objects, then `DONE` where the server ended so
 */
export async function* openAnswer(
  client: ServerClient,
  { dialect, kind, path, textPath }: ServerFacts,
  request: JsonObject,
  { maxTokens, countsPrompt, signal }: { maxTokens: number; countsPrompt: boolean; signal: AbortSignal },
): AsyncGenerator<unknown> {
  const usage = countsPrompt && kind !== "llama.cpp" ? { stream_options: { include_usage: true } } : {};
  const { stream, first } = await dialect.ask({ ...request, stream: true, ...usage }, async (words) => {
    const stream = client.stream("prompt" in words ? textPath : path, signal, words, maxTokens);
    // What refuses does so before the first piece.
    return { stream, first: await stream.next() };
  });
  try {
    if (first.done) return;
    yield first.value;
    yield* stream;
  } finally {
    await stream.return(undefined);
  }
}
