/** Server-sent events, as completion servers stream them (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import { ActionableError } from "../../../core/protocol/rpc";

/** Longest event that is believed, characters: a token with its alternatives takes a few thousand. */
const LONGEST_EVENT = 1_000_000;

/**
 * Data of each event in order, without comments and other fields.
 * @throws ActionableError `server-garbage` when an event does not end
 */
export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    // A carriage return at the very end may be the first half of a line end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield data.join("\n");
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
    }
    const size = rest.length + data.reduce((sum, each) => sum + each.length, 0);
    if (size > LONGEST_EVENT) throw garbage("an event without end");
  }
  // The last event of a server that closes without an empty line.
  const last = (rest + decoder.decode()).trimEnd();
  if (last.startsWith("data:")) data.push(last.slice(last[5] === " " ? 6 : 5));
  if (data.length > 0) yield data.join("\n");
}

export const garbage = (what: string) =>
  new ActionableError(
    "server-garbage",
    `The server sent ${what} instead of a completion.`,
    "Check that the address is that of an OpenAI-compatible server.",
  );
