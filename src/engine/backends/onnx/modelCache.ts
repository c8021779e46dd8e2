/**
 * The cache of one sequence, of parts of every kind: rows, which are appended and dropped, and tensors that each step puts out
 * whole in place of the last (states, and windows that the graph cuts itself).
 *
 * Of the latter the past is only known where a snapshot was taken. A snapshot costs no copying, since each step's outputs are
 * tensors of their own; it costs the memory that they would free, so there is a bound on it.
 */
import type { CachePart, WholePart } from "./patch/patchedGraph";
import { rowParts, wholeParts } from "./patch/patchedGraph";
import { KvCache } from "./kvCache";
import { Tensor } from "./runtime";

/** Where a cache stood: after `rows` tokens, with the parts that are put out whole. */
export interface CachePlace {
  readonly rows: number;
  readonly tensors: readonly Tensor[];
}

interface Snapshot extends CachePlace {
  /** Marks that may come back to it. */
  marks: number;
}

export interface CacheLimits {
  /** Most bytes of snapshots. */
  snapshotBytes?: number;
  /** Rows that windows keep beyond those that attention looks back on. */
  slack?: number | undefined;
}

/** Bytes of snapshots of one sequence: some ten states of a model of a few gigabytes. */
const SNAPSHOT_BYTES = 256 * 2 ** 20;

export class ModelCache {
  private readonly whole: readonly WholePart[];
  private tensors: readonly Tensor[];
  private held: KvCache;
  /** By `rows`, in order. */
  private snapshots: readonly Snapshot[] = [];

  /** @param mostPadded widest that padding may make its rows, 0 where it cannot be hidden */
  constructor(
    private readonly parts: readonly CachePart[],
    private readonly mostPadded: number,
    private readonly limits: CacheLimits = {},
  ) {
    this.held = new KvCache(rowParts(parts), mostPadded, limits.slack);
    this.whole = wholeParts(parts);
    this.tensors = this.whole.map(({ dims }) => emptyTensor(dims));
  }

  /** Tokens that it holds what is needed of. */
  get rows(): number {
    return this.held.rows;
  }

  /** Rows of the tensors that are fed: `rows`, and padding behind them. */
  get width(): number {
    return this.held.width;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.held.bytes + bytesOf(this.tensors) + this.snapshotBytes;
  }

  get snapshotBytes(): number {
    return this.snapshots.reduce((sum, { tensors }) => sum + bytesOf(tensors), 0);
  }

  /** Adds the past tensors to `feeds`. They are valid until the cache changes. */
  addTo(feeds: Record<string, Tensor>): void {
    this.held.addTo(feeds);
    this.whole.forEach(({ past }, index) => (feeds[past] = this.tensors[index]!));
  }

  /** Copies its rows into a slot of tensors that several caches stand in, as `KvCache.copyTo`; all parts must be rows. */
  copyTo(into: readonly Float32Array[], slot: number, width: number, whole: boolean): void {
    this.held.copyTo(into, slot, width, whole);
  }

  /** Takes what a step of `count` tokens left. */
  append(outputs: Readonly<Record<string, Tensor>>, count: number): void {
    this.held.append(outputs, count);
    if (this.whole.length > 0) this.tensors = this.whole.map(({ output }) => outputs[output]!);
  }

  get place(): CachePlace {
    return { rows: this.rows, tensors: this.tensors };
  }

  /** Goes back to a place of before the last steps, as near as it can. */
  returnTo({ rows, tensors }: CachePlace): void {
    if (this.held.holds(rows)) {
      this.held.truncate(rows);
      this.tensors = tensors;
    } else this.truncate(rows);
  }

  /** Remembers this place: for a mark until it is released, or as long as there is room. */
  snapshot(forMark: boolean): void {
    if (this.whole.length === 0) return;
    const marks = forMark ? 1 : 0;
    const known = this.snapshots.find((each) => each.rows === this.rows);
    if (known) known.marks += marks;
    else this.snapshots = [...this.snapshots.filter((each) => each.rows < this.rows), { ...this.place, marks }];
    const most = this.limits.snapshotBytes ?? SNAPSHOT_BYTES;
    while (this.snapshotBytes > most) {
      // Places that no mark stands at go first, then the oldest.
      const least = this.snapshots.find((each) => each.marks === 0) ?? this.snapshots[0];
      this.snapshots = this.snapshots.filter((each) => each !== least);
    }
  }

  /** Forgets the place of a mark that is not come back to. */
  release(rows: number): void {
    const known = this.snapshots.find((each) => each.rows === rows);
    if (known && known.marks > 0 && --known.marks === 0)
      this.snapshots = this.snapshots.filter((each) => each !== known);
  }

  /** The most tokens, `rows` or less, that it can go back to by dropping what came after. */
  reachable(rows: number): number {
    const stands = (at: number): boolean => this.held.holds(at);
    if (rows >= this.rows) return this.rows;
    if (this.whole.length === 0) return stands(rows) ? rows : 0;
    return this.snapshots.findLast((each) => each.rows <= rows && stands(each.rows))?.rows ?? 0;
  }

  /**
   * Goes back to the first `rows` tokens, or as near before them as it can.
   */
  truncate(rows: number): void {
    const reached = this.reachable(rows);
    if (reached === this.rows) return;
    this.tensors = this.tensorsAt(reached);
    this.held.truncate(reached);
    this.snapshots = this.snapshots.filter((each) => each.rows <= reached);
  }

  /** Drops rows [from, to). All parts must be rows. */
  evict(from: number, to: number): void {
    this.held.evict(from, to);
  }

  /** A copy of the first `rows` tokens, which must be reachable, that changes by itself. */
  fork(rows = this.rows): ModelCache {
    const copy = new ModelCache(this.parts, this.mostPadded, this.limits);
    copy.held = this.held.fork(rows);
    copy.tensors = this.tensorsAt(rows);
    copy.snapshots = this.snapshots.filter((each) => each.rows <= rows).map((each) => ({ ...each, marks: 0 }));
    return copy;
  }

  private tensorsAt(rows: number): readonly Tensor[] {
    if (rows === this.rows) return this.tensors;
    const known = this.snapshots.find((each) => each.rows === rows);
    return known?.tensors ?? this.whole.map(({ dims }) => emptyTensor(dims));
  }
}

const bytesOf = (tensors: readonly Tensor[]): number =>
  tensors.reduce((sum, { data }) => sum + (data as Float32Array).byteLength, 0);

function emptyTensor(dims: readonly number[]): Tensor {
  return new Tensor("float32", new Float32Array(dims.reduce((size, dim) => size * dim, 1)), dims);
}
