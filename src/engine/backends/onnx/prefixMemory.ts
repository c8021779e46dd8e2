/**
 * What was computed for the beginnings of recent prompts, so that a comparison of strategies, or the next round of one,
 * does not compute an equal beginning again.
 */
import { unlessAborted } from "../../decoding/unlessAborted";
import type { ModelCache } from "./modelCache";

interface Prefix {
  ids: readonly number[];
  cache: ModelCache;
}

/** A prompt that is being read: what it has in common with others is soon known. */
interface Reading {
  ids: readonly number[];
  /** Resolves once it is read, or has failed. */
  read: Promise<void>;
}

/** Prompts kept: those of several runs that go on at once, under the strategies of a comparison. */
const MOST_PREFIXES = 16;

export class PrefixMemory {
  private prefixes: Prefix[] = [];
  private readonly readings = new Set<Reading>();

  /**
   * @param chunk ids fed at once. Only whole chunks are taken over: what is computed after them is then computed in
   *   the very same portions, and a run gives the same bits whatever ran before it
   * @param mostBytes of all that is kept
   */
  constructor(
    private readonly chunk: number,
    private readonly mostBytes: number,
  ) {}

  /**
   * Has `read` read the prompt `ids`. Where one with the same beginning is being read, that is waited for: of runs that start
   * together on one set of examples the first reads them, and the others take them over.
   */
  async reading<T>(ids: readonly number[], signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
    for (let before = this.readBy(ids); before; before = this.readBy(ids)) await unlessAborted(before.read, signal);
    const result = read();
    const reading: Reading = { ids, read: result.then(ignored, ignored) };
    this.readings.add(reading);
    try {
      return await result;
    } finally {
      this.readings.delete(reading);
    }
  }

  /** A prompt that is being read and begins as `ids` does for longer than any that is known. */
  private readBy(ids: readonly number[]): Reading | undefined {
    const known = Math.max(0, ...this.prefixes.map((prefix) => this.shared(prefix.ids, ids, ids.length - 1)));
    return [...this.readings].find((reading) => this.shared(reading.ids, ids, ids.length - 1) > known);
  }

  /** Rows of the whole chunks, `most` rows at most, in which two prompts begin alike. */
  private shared(a: readonly number[], b: readonly number[], most: number): number {
    const limit = Math.min(a.length, most);
    let same = 0;
    while (same < limit && a[same] === b[same]) same++;
    return same - (same % this.chunk);
  }

  /** @returns a copy of the longest known beginning of `ids`, in whole chunks and of `most` rows at most */
  recall(ids: readonly number[], most: number): ModelCache | undefined {
    let best: Prefix | undefined;
    let longest = 0;
    for (const prefix of this.prefixes) {
      const rows = prefix.cache.reachable(this.shared(prefix.ids, ids, most));
      if (rows > longest && rows % this.chunk === 0) [best, longest] = [prefix, rows];
    }
    if (!best) return undefined;
    this.prefixes = [best, ...this.prefixes.filter((prefix) => prefix !== best)];
    return best.cache.fork(longest);
  }

  /** Keeps a copy of the whole chunks of `ids`, whose rows are the first of `cache`, where it can still go back to them. */
  keep(ids: readonly number[], cache: ModelCache): void {
    const rows = ids.length - (ids.length % this.chunk);
    if (rows === 0 || cache.reachable(rows) !== rows) return;
    const known = (prefix: Prefix) =>
      prefix.ids.length >= rows && prefix.ids.every((id, index) => index >= rows || id === ids[index]);
    if (this.prefixes.some(known)) return;
    this.prefixes = [{ ids: ids.slice(0, rows), cache: cache.fork(rows) }, ...this.prefixes];
    while (this.prefixes.length > MOST_PREFIXES || this.bytes > this.mostBytes) this.prefixes.pop();
  }

  get bytes(): number {
    return this.prefixes.reduce((sum, prefix) => sum + prefix.cache.bytes, 0);
  }

  clear(): void {
    this.prefixes = [];
  }
}

const ignored = (): void => undefined;
