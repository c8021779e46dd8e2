/** The hits of the current search in reading order, and which of them is the current one. */
import { group } from "d3";
import type { Hit } from "./search";

export const blockKey = (run: string, block: string): string => `${run}:${block}`;

export class HitList {
  private all: readonly Hit[] = [];
  private byBlock: ReadonlyMap<string, readonly Hit[]> = new Map();
  /** Index of the current hit, -1 for none. */
  at = -1;

  get length(): number {
    return this.all.length;
  }

  /** First positions of the hits, by run. */
  get places(): ReadonlyMap<string, readonly number[]> {
    return new Map([...group(this.all, ({ run }) => run)].map(([run, hits]) => [run, hits.map(({ from }) => from)]));
  }

  get current(): Hit | undefined {
    return this.all[this.at];
  }

  /**
   * @param rowOf the row of each block, by `blockKey`
   * @param stay keep the place, as when the same search runs over a grown trace
   */
  set(hits: readonly Hit[], rowOf: ReadonlyMap<string, number>, stay: boolean): void {
    const rank = (hit: Hit): number => rowOf.get(blockKey(hit.run, hit.block)) ?? 0;
    this.all = hits.toSorted((a, b) => rank(a) - rank(b));
    this.byBlock = group(this.all, (hit) => blockKey(hit.run, hit.block));
    if (!stay || this.at >= hits.length) this.at = hits.length > 0 ? 0 : -1;
  }

  in(run: string, block: string): readonly Hit[] {
    return this.byBlock.get(blockKey(run, block)) ?? [];
  }

  /** Goes to the next (1) or previous (-1) hit, round the end. */
  step(by: 1 | -1): void {
    if (this.all.length > 0) this.at = (this.at + by + this.all.length) % this.all.length;
  }
}
