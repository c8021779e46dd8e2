/** What a sequence was fed, so that its end can be read again where the cache cannot go back to it. */
import type { FeedInput } from "../../decoding/model";

export class FedTokens {
  private ids: number[] = [];
  /** [soft tokens, width], row by row, and how many soft tokens stand before each id. */
  private soft: number[] = [];
  private softBefore: number[] = [];

  /** @param width of an embedding */
  constructor(private readonly width: number) {}

  get count(): number {
    return this.ids.length;
  }

  push({ ids, soft }: FeedInput): void {
    for (const id of ids) {
      const before = this.softBefore.at(-1) ?? 0;
      this.softBefore.push(before + (this.ids.at(-1) === -1 ? 1 : 0));
      this.ids.push(id);
    }
    if (soft) for (const value of soft) this.soft.push(value);
  }

  /** Tokens [from, to). */
  slice(from: number, to: number): FeedInput {
    const ids = this.ids.slice(from, to);
    const count = ids.filter((id) => id === -1).length;
    if (count === 0) return { ids };
    const first = this.softBefore[from]! * this.width;
    return { ids, soft: Float32Array.from(this.soft.slice(first, first + count * this.width)) };
  }

  truncate(count: number): void {
    const soft = this.ids.slice(count).filter((id) => id === -1).length;
    this.ids.length = this.softBefore.length = count;
    this.soft.length -= soft * this.width;
  }

  copy(): FedTokens {
    const copy = new FedTokens(this.width);
    copy.ids = [...this.ids];
    copy.soft = [...this.soft];
    copy.softBefore = [...this.softBefore];
    return copy;
  }
}
