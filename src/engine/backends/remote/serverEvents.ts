/**
 * Server-sent events, as completion servers stream them (https://html.spec.whatwg.org/multipage/server-sent-events.html),
 * with what some of them do besides: errors as events of their own, objects without a field's name, one line end where
 * two are due.
 */
import { ActionableError } from "../../../core/protocol/rpc";
import { l10n } from "../../../core/text/l10n";

/** Longest event that is believed, characters: a token with its alternatives takes a few thousand. */
const LONGEST_EVENT = 1_000_000;

/** Characters of an answer that is no stream. */
const LONGEST_WHOLE = 16e6;

/**
 * Data of each event of an answer; of one that is no stream, its object and the mark of the end. What a server calls its
 * answer is not always what it is: events come as JSON too.
 */
export async function* answerData(body: AsyncIterable<Uint8Array>, type: string): AsyncGenerator<string> {
  if (!/\bjson\b/.test(type)) return yield* eventData(body);
  const { begin, all } = await peeked(body);
  if (!/^[[{]/.test(begin)) return yield* eventData(all);
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of all) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > LONGEST_WHOLE) throw garbage("an answer without end");
  }
  text += decoder.decode();
  if (isJson(text)) {
    yield text;
    yield "[DONE]";
  } else yield* eventData(oneByOne([new TextEncoder().encode(text)]));
}

/** What a body begins with, without blanks, and the whole of it. */
async function peeked(body: AsyncIterable<Uint8Array>): Promise<{ begin: string; all: AsyncIterable<Uint8Array> }> {
  const parts = body[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let begin = "";
  while (begin === "") {
    const { done, value } = await parts.next();
    if (done) break;
    read.push(value);
    begin = decoder.decode(value, { stream: true }).trimStart();
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* read;
      for (let next = await parts.next(); !next.done; next = await parts.next()) yield next.value;
    } finally {
      await parts.return?.();
    }
  }
  return { begin, all: all() };
}

async function* oneByOne(parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

/**
 * Data of each event in order, without comments and other fields; what an event calls an error is an object with that.
 * @throws ActionableError `server-garbage` when an event does not end
 */
export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const event = new EventLines();
  /** What came of the line that is not over, in the pieces in which it came. */
  let pieces: string[] = [];
  let lineSize = 0;
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
      // Most of what says nothing is a comment.
      if (!line.startsWith(":")) yield* event.take(line);
    }
    if (rest !== "") pieces.push(rest);
    lineSize += rest.length;
    if (lineSize + event.size > LONGEST_EVENT) throw garbage("an event without end");
  }
  // The last event of a server that closes without an empty line; half an object is what was cut.
  const rest = (pieces.join("") + decoder.decode()).trimEnd();
  const last = [...event.take(rest), ...event.take("")];
  for (const data of last) if (!isObjectBegun(data) || isJson(data)) yield data;
}

/** The objects of a whole answer: the one that it is, or those of its events. @throws SyntaxError where it is neither */
export function objectsIn(text: string): unknown[] {
  if (isJson(text)) return [JSON.parse(text) as unknown];
  const event = new EventLines();
  const all = [...text.split(/\r\n|\n|\r/), ""].flatMap((line) => event.take(line));
  const objects = all.filter((data) => !isDone(data)).map((data) => JSON.parse(data) as unknown);
  if (objects.length === 0) throw new SyntaxError("no events");
  return objects;
}

/** The lines of one event after the other. */
class EventLines {
  private data: string[] = [];
  private isError = false;
  size = 0;

  /** @returns the data that a line completes */
  take(line: string): readonly string[] {
    if (line === "") return this.end();
    // An object by itself, as errors and lines of JSON are sent.
    if (line.startsWith("{") || line.startsWith("[DONE]")) return [...this.end(), line];
    const name = FIELDS.find((each) => line.startsWith(each));
    if (name === undefined) return NOTHING;
    const value = line.slice(name.length);
    if (name === "event:") this.isError = value.trim() === "error";
    else this.add(valueOf(value), name === "error:");
    return NOTHING;
  }

  private add(value: string, isError: boolean): void {
    this.isError ||= isError;
    this.data.push(value);
    this.size += value.length;
  }

  private end(): readonly string[] {
    if (this.data.length === 0) return NOTHING;
    const { data, isError } = this;
    [this.data, this.isError, this.size] = [[], false, 0];
    const whole = data.join("\n");
    // Without anything in it, an event keeps the connection open.
    if (whole.trim() === "") return NOTHING;
    if (isError) return [asError(whole)];
    const areEvents = data.length > 1 && !isJson(whole) && data.every((each) => isDone(each) || isJson(each));
    return areEvents ? data : [whole];
  }
}

/** Fields of an event that are read: llama.cpp has called its errors so once. */
const FIELDS = ["data:", "event:", "error:"];
const NOTHING: readonly string[] = [];

/** What stands behind a field's name, which some gateways write again before each line that they pass on. */
const valueOf = (written: string): string => written.replace(/^ ?(?:data: ?)*/, "");

function asError(data: string): string {
  let error: unknown = data;
  try {
    error = JSON.parse(data);
  } catch {
    // In words, then.
  }
  return JSON.stringify(typeof error === "object" && error !== null && "error" in error ? error : { error });
}

/** The mark at the end of a stream. */
export const isDone = (data: string): boolean => /^\s*"?\[?DONE\]?"?\s*$/.test(data);

const isObjectBegun = (data: string): boolean => data.trimStart().startsWith("{");

function isJson(data: string): boolean {
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}

export const garbage = (what: string) =>
  new ActionableError(
    "server-garbage",
    l10n.later`The server sent ${what} instead of a completion.`,
    "Check that the address is that of an OpenAI-compatible server.",
  );
