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
/** Bytes before an entry's name. */
const LOCAL_HEADER = 30;
/** A zstd frame may ask for a window of gigabytes before a byte is unpacked. */
const LARGEST_WINDOW = 128 * 2 ** 20;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The entries of an archive; of those that lie over one another, which would unpack the same bytes again and again, the first.
 * @throws Error when the directory is missing or broken, as in a file that was cut
 */
export function zipEntries(bytes: Uint8Array): { entries: ZipEntry[]; overlapping: number } {
  const all = directoryOf(bytes);
  let [end, overlapping] = [0, 0];
  const apart = new Set<ZipEntry>();
  for (const entry of all.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) overlapping += 1;
    else {
      apart.add(entry);
      end = entry.offset + LOCAL_HEADER + entry.packed;
    }
  }
  return { entries: all.filter((entry) => apart.has(entry)), overlapping };
}

function directoryOf(bytes: Uint8Array): ZipEntry[] {
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

/** The window that the zstd frame at `at` asks for, in bytes, and where its blocks begin (RFC 8878, 3.1.1.1). */
function zstdFrame(packed: Uint8Array, at: number): { window: number; blocks: number; checksum: boolean } {
  const descriptor = packed[at + 4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const sizeAt = at + 5 + (isSingle ? 0 : 1) + dictionaryBytes;
  let size = 0;
  for (let byte = sizeBytes - 1; byte >= 0; byte--) size = size * 256 + (packed[sizeAt + byte] ?? 0);
  const exponent = packed[at + 5] ?? 0;
  const window = isSingle ? size : 2 ** (10 + (exponent >> 3)) * (1 + (exponent & 7) / 8);
  return { window, blocks: sizeAt + sizeBytes, checksum: (descriptor & 4) !== 0 };
}

const ZSTD = 0xfd2fb528;
/** Frames that hold nothing for a reader have magic numbers of which the last four bits are free. */
const SKIPPED = 0x184d2a50;

/** The largest window of all frames that stand one after another in an entry. */
function largestWindow(packed: Uint8Array): number {
  const view = viewOf(packed);
  let [at, largest] = [0, 0];
  while (at + 8 <= packed.length) {
    const magic = view.getUint32(at, true);
    if ((magic & 0xfffffff0) === SKIPPED) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== ZSTD) break;
    const { window, blocks, checksum } = zstdFrame(packed, at);
    largest = Math.max(largest, window);
    at = blocks;
    for (let last = false; !last && at + 3 <= packed.length;) {
      const header = packed[at]! | (packed[at + 1]! << 8) | (packed[at + 2]! << 16);
      last = (header & 1) === 1;
      // A block of one repeated byte holds that byte alone.
      at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3);
    }
    if (checksum) at += 4;
  }
  return largest;
}

/** An entry that grows beyond its bound, and how many bytes of it were unpacked. */
export class EntryTooLarge extends Error {
  constructor(readonly unpacked: number) {
    super("an entry is too large");
  }
}

/** Pieces put together, as long as they stay within `limit` bytes. */
class Collected {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  constructor(private readonly limit: number) {}

  add(part: Uint8Array): void {
    this.length += part.length;
    if (this.length > this.limit) throw new EntryTooLarge(this.length);
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

/** Bytes up to which an entry may grow at any rate, and how many times its size it may grow beyond. */
const SMALL = 16_000_000;
const HIGHEST_RATIO = 500;

/** Archives are fed to the unpackers in pieces, so that one that grows without end is stopped on its way. */
const PIECE = 65_536;

/**
 * The bytes of one entry.
 * @param limit most bytes unpacked
 * @throws Error when the entry is broken, of another method, or larger than `limit`
 */
export function unzip(bytes: Uint8Array, { offset, packed, method }: ZipEntry, limit: number): Uint8Array {
  const view = viewOf(bytes);
  if (offset + LOCAL_HEADER > bytes.length || view.getUint32(offset, true) !== LOCAL)
    throw new Error("an entry is broken");
  const from = offset + LOCAL_HEADER + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const source = bytes.subarray(from, from + packed);
  if (source.length < packed) throw new Error("an entry is cut off");
  // Nothing that a person wrote is packed to a thousandth: what grows so is made to fill memory.
  const collected = new Collected(Math.min(limit, Math.max(SMALL, packed * HIGHEST_RATIO)));
  if (method === 0) {
    collected.add(source);
    return collected.join();
  }
  if (method === 93 && largestWindow(source) > LARGEST_WINDOW) throw new Error("an entry asks for too much memory");
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
