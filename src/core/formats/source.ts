/** A file or a pasted text as importers look at it: what is costly is worked out once, when first asked for. */
import { decodeText } from "./reading/encoding";
import { readEventStream, type EventStream } from "./reading/eventStream";
import { readJson, type JsonDocument } from "./reading/jsonDocument";
import { object, type Json } from "./reading/jsonValue";

/** A file or a pasted text. */
export interface ForeignFile {
  /** Base name; empty for pasted text. */
  name: string;
  /** The text; empty where only the bytes are given. */
  text: string;
  bytes?: Uint8Array;
}

const ARCHIVE = "PK\u0003\u0004";

export class Source {
  readonly name: string;
  /** The bytes of an archive. */
  readonly archive: Uint8Array | undefined;
  private readonly bytes: Uint8Array | undefined;
  private decoded: string | undefined;
  private json: { document: JsonDocument | undefined } | undefined;
  private events: { stream: EventStream | undefined } | undefined;

  constructor({ name, text, bytes }: ForeignFile) {
    this.name = name;
    const isArchive = bytes?.[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
    // An archive may be valid UTF-8 by chance.
    this.archive = isArchive ? bytes : text.startsWith(ARCHIVE) ? new TextEncoder().encode(text) : undefined;
    this.bytes = bytes;
    if (this.archive) this.decoded = "";
    else if (text !== "" || !bytes) this.decoded = text.replace(/^\uFEFF/, "");
  }

  get isPasted(): boolean {
    return this.name === "";
  }

  get text(): string {
    return (this.decoded ??= decodeText(this.bytes ?? new Uint8Array()).replace(/^\uFEFF/, ""));
  }

  /** The JSON of the file; undefined where it is none. */
  get document(): JsonDocument | undefined {
    return (this.json ??= { document: readJson(this.text) }).document;
  }

  /** Its JSON values: the elements of a list, the lines, or the one. */
  get values(): unknown[] {
    return this.document?.values ?? [];
  }

  /** The first value, as an object. */
  get first(): Json {
    return object(this.values[0]);
  }

  /** Some of the first values as objects, for formats whose first line may be of another kind. */
  get beginning(): Json[] {
    return this.values.slice(0, 20).map(object);
  }

  /** Server-sent events, where the file is a dump of them. */
  get stream(): EventStream | undefined {
    return (this.events ??= { stream: readEventStream(this.text) }).stream;
  }
}
