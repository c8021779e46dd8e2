/** `*.thoughts.jsonl`: one event a line. The reader takes a file that was cut at any byte, is foreign in places, or has no end. */
import {
  TRACE_VERSION,
  traceEvent,
  type EventOf,
  type TraceEvent,
  type TraceEventInput,
  type TraceEventType,
} from "./trace";
import { inOrder, splitRuns } from "./traceRuns";

/** What is read of a file, at most: more than a person can look at. What is beyond stays in the file. */
export interface TraceLimits {
  events: number;
  characters: number;
  /** Of the axis of one run. */
  positions: number;
  /** Longer lines are no events of ours; keeping them would only fill memory. Characters. */
  line: number;
  /** Of all that is kept, as `weightOf` counts it. */
  weight: number;
  /** Lines that are no events, or of unknown ones: each costs the time of an event. */
  strange: number;
}

const LIMITS: TraceLimits = {
  events: 600_000,
  characters: 96_000_000,
  positions: 500_000,
  line: 8_000_000,
  weight: 24_000_000,
  strange: 100_000,
};

/** What each sign of JSON says of the memory that its values take, a number being 1: a string about 4, a list or object 8. */
const WEIGHTS: Readonly<Record<string, number>> = { ",": 1, '"': 2, "[": 8, "{": 8 };
const WEIGHT_OF_CODE = Uint8Array.from({ length: 128 }, (_, code) => WEIGHTS[String.fromCharCode(code)] ?? 0);

function weightOf(line: string): number {
  let weight = 0;
  for (let at = 0; at < line.length; at++) weight += WEIGHT_OF_CODE[line.charCodeAt(at)] ?? 0;
  return weight;
}

/** The event without what its lists say beyond its last token. */
function trimmed(event: EventOf<"tokens">): EventOf<"tokens"> {
  const { length } = event.text;
  const lists = Object.entries(event).filter(([, value]) => Array.isArray(value) && value.length > length);
  if (lists.length === 0) return event;
  return {
    ...event,
    ...Object.fromEntries(lists.map(([name, value]) => [name, (value as unknown[]).slice(0, length)])),
  };
}

const KNOWN: ReadonlySet<string> = new Set<TraceEventType>(traceEvent.options.map((option) => option.shape.t.value));

/**
 * One line without its line break. Lone surrogates are written as escapes, so the file is valid UTF-8 whatever a model
 * said; a field that is no finite number is left out (in a list: null), as JSON has no word for it.
 */
export function serializeEvent(event: TraceEventInput): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? undefined : value,
  );
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
  // What cannot be an object is not parsed: to be told so by an exception takes longer than an event.
  if (!text.startsWith("{") || !text.endsWith("}")) return { kind: "invalid" };
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

/** 52 bits that tell lines apart (two rounds of FNV-1a), so that none has to be kept. */
function lineHash(line: string): number {
  let [low, high] = [0x811c9dc5, 0x2545f491];
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0);
}

/** Reads a trace piece by piece; pieces may end anywhere between two characters. */
export class TraceReader {
  private readonly events: TraceEvent[] = [];
  private readonly limits: TraceLimits;
  private tail = "";
  /** Inside a line that is too long: it is passed over up to its end. */
  private overlong = false;
  private characters = 0;
  private skipped = 0;
  private invalid = 0;
  private full = false;
  private weight = 0;
  /** Lines of the current run, by their hashes. */
  private seen = new Set<number>();
  private doubled = 0;
  private run = "";
  private positions = 0;

  constructor(limits: Partial<TraceLimits> = {}) {
    this.limits = { ...LIMITS, ...limits };
  }

  /** @returns false once the reader has all it takes: the rest need not be read */
  push(piece: string): boolean {
    if (this.full) return false;
    this.characters += piece.length;
    let from = 0;
    for (let to = piece.indexOf("\n"); to >= 0; to = piece.indexOf("\n", from)) {
      // Pieces are put together only where a line ends: a line of many pieces is not copied with each of them.
      if (this.overlong) this.overlong = false;
      else this.take(this.tail + piece.slice(from, to));
      this.tail = "";
      from = to + 1;
      if (this.full) return false;
    }
    if (!this.overlong) this.tail += piece.slice(from);
    if (this.tail.length > this.limits.line) {
      this.invalid += 1;
      this.overlong = true;
      this.tail = "";
    }
    if (this.characters >= this.limits.characters) this.full = true;
    return !this.full;
  }

  finish(): TraceReading {
    // A last line without its line break is whole if it can be read, and cut off if not.
    const cut = !this.full && this.tail !== "" && !this.take(this.tail);
    this.tail = "";
    const runs = splitRuns(this.events).map(inOrder);
    this.invalid += runs.reduce((sum, { stray }) => sum + stray, 0);
    const missing = runs.reduce((sum, run) => sum + run.missing, 0);
    const reordered = runs.some((run) => run.reordered);
    const events = runs.flatMap((run) => run.events);
    return { events, problems: this.problems(cut, reordered, missing), cut, skipped: this.skipped };
  }

  /** @returns whether the line could be read */
  private take(line: string): boolean {
    if (this.events.length >= this.limits.events) {
      this.full ||= line.trim() !== "";
      return true;
    }
    const parsed = line.length > this.limits.line ? ({ kind: "invalid" } as const) : parseTraceLine(line);
    if (parsed.kind === "event") this.keep(parsed.event, line);
    else if (parsed.kind === "unknown") this.skipped += 1;
    else if (parsed.kind === "invalid") this.invalid += 1;
    if (this.skipped + this.invalid > this.limits.strange) this.full = true;
    return parsed.kind !== "invalid";
  }

  /** Keeps an event, unless its line came before: a span or a check that stands twice would count twice. */
  private keep(event: TraceEvent, line: string): void {
    if (event.t === "run" && event.id !== this.run) {
      this.run = event.id;
      this.positions = 0;
      this.seen.clear();
    }
    // How many rows are cached may be said again, and so may a note.
    if (event.t !== "context" && event.t !== "note") {
      const hash = lineHash(line);
      if (this.seen.has(hash)) {
        this.doubled += 1;
        return;
      }
      this.seen.add(hash);
    }
    if (event.t === "tokens") this.positions += event.text.length;
    const kept = event.t === "tokens" ? trimmed(event) : event;
    // What was cut off weighs nothing any more.
    this.weight += kept === event ? weightOf(line) : weightOf(JSON.stringify(kept));
    if (this.positions > this.limits.positions || this.weight > this.limits.weight) this.full = true;
    else this.events.push(kept);
  }

  private problems(cut: boolean, reordered: boolean, missing: number): string[] {
    const header = this.events.find((event) => event.t === "run");
    const bad = this.invalid - (cut ? 1 : 0);
    const sentences: [boolean, string][] = [
      [this.full, "The file is too long to be shown whole: its beginning is shown."],
      [header === undefined, "The file has no header of a trace: what could be read is shown."],
      [(header?.v ?? 0) > TRACE_VERSION, "A newer version wrote this trace: what is known here is shown."],
      [cut, "The last line is cut off: everything before it is shown."],
      [
        this.doubled > 0,
        `${this.doubled} ${this.doubled === 1 ? "line is doubled" : "lines are doubled"} and counted once.`,
      ],
      [reordered, "Lines are out of order: they are shown in the order of their positions."],
      [
        missing > 0,
        `${missing} ${missing === 1 ? "token is" : "tokens are"} missing: what is known around them is shown.`,
      ],
      [bad > 0, `${bad} ${bad === 1 ? "line is no valid event" : "lines are no valid events"} and left out.`],
      [
        header !== undefined && !this.full && !this.events.some((event) => event.t === "end"),
        "The run did not end: the trace shows how far it came.",
      ],
    ];
    return sentences.flatMap(([holds, sentence]) => (holds ? [sentence] : []));
  }
}

/** A whole file at once. */
export function readTrace(text: string, limits?: Partial<TraceLimits>): TraceReading {
  const reader = new TraceReader(limits);
  reader.push(text);
  return reader.finish();
}

/**
 * A file as it is read from disk: bytes are UTF-8 and may be cut inside a character. Reading stops at the limits, so a
 * huge file gives its beginning and one sentence.
 */
export async function readTraceStream(
  pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  limits?: Partial<TraceLimits>,
): Promise<TraceReading> {
  const reader = new TraceReader(limits);
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    if (!reader.push(typeof piece === "string" ? piece : decoder.decode(piece, { stream: true }))) break;
  }
  reader.push(decoder.decode());
  return reader.finish();
}
