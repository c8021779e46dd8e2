/**
 * What was computed for the beginnings of recent prompts, so that a comparison of strategies, or the next round of one,
 * does not compute an equal beginning again.
 */
import type { ModelCache } from "./modelCache";

interface Prefix {
  ids: readonly number[];
  cache: ModelCache;
}

/** Prompts kept: those of several runs that go on at once, under the strategies of a comparison. */
const MOST_PREFIXES = 16;

export class PrefixMemory {
  private prefixes: Prefix[] = [];

  /**
   * @param chunk ids fed at once. Only whole chunks are taken over: what is computed after them is then computed in
   *   the very same portions, and a run gives the same bits whatever ran before it
   * @param mostBytes of all that is kept
   */
  constructor(
    private readonly chunk: number,
    private readonly mostBytes: number,
  ) {}

  /** @returns a copy of the longest known beginning of `ids`, in whole chunks and of `most` rows at most */
  recall(ids: readonly number[], most: number): ModelCache | undefined {
    let best: Prefix | undefined;
    let longest = 0;
    for (const prefix of this.prefixes) {
      const limit = Math.min(prefix.ids.length, most);
      let same = 0;
      while (same < limit && prefix.ids[same] === ids[same]) same++;
      const rows = prefix.cache.reachable(same - (same % this.chunk));
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
