/** Server-sent events as they are dumped into a file: the JSON of their data, in order. */
import { lines, parseJson } from "./jsonDocument";

const FIELD = /^(?:data|event|id|retry)?:/;
/** Lines that are looked at to tell a dump of events from a text. */
const SAMPLE_LINES = 40;

export interface EventStream {
  values: unknown[];
  /** Events whose data is no JSON. */
  broken: number;
  /** Whether the last event was cut off. */
  cut: boolean;
}

/** Whether most of the first lines are fields of events, one of them data in JSON. A dump may begin with headers of HTTP. */
function isEventStream(text: string): boolean {
  let [seen, fields, data] = [0, 0, false];
  for (const line of lines(text)) {
    // Comments keep a connection open, and there may be many.
    if (line.trim() === "" || line.startsWith(":")) continue;
    seen += 1;
    if (FIELD.test(line)) fields += 1;
    data ||= /^data:\s*(?:[[{]|\[DONE\])/.test(line);
    if (seen >= SAMPLE_LINES) break;
  }
  return data && fields * 2 >= seen;
}

/** @returns undefined for a text that is no dump of events */
export function readEventStream(text: string): EventStream | undefined {
  const parts = readDataStream(text);
  if (parts) return parts;
  // A line may end in a carriage return alone.
  if (/^(?:data|event|id|:)[^\n]{0,2000}\r(?!\n)/.test(text)) return readEventStream(text.replace(/\r\n?/g, "\n"));
  if (!isEventStream(text)) return undefined;
  const stream: EventStream = { values: [], broken: 0, cut: false };
  let data: string[] = [];
  const settle = (last: boolean) => {
    const source = data.join("\n").trim();
    data = [];
    if (source === "" || source === "[DONE]") return;
    const value = parseJson(source);
    // Half of an event may have lost the field that says what it is.
    if (value !== undefined) stream.values.push(value);
    else if (last) stream.cut = true;
    else stream.broken += 1;
  };
  for (const raw of lines(text)) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (line === "") settle(false);
    else if (line.startsWith("data:")) {
      // Some dumps leave the empty lines between events out.
      if (data.length === 1 && parseJson(data[0]!) !== undefined) settle(false);
      data.push(line.slice(5));
    }
  }
  settle(true);
  return stream;
}

/** Parts of the AI SDK's data streams: each line is a code and JSON. */
const DATA_PART = /^[0-9a-k]:(?=["[{])/;
const DATA_TYPES: Record<string, string> = { "0": "text-delta", g: "reasoning" };

/** @returns undefined for a text of which not every line is such a part */
function readDataStream(text: string): EventStream | undefined {
  const stream: EventStream = { values: [], broken: 0, cut: false };
  for (const line of lines(text)) {
    if (line.trim() === "") continue;
    if (!DATA_PART.test(line)) return stream.values.length > 0 ? { ...stream, cut: true } : undefined;
    const value = parseJson(line.slice(2));
    const type = DATA_TYPES[line[0]!];
    if (value === undefined) stream.cut = true;
    else if (type !== undefined) stream.values.push({ type, textDelta: value });
    else if (line.startsWith("d:")) stream.values.push({ type: "finish", ...(value as object) });
  }
  return stream.values.length > 0 ? stream : undefined;
}
