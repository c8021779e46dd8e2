/**
 * The protobuf wire format, read in place and written as pieces.
 *
 * A model file may be gigabytes of weights around a few kilobytes of graph, so nothing here decodes a message into
 * an object: fields are byte ranges into the file, and values are read where they are wanted.
 * Format: https://protobuf.dev/programming-guides/encoding
 */

/** The bytes are no valid protobuf message: cut off, or not protobuf at all. */
export class ProtobufError extends Error {
  override name = "ProtobufError";
  constructor(
    message: string,
    /** Where reading stopped, in bytes from the start of the file. */
    readonly offset: number,
  ) {
    super(`${message} at byte ${offset}`);
  }
}

/** Half-open range of bytes in the file. */
export interface ByteRange {
  start: number;
  end: number;
}

/** One field of a message. `start…end` covers tag and value, `valueStart…end` the value alone. */
export interface Field extends ByteRange {
  number: number;
  wire: number;
  valueStart: number;
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * Reads fields one after another from a message that occupies `start…end`.
 * @throws ProtobufError on a field that reaches beyond the message, an unknown wire type or field number 0
 */
export function* fields(bytes: Uint8Array, range: ByteRange): Generator<Field, void, undefined> {
  const cursor = new Cursor(bytes, range.start, range.end);
  while (cursor.at < range.end) {
    const start = cursor.at;
    const tag = cursor.varint();
    const number = Math.floor(tag / 8);
    const wire = tag & 7;
    if (tag < 8 || tag > 0xffffffff) throw new ProtobufError("invalid field tag", start);
    let valueStart = cursor.at;
    if (wire === wireTypes.varint) cursor.varint();
    else if (wire === wireTypes.fixed64) cursor.skip(8);
    else if (wire === wireTypes.fixed32) cursor.skip(4);
    else if (wire === wireTypes.bytes) {
      const length = cursor.varint();
      valueStart = cursor.at;
      cursor.skip(length);
    } else throw new ProtobufError(`unknown wire type ${wire}`, start);
    yield { number, wire, start, valueStart, end: cursor.at };
  }
}

/** A varint field's value as a signed 64-bit integer; exact within ±2^53. */
export function readInt(bytes: Uint8Array, field: Field): number {
  return new Cursor(bytes, field.valueStart, field.end).varint();
}

/** A length-delimited field's value as text. */
export function readText(bytes: Uint8Array, field: ByteRange & { valueStart: number }): string {
  return decoder.decode(bytes.subarray(field.valueStart, field.end));
}

/** Signed integers of a repeated field's entry, which is packed (bytes) or single (varint). */
export function readInts(bytes: Uint8Array, field: Field): number[] {
  if (field.wire === wireTypes.varint) return [readInt(bytes, field)];
  const values: number[] = [];
  const cursor = new Cursor(bytes, field.valueStart, field.end);
  while (cursor.at < field.end) values.push(cursor.varint());
  return values;
}

/** Single-precision floats of a repeated field's entry, which is packed (bytes) or single (fixed32). */
export function readFloats(bytes: Uint8Array, field: Field): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset + field.valueStart, field.end - field.valueStart);
  if (view.byteLength % 4) throw new ProtobufError("packed floats of odd length", field.start);
  return Array.from({ length: view.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

/** Body of a field: its value without the tag. */
export function body(field: Field): ByteRange {
  return { start: field.valueStart, end: field.end };
}

class Cursor {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly end: number,
  ) {}

  skip(length: number): void {
    if (length < 0 || length > this.end - this.at) throw new ProtobufError("field reaches beyond its message", this.at);
    this.at += length;
  }

  varint(): number {
    // Two 32-bit halves, because a shift in JavaScript keeps 32 bits only.
    let low = 0;
    let high = 0;
    const start = this.at;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw new ProtobufError("number cut off", start);
      const byte = this.bytes[this.at++]!;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else if (shift === 28) {
        low |= (byte & 0x0f) << 28;
        high |= (byte & 0x7f) >> 4;
      } else high |= (byte & 0x7f) << (shift - 32);
      if (byte < 0x80) return (high | 0) * 0x1_0000_0000 + (low >>> 0);
    }
    throw new ProtobufError("number longer than ten bytes", start);
  }
}

/** Bytes to write, in order. Originals are subarrays of the file, copied once when everything is joined. */
export type Pieces = Uint8Array[];

function byteLength(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

export function join(pieces: Pieces): Uint8Array {
  const out = new Uint8Array(byteLength(pieces));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** A signed 64-bit integer as varint; negative numbers take ten bytes. */
export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest ? low | 0x80 : low);
  } while (rest);
  return Uint8Array.from(out);
}

export function intField(number: number, value: number | bigint): Pieces {
  return [varint(number * 8 + wireTypes.varint), varint(value)];
}

export function floatField(number: number, value: number): Pieces {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setFloat32(0, value, true);
  return [varint(number * 8 + wireTypes.fixed32), out];
}

export function bytesField(number: number, value: Uint8Array): Pieces {
  return messageField(number, [value]);
}

export function textField(number: number, value: string): Pieces {
  return messageField(number, [encoder.encode(value)]);
}

/** A length-delimited field whose value is `pieces`. */
export function messageField(number: number, pieces: Pieces): Pieces {
  return [varint(number * 8 + wireTypes.bytes), varint(byteLength(pieces)), ...pieces];
}

/** The fields of a message, those of one number with another body. */
export function replaceFields(
  bytes: Uint8Array,
  message: ByteRange,
  number: number,
  change: (range: ByteRange) => Pieces,
): Pieces {
  return [...fields(bytes, message)].flatMap((field) =>
    field.number === number ? messageField(number, change(body(field))) : [bytes.subarray(field.start, field.end)],
  );
}
