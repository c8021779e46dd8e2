/** Reading ZIP archives whose entries are stored, deflated or packed with zstd (method 93), within limits. */
import { Inflate } from "fflate";
import { Decompress } from "fzstd";

export interface ZipEntry {
  name: string;
  /** 0 stored, 8 deflate, 93 zstd. */
  method: number;
  /** Bytes in the archive. */
  packed: number;
  /** Where its local header stands. */
  offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_ENTRIES = 100_000;
/** A zstd frame may ask for a window of gigabytes before a byte is unpacked. */
const LARGEST_WINDOW = 128 * 2 ** 20;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The entries of an archive. @throws Error when the directory is missing or broken, as in a file that was cut */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const view = viewOf(bytes);
  let end = bytes.length - 22;
  // A comment of up to 64 KiB may follow the directory's end.
  while (end >= 0 && end > bytes.length - 22 - 65_536 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0 || view.getUint32(end, true) !== END) throw new Error("the archive has no directory");
  const count = Math.min(view.getUint16(end + 10, true), MOST_ENTRIES);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw new Error("the archive's directory is broken");
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const method = view.getUint16(at + 10, true);
    entries.push({ name, method, packed: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true) });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** The window that a zstd frame asks for, in bytes (RFC 8878, 3.1.1.1). */
function zstdWindow(packed: Uint8Array): number {
  const [descriptor, window] = [packed[4] ?? 0, packed[5] ?? 0];
  const singleSegment = (descriptor & 0x20) !== 0;
  if (!singleSegment) return 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
  const sizeBytes = [1, 2, 4, 8][descriptor >> 6]!;
  const at = 5 + [0, 1, 2, 4][descriptor & 3]!;
  let size = 0;
  for (let byte = sizeBytes - 1; byte >= 0; byte--) size = size * 256 + (packed[at + byte] ?? 0);
  return size;
}

/** Pieces put together, as long as they stay within `limit` bytes. */
class Collected {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  constructor(private readonly limit: number) {}

  add(part: Uint8Array): void {
    this.length += part.length;
    if (this.length > this.limit) throw new Error("an entry is too large");
    this.parts.push(part.slice());
  }

  join(): Uint8Array {
    const joined = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}

/** Archives are fed to the unpackers in pieces, so that one that grows without end is stopped on its way. */
const PIECE = 65_536;

/**
 * The bytes of one entry.
 * @param limit most bytes unpacked
 * @throws Error when the entry is broken, of another method, or larger than `limit`
 */
export function unzip(bytes: Uint8Array, { offset, packed, method }: ZipEntry, limit: number): Uint8Array {
  const view = viewOf(bytes);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) throw new Error("an entry is broken");
  const from = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const source = bytes.subarray(from, from + packed);
  if (source.length < packed) throw new Error("an entry is cut off");
  const collected = new Collected(limit);
  if (method === 0) {
    collected.add(source);
    return collected.join();
  }
  if (method === 93 && zstdWindow(source) > LARGEST_WINDOW) throw new Error("an entry asks for too much memory");
  const push = unpacker(method, (part) => collected.add(part));
  for (let at = 0; at < source.length; at += PIECE) push(source.subarray(at, at + PIECE), at + PIECE >= source.length);
  return collected.join();
}

function unpacker(method: number, take: (part: Uint8Array) => void): (piece: Uint8Array, last: boolean) => void {
  if (method === 8) {
    const inflate = new Inflate(take);
    return (piece, last) => inflate.push(piece, last);
  }
  if (method === 93) {
    const decompress = new Decompress(take);
    return (piece, last) => decompress.push(piece, last);
  }
  throw new Error(`an entry is packed by a method that is not read here (${method})`);
}
