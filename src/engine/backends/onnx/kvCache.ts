/**
 * The rows of one sequence: for every row part of the graph the live rows, [heads, width, headSize], ready to be fed as
 * [1, heads, width, headSize].
 *
 * In a *padded* cache the width is the number of rows rounded up, and the rows beyond are hidden from attention by the
 * caller. Appending a row, or dropping the last ones, then moves nothing; a *tight* cache, for graphs that cannot hide
 * rows and near the end of a model's context, moves every head at every step. The width depends on the number of rows only, never on how they came, so that
 * a sequence gives the same bits whether or not trials were rewound on the way.
 *
 * A *window* drops its first rows once it has many more than its attention looks back on: its tensors are narrower by them.
 */
import { Tensor } from "./runtime";
import type { RowPart } from "./patch/patchedGraph";

/** Rows a padded cache grows by. */
const PADDING = 64;
/** Rows a new buffer has room for at least. */
const SMALLEST = 256;
/** Rows that windows keep beyond those that attention looks back on: trial answers are shorter, and can be dropped. */
const SLACK = 256;

interface Store {
  part: RowPart;
  /** [heads, width − dropped, headSize], and room for more. */
  data: Float32Array;
  /** First rows that a window does not hold any more. */
  dropped: number;
  /** The rows in use as a tensor, until the width or the buffer changes. */
  feed: Tensor | undefined;
}

export class KvCache {
  private stores: Store[];
  private live = 0;
  private wide = 0;
  /** First rows that stand as they were copied last. */
  private copied = 0;

  /**
   * @param mostPadded widest that padding may make it: attention operators refuse more rows than the model has positions for
   * @param slack rows that windows keep beyond those that attention looks back on
   */
  constructor(
    private readonly layout: readonly RowPart[],
    private readonly mostPadded: number,
    private readonly slack = SLACK,
  ) {
    this.stores = layout.map((part) => ({ part, data: allocate(part, 0), dropped: 0, feed: undefined }));
  }

  /** Rows so far, those that windows dropped included. */
  get rows(): number {
    return this.live;
  }

  /** Rows of the tensors that are fed: `rows`, and padding behind them. */
  get width(): number {
    return this.wide;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.stores.reduce((sum, { data }) => sum + data.byteLength, 0);
  }

  /** Adds the past tensors to `feeds`. They are valid until the cache changes. */
  addTo(feeds: Record<string, Tensor>): void {
    for (const store of this.stores) {
      const { part, data } = store;
      const width = this.wide - store.dropped;
      store.feed ??= asTensor(part, data.subarray(0, part.heads * width * part.headSize), width);
      feeds[part.past] = store.feed;
    }
  }

  /**
   * Takes `count` new rows from the outputs of a step. An output holds either them, [tensors, heads, count, headSize],
   * or the rows that were fed as well, [1, heads, width + count, headSize].
   */
  append(outputs: Readonly<Record<string, Tensor>>, count: number): void {
    const before = this.live;
    const fed = this.wide;
    const width = this.widthFor(before + count);
    for (const store of this.stores) {
      const { part, dropped } = store;
      const output = outputs[part.output]!;
      const values = output.data as Float32Array;
      if (part.rows === "all" && width === before + count && fed === before) {
        // The output is the cache as it is to be fed next: no need to copy it.
        store.data = values;
        store.feed = output;
        continue;
      }
      this.widen(store, before, fed, width);
      const { heads, headSize } = part;
      const held = fed - dropped;
      const stride = (part.rows === "all" ? held + count : count) * headSize;
      const skip = part.rows === "all" ? held * headSize : part.slot * heads * stride;
      for (let head = 0; head < heads; head++) {
        const from = head * stride + skip;
        const to = (head * (width - dropped) + before - dropped) * headSize;
        store.data.set(values.subarray(from, from + count * headSize), to);
      }
    }
    this.live = before + count;
    this.wide = width;
    for (const store of this.stores) if (store.part.kind === "window") this.forgetFarRows(store);
  }

  /** Whether attention after the first `rows` rows finds all it looks back on. */
  holds(rows: number): boolean {
    return this.stores.every(({ dropped, part: { reach = 0 } }) => dropped === 0 || dropped <= rows + 1 - reach);
  }

  /** Keeps the first `rows` rows, which `holds` must be true of. */
  truncate(rows: number): void {
    if (rows === 0) for (const store of this.stores) store.dropped = 0;
    this.resize(rows);
  }

  /** Drops rows [from, to). No part may be a window. */
  evict(from: number, to: number): void {
    for (const { part, data } of this.stores) {
      const { heads, headSize } = part;
      for (let head = 0; head < heads; head++) {
        const start = head * this.wide;
        data.copyWithin((start + from) * headSize, (start + to) * headSize, (start + this.live) * headSize);
      }
    }
    this.copied = Math.min(this.copied, from);
    this.resize(this.live - (to - from));
  }

  /** A copy of the first `rows` rows, which `holds` must be true of, that changes by itself. */
  fork(rows = this.live): KvCache {
    const copy = new KvCache(this.layout, this.mostPadded, this.slack);
    const width = copy.widthFor(rows);
    copy.stores = this.stores.map(({ part, data, dropped }) => {
      const fresh = allocate(part, roomFor(width - dropped));
      copyHeads(part, data, this.wide - dropped, fresh, width - dropped, rows - dropped);
      return { part, data: fresh, dropped, feed: undefined };
    });
    copy.live = rows;
    copy.wide = width;
    return copy;
  }

  /**
   * Copies its rows into a slot of tensors that several caches stand in; none of its parts may be a window.
   * @param into for every part [slots, heads, width, headSize]
   * @param width no less than its own
   * @param whole or only those rows that are not there as they were copied last
   */
  copyTo(into: readonly Float32Array[], slot: number, width: number, whole: boolean): void {
    const from = whole ? 0 : this.copied;
    for (const [index, { part, data }] of this.stores.entries()) {
      const { heads, headSize } = part;
      for (let head = 0; head < heads; head++) {
        const start = head * this.wide * headSize;
        const rows = data.subarray(start + from * headSize, start + this.live * headSize);
        into[index]!.set(rows, ((slot * heads + head) * width + from) * headSize);
      }
    }
    this.copied = this.live;
  }

  private widthFor(rows: number): number {
    const padded = Math.ceil(rows / PADDING) * PADDING;
    return padded <= this.mostPadded ? padded : rows;
  }

  /** Makes room for `width` rows a head, of which `rows` are kept. */
  private widen(store: Store, rows: number, from: number, width: number): void {
    const { part, data, dropped } = store;
    const needed = part.heads * (width - dropped) * part.headSize;
    if (data.length < needed) {
      store.data = allocate(part, roomFor(width - dropped));
      copyHeads(part, data, from - dropped, store.data, width - dropped, rows - dropped);
      store.feed = undefined;
    } else if (width !== from) {
      copyHeads(part, data, from - dropped, data, width - dropped, rows - dropped);
      store.feed = undefined;
    }
  }

  private resize(rows: number): void {
    const width = this.widthFor(rows);
    if (width !== this.wide) {
      for (const store of this.stores) {
        const { part, data, dropped } = store;
        copyHeads(part, data, this.wide - dropped, data, width - dropped, rows - dropped);
        store.feed = undefined;
      }
    }
    this.live = rows;
    this.wide = width;
    this.copied = Math.min(this.copied, rows);
  }

  /** Drops rows that attention does not look back on, once they are so many that moving the others is worth it. */
  private forgetFarRows(store: Store): void {
    const { part, dropped, data } = store;
    const { heads, headSize, reach = 0 } = part;
    const far = this.live - dropped - reach;
    if (far <= this.slack) return;
    const [oldWidth, newWidth] = [this.wide - dropped, this.wide - dropped - far];
    for (let head = 0; head < heads; head++) {
      const start = head * oldWidth + far;
      data.copyWithin(head * newWidth * headSize, start * headSize, (start + reach) * headSize);
    }
    store.dropped += far;
    store.feed = undefined;
  }
}

/** Rows to allocate for `width`: doubling keeps the copying of a growing cache in proportion. */
const roomFor = (width: number): number => Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(Math.max(1, width))));

const allocate = ({ heads, headSize }: RowPart, rows: number): Float32Array =>
  new Float32Array(heads * rows * headSize);

const asTensor = ({ heads, headSize }: RowPart, values: Float32Array, rows: number): Tensor =>
  new Tensor("float32", values, [1, heads, rows, headSize]);

/** Moves `rows` rows of every head from one width to another; in place, heads must not overtake each other. */
function copyHeads(
  part: RowPart,
  from: Float32Array,
  oldWidth: number,
  to: Float32Array,
  newWidth: number,
  rows: number,
): void {
  const { heads, headSize } = part;
  const oldStride = oldWidth * headSize;
  const newStride = newWidth * headSize;
  const length = rows * headSize;
  if (from !== to) {
    for (let head = 0; head < heads; head++)
      to.set(from.subarray(head * oldStride, head * oldStride + length), head * newStride);
  } else if (newStride > oldStride) {
    for (let head = heads - 1; head > 0; head--)
      to.copyWithin(head * newStride, head * oldStride, head * oldStride + length);
  } else {
    for (let head = 1; head < heads; head++)
      to.copyWithin(head * newStride, head * oldStride, head * oldStride + length);
  }
}
