/**
 * The KV cache of one sequence: for every cache tensor of the graph the live rows, [heads, width, headSize], ready to
 * be fed as [1, heads, width, headSize].
 *
 * In a *padded* cache the width is the number of rows rounded up, and the rows beyond are hidden from attention by the
 * caller. Appending a row, or dropping the last ones, then moves nothing; a *tight* cache, for graphs that cannot hide
 * rows, moves every head at every step. The width depends on the number of rows only, never on how they came, so that
 * a sequence gives the same bits whether or not trials were rewound on the way.
 */
import { Tensor } from "./runtime";
import type { CacheTensor } from "./patch/graphPatch";

/** Rows a padded cache grows by. */
const PADDING = 64;
/** Rows a new buffer has room for at least. */
const SMALLEST = 256;

interface Store {
  tensor: CacheTensor;
  /** [heads, width, headSize], and room for more. */
  data: Float32Array;
  /** The part in use as a tensor, until the width or the buffer changes. */
  feed: Tensor | undefined;
}

export class KvCache {
  private stores: Store[];
  private live = 0;
  private wide = 0;

  constructor(
    private readonly layout: readonly CacheTensor[],
    readonly padded: boolean,
  ) {
    this.stores = layout.map((tensor) => ({ tensor, data: allocate(tensor, 0), feed: undefined }));
  }

  /** Live rows. */
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
      const { tensor, data } = store;
      store.feed ??= asTensor(tensor, data.subarray(0, tensor.heads * this.wide * tensor.headSize), this.wide);
      feeds[tensor.past] = store.feed;
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
      const { tensor } = store;
      const output = outputs[tensor.output]!;
      const values = output.data as Float32Array;
      if (tensor.rows === "all" && !this.padded) {
        // The output is the cache as it is to be fed next: no need to copy it.
        store.data = values;
        store.feed = output;
        continue;
      }
      this.widen(store, before, fed, width);
      const { heads, headSize } = tensor;
      const stride = (tensor.rows === "all" ? fed + count : count) * headSize;
      const skip = tensor.rows === "all" ? fed * headSize : tensor.slot * heads * stride;
      for (let head = 0; head < heads; head++) {
        const from = head * stride + skip;
        store.data.set(values.subarray(from, from + count * headSize), (head * width + before) * headSize);
      }
    }
    this.live = before + count;
    this.wide = width;
  }

  /** Keeps the first `rows` rows. */
  truncate(rows: number): void {
    this.resize(rows);
  }

  /** Drops rows [from, to). */
  evict(from: number, to: number): void {
    for (const { tensor, data } of this.stores) {
      const { heads, headSize } = tensor;
      for (let head = 0; head < heads; head++) {
        const start = head * this.wide;
        data.copyWithin((start + from) * headSize, (start + to) * headSize, (start + this.live) * headSize);
      }
    }
    this.resize(this.live - (to - from));
  }

  /** A copy of the first `rows` rows that changes by itself. */
  fork(rows = this.live): KvCache {
    const copy = new KvCache(this.layout, this.padded);
    const width = copy.widthFor(rows);
    copy.stores = this.stores.map(({ tensor, data }) => {
      const fresh = allocate(tensor, roomFor(width));
      copyHeads(tensor, data, this.wide, fresh, width, rows);
      return { tensor, data: fresh, feed: undefined };
    });
    copy.live = rows;
    copy.wide = width;
    return copy;
  }

  private widthFor(rows: number): number {
    return this.padded ? Math.ceil(rows / PADDING) * PADDING : rows;
  }

  /** Makes room for `width` rows a head, of which `rows` are kept. */
  private widen(store: Store, rows: number, from: number, width: number): void {
    const { tensor, data } = store;
    const needed = tensor.heads * width * tensor.headSize;
    if (data.length < needed) {
      store.data = allocate(tensor, roomFor(width));
      copyHeads(tensor, data, from, store.data, width, rows);
      store.feed = undefined;
    } else if (width !== from) {
      copyHeads(tensor, data, from, data, width, rows);
      store.feed = undefined;
    }
  }

  private resize(rows: number): void {
    const width = this.widthFor(rows);
    if (width !== this.wide) {
      for (const store of this.stores) {
        copyHeads(store.tensor, store.data, this.wide, store.data, width, rows);
        store.feed = undefined;
      }
    }
    this.live = rows;
    this.wide = width;
  }
}

/** Rows to allocate for `width`: doubling keeps the copying of a growing cache in proportion. */
const roomFor = (width: number): number => Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(Math.max(1, width))));

const allocate = ({ heads, headSize }: CacheTensor, rows: number): Float32Array =>
  new Float32Array(heads * rows * headSize);

const asTensor = ({ heads, headSize }: CacheTensor, values: Float32Array, rows: number): Tensor =>
  new Tensor("float32", values, [1, heads, rows, headSize]);

/** Moves `rows` rows of every head from one width to another; in place, heads must not overtake each other. */
function copyHeads(
  tensor: CacheTensor,
  from: Float32Array,
  oldWidth: number,
  to: Float32Array,
  newWidth: number,
  rows: number,
): void {
  const { heads, headSize } = tensor;
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
