/** The stream of one answer, asked for in words that the server takes. */
import type { JsonObject } from "../../files/jsonFile";
import type { ServerClient } from "./serverClient";
import type { ServerFacts } from "./serverDiscovery";
import { usageFields } from "./serverUsage";

/**
 * @returns JSON objects, then `DONE` where the server ended so
 */
export async function* openAnswer(
  client: ServerClient,
  facts: ServerFacts,
  request: JsonObject,
  { maxTokens, signal }: { maxTokens: number; signal: AbortSignal },
): AsyncGenerator<unknown> {
  const { dialect, path, textPath } = facts;
  const body = { ...request, stream: true, ...usageFields(facts) };
  const { stream, first } = await dialect.ask(body, async (words) => {
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
