/** The stream of one answer, asked for in words that the server takes. */
import type { JsonObject } from "../../files/jsonFile";
import type { ServerClient } from "./serverClient";
import type { ServerFacts } from "./serverDiscovery";
import { ServerFailure } from "./serverErrors";
import { errorIn } from "./serverSaid";
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
    // What refuses does so before the first piece, or in it where the answer was begun too soon.
    const first = await stream.next();
    const said = errorIn(first.value);
    if (said === undefined) return { stream, first };
    await stream.return(undefined);
    throw new ServerFailure(client.host, undefined, client.withoutKey(said));
  });
  try {
    if (first.done) return;
    yield first.value;
    yield* stream;
  } finally {
    await stream.return(undefined);
  }
}

/** What a person should know of an answer that the model did not end by itself. @param finish the server's reason */
export function endNote(finish: string): string | undefined {
  if (/filter|sensitive|safety|prohibited|recitation|guardrail/i.test(finish))
    return "A filter of the server ended the answer.";
  if (/tool|function/i.test(finish)) return "The model called a tool, which nothing here runs: its answer ends there.";
  if (/abort|cancel|resource|network/i.test(finish))
    return `The server ended its answer early (${finish.slice(0, 40)}).`;
  return undefined;
}
