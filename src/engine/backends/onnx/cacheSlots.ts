/** Caches of several sequences side by side, as one pass of the graph takes them: for every part [slots, heads, width, headSize]. */
import { Tensor } from "./runtime";
import type { ModelCache } from "./modelCache";
import type { RowPart } from "./patch/patchedGraph";

export class CacheSlots {
  private room = 0;
  private width = 0;
  private slots: readonly ModelCache[] = [];
  private data: Float32Array[] = [];

  constructor(private readonly parts: readonly RowPart[]) {}

  /** Bytes of a slot of `width` rows. */
  bytesOf(width: number): number {
    return this.parts.reduce((sum, { heads, headSize }) => sum + 4 * heads * width * headSize, 0);
  }

  /**
   * Puts the caches into slots, each into that which it had where it can, so that only its new rows are copied.
   * @param width of the slots, no less than that of any cache
   * @returns them in the order of their slots
   */
  place(caches: readonly ModelCache[], width: number): readonly ModelCache[] {
    if (width !== this.width || caches.length > this.room) this.makeRoom(width, caches.length);
    const slots: (ModelCache | undefined)[] = this.slots
      .slice(0, caches.length)
      .map((cache) => (caches.includes(cache) ? cache : undefined));
    const known = new Set(slots);
    for (const cache of caches) {
      if (known.has(cache)) continue;
      const free = slots.indexOf(undefined);
      slots[free < 0 ? slots.length : free] = cache;
    }
    const before = this.slots;
    this.slots = slots as ModelCache[];
    for (const [slot, cache] of this.slots.entries()) cache.copyTo(this.data, slot, width, before[slot] !== cache);
    return this.slots;
  }

  /** Adds the past tensors of all slots in use to `feeds`. */
  addTo(feeds: Record<string, Tensor>): void {
    const { slots, width } = this;
    for (const [index, { past, heads, headSize }] of this.parts.entries()) {
      const values = this.data[index]!.subarray(0, slots.length * heads * width * headSize);
      feeds[past] = new Tensor("float32", values, [slots.length, heads, width, headSize]);
    }
  }

  /** Forgets the sequences and gives up the memory. */
  clear(): void {
    this.makeRoom(0, 0);
  }

  private makeRoom(width: number, room: number): void {
    this.width = width;
    this.room = room;
    this.slots = [];
    this.data = this.parts.map(({ heads, headSize }) => new Float32Array(room * heads * width * headSize));
  }
}
