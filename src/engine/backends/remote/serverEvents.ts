/** Server-sent events, as completion servers stream them (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import { ActionableError } from "../../../core/protocol/rpc";
import { l10n } from "../../../core/text/l10n";

/** Longest event that is believed, characters: a token with its alternatives takes a few thousand. */
const LONGEST_EVENT = 1_000_000;

/**
 * Data of each event in order, without comments and other fields.
 * @throws ActionableError `server-garbage` when an event does not end
 */
export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  /** What came of the line that is not over, in the pieces in which it came. */
  let pieces: string[] = [];
  let data: string[] = [];
  let [lineSize, dataSize] = [0, 0];
  /** Whether the text before ended in a carriage return, which may be the first half of a line end. */
  let halfEnd = false;
  for await (const bytes of body) {
    let text = decoder.decode(bytes, { stream: true });
    if (text === "") continue;
    if (halfEnd && text.startsWith("\n")) text = text.slice(1);
    halfEnd = text.endsWith("\r");
    const lines = text.split(/\r\n|\n|\r/);
    const rest = lines.pop()!;
    for (const [index, end] of lines.entries()) {
      const line = index === 0 && pieces.length > 0 ? pieces.join("") + end : end;
      if (index === 0) [pieces, lineSize] = [[], 0];
      if (line === "") {
        if (data.length > 0) yield data.join("\n");
        [data, dataSize] = [[], 0];
      } else if (line.startsWith("data:")) {
        data.push(line.slice(line[5] === " " ? 6 : 5));
        dataSize += line.length;
      }
    }
    if (rest !== "") pieces.push(rest);
    lineSize += rest.length;
    if (lineSize + dataSize > LONGEST_EVENT) throw garbage("an event without end");
  }
  // The last event of a server that closes without an empty line.
  const last = (pieces.join("") + decoder.decode()).trimEnd();
  if (last.startsWith("data:")) data.push(last.slice(last[5] === " " ? 6 : 5));
  if (data.length > 0) yield data.join("\n");
}

export const garbage = (what: string) =>
  new ActionableError(
    "server-garbage",
    l10n.later`The server sent ${what} instead of a completion.`,
    "Check that the address is that of an OpenAI-compatible server.",
  );
