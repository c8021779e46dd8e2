/** `*.thoughts.jsonl`: one event a line. The reader takes a file that was cut at any byte, is foreign in places, or has no end. */
import { TRACE_VERSION, traceEvent, type TraceEvent, type TraceEventInput, type TraceEventType } from "./trace";

/** Longer lines are no events of ours; reading on would only fill memory. Characters. */
const LONGEST_LINE = 8_000_000;
/** More than a person can look at; what is beyond stays in the file. */
const MOST_EVENTS = 2_000_000;
const MOST_CHARACTERS = 512_000_000;

const KNOWN: ReadonlySet<string> = new Set<TraceEventType>(traceEvent.options.map((option) => option.shape.t.value));

/**
 * One line without its line break. Lone surrogates are written as escapes, so the file is valid UTF-8 whatever a model said.
 */
export function serializeEvent(event: TraceEventInput): string {
  return JSON.stringify(event);
}

export type ParsedLine =
  | { kind: "event"; event: TraceEvent }
  | { kind: "empty" }
  /** Valid JSON of an event type that this version does not know. */
  | { kind: "unknown" }
  | { kind: "invalid" };

export function parseTraceLine(line: string): ParsedLine {
  const text = line.replace(/^\uFEFF/, "").trim();
  if (text === "") return { kind: "empty" };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "invalid" };
  }
  const parsed = traceEvent.safeParse(json);
  if (parsed.success) return { kind: "event", event: parsed.data };
  const type = typeof json === "object" && json !== null && "t" in json ? json.t : undefined;
  return { kind: typeof type === "string" && !KNOWN.has(type) ? "unknown" : "invalid" };
}

export interface TraceReading {
  events: TraceEvent[];
  /** Sentences about what could not be shown, for the person. */
  problems: string[];
  /** Whether the last line was cut off. */
  cut: boolean;
  /** Lines of unknown event types. */
  skipped: number;
}

/** Reads a trace piece by piece; pieces may end anywhere between two characters. */
export class TraceReader {
  private readonly events: TraceEvent[] = [];
  private tail = "";
  private characters = 0;
  private skipped = 0;
  private invalid = 0;
  private lastInvalid = false;
  private full = false;

  /** @returns false once the reader has all it takes: the rest need not be read */
  push(piece: string): boolean {
    if (this.full) return false;
    this.characters += piece.length;
    const lines = (this.tail + piece).split("\n");
    this.tail = lines.pop()!;
    for (const line of lines) this.take(line);
    if (this.tail.length > LONGEST_LINE) {
      this.invalid += 1;
      this.tail = "";
    }
    this.full = this.events.length >= MOST_EVENTS || this.characters >= MOST_CHARACTERS;
    return !this.full;
  }

  finish(): TraceReading {
    if (this.tail !== "" && !this.full) this.take(this.tail);
    this.tail = "";
    const cut = this.lastInvalid && !this.full;
    return { events: this.events, problems: this.problems(cut), cut, skipped: this.skipped };
  }

  private take(line: string): void {
    if (this.events.length >= MOST_EVENTS) return;
    const parsed = line.length > LONGEST_LINE ? ({ kind: "invalid" } as const) : parseTraceLine(line);
    if (parsed.kind === "empty") return;
    this.lastInvalid = parsed.kind === "invalid";
    if (parsed.kind === "event") this.events.push(parsed.event);
    else if (parsed.kind === "unknown") this.skipped += 1;
    else this.invalid += 1;
  }

  private problems(cut: boolean): string[] {
    const header = this.events.find((event) => event.t === "run");
    const bad = this.invalid - (cut ? 1 : 0);
    const sentences: [boolean, string][] = [
      [this.full, "The file is too long to be shown whole: its beginning is shown."],
      [header === undefined, "The file has no header of a trace: what could be read is shown."],
      [(header?.v ?? 0) > TRACE_VERSION, "A newer version wrote this trace: what is known here is shown."],
      [cut, "The last line is cut off: everything before it is shown."],
      [bad > 0, `${bad} ${bad === 1 ? "line is" : "lines are"} no valid events and left out.`],
      [
        header !== undefined && !this.full && !this.events.some((event) => event.t === "end"),
        "The run did not end: the trace shows how far it came.",
      ],
    ];
    return sentences.flatMap(([holds, sentence]) => (holds ? [sentence] : []));
  }
}

/** A whole file at once. */
export function readTrace(text: string): TraceReading {
  const reader = new TraceReader();
  reader.push(text);
  return reader.finish();
}
