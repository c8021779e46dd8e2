/** One sequence on an ONNX model: feeds it in chunks and keeps its cache. */
import { ActionableError } from "../../../core/protocol/rpc";
import type { FeedInput, FeedOptions, Mark, Sequence, Step } from "../../decoding/model";
import type { Batcher } from "./batcher";
import { FedTokens } from "./fedTokens";
import type { GraphLayout } from "./graphLayout";
import type { CacheLimits } from "./modelCache";
import { ModelCache } from "./modelCache";
import type { PrefixMemory } from "./prefixMemory";
import type { StepInput } from "./stepInputs";
import type { Outputs } from "./stepOutputs";
import { readDistributions, readHidden } from "./stepOutputs";
import { l10n } from "../../../core/text/l10n";

/** Ids fed at once. A cancel acts within one chunk; larger ones are hardly faster. */
export const CHUNK = 64;

/** What the sequences of one model share. */
export interface SequenceHome {
  batcher: Batcher;
  layout: GraphLayout;
  /** Tokens. */
  contextLength: number;
  vocabularySize: number;
  memory: PrefixMemory;
  limits?: CacheLimits;
}

/** What of a feed is read, and what for. */
interface Reading {
  /** The first id that is read. */
  from: number;
  positions: readonly number[];
  sees: FeedOptions["sees"];
  /** The first id whose distribution is wanted. */
  wantedFrom: number;
  hidden: boolean;
  signal: AbortSignal | undefined;
}

export class OnnxSequence implements Sequence {
  private position = 0;
  /** The last eviction: older marks that stand on dropped or moved rows are void. */
  private eviction: { from: number; rows: number; length: number } | undefined;
  private cache: ModelCache;
  /** What was fed, where the cache cannot always go back: it may hold less, and then the rest is read again. */
  private fed: FedTokens | undefined;

  constructor(
    private readonly home: SequenceHome,
    from?: OnnxSequence,
  ) {
    this.cache = from ? from.cache.fork() : newCache(home);
    this.fed = from ? from.fed?.copy() : newFed(home.layout);
    this.position = from?.position ?? 0;
    this.eviction = from?.eviction;
  }

  get length(): number {
    return this.position;
  }

  get rows(): number {
    return this.fed?.count ?? this.cache.rows;
  }

  async feed(input: FeedInput, options: FeedOptions = {}): Promise<Step> {
    const { ids, soft } = input;
    const positions = options.positions ?? ids.map((_, index) => this.position + index);
    const next = positions.reduce((most, position) => Math.max(most, position + 1), this.position);
    this.check(input, options, next);
    const reread = await this.readAgain(options.signal);
    const isPrompt = this.cache.place.rows === 0 && !soft && !options.positions && !options.sees;
    const take = () => this.take(input, options, { positions, next, isPrompt });
    const step = isPrompt ? await this.home.memory.reading(ids, options.signal, take) : await take();
    return { ...step, reread };
  }

  private async take(
    input: FeedInput,
    options: FeedOptions,
    { positions, next, isPrompt }: { positions: readonly number[]; next: number; isPrompt: boolean },
  ): Promise<Step> {
    const { ids } = input;
    const before = this.cache.place;
    const wantedFrom = ids.length - Math.min(options.distributions ?? 1, ids.length);
    const reused = isPrompt ? this.recall(ids, Math.min(wantedFrom, ids.length - 1)) : 0;
    const { sees, signal } = options;
    const distributions: Step["distributions"] = [];
    const hidden: Float32Array[] = [];
    try {
      const reading = { from: reused, positions, sees, wantedFrom, hidden: options.hidden ?? false, signal };
      await this.read(input, reading, (outputs, wanted) => {
        if (before.rows === 0) this.cache.snapshot(false);
        distributions.push(...readDistributions(outputs, wanted));
        if (options.hidden && wanted > 0) hidden.push(readHidden(outputs, wanted));
      });
    } catch (error) {
      // A feed that was cut short has not happened.
      this.cache.returnTo(before);
      throw signal?.aborted ? error : runFailure(error);
    }
    this.position = next;
    this.fed?.push(input);
    if (isPrompt) this.home.memory.keep(ids, this.cache);
    return { distributions, hidden: options.hidden ? joined(hidden) : undefined, reused };
  }

  mark(): Mark {
    if (this.cache.rows === this.rows) this.cache.snapshot(true);
    return { length: this.position, rows: this.rows };
  }

  release(mark: Mark): void {
    this.cache.release(mark.rows);
  }

  reachable(rows: number): number {
    return this.cache.reachable(rows);
  }

  rewind(mark: Mark): void {
    const { eviction } = this;
    const isVoid =
      eviction && mark.rows > eviction.from && (mark.length < eviction.length || mark.rows > eviction.rows);
    if (isVoid || mark.rows > this.rows || mark.length > this.position) {
      throw new RangeError("The mark is not of this sequence, or rows before it were evicted since.");
    }
    this.cache.truncate(mark.rows);
    this.fed?.truncate(mark.rows);
    this.position = mark.length;
  }

  evict(from: number, to: number): void {
    if (!canHideRows(this.home.layout) || this.fed) throw missing("drop single cache rows");
    if (!(from >= 0 && from <= to && to <= this.cache.rows))
      throw new RangeError(`There are no rows ${from} to ${to}.`);
    this.cache.evict(from, to);
    this.eviction = { from: Math.min(from, this.eviction?.from ?? from), rows: this.cache.rows, length: this.position };
  }

  continueAt(position: number): void {
    if (position < this.rows) throw new RangeError(`${this.rows} rows cannot stand before ${position}.`);
    if (this.fed && position !== this.position) throw missing("take positions");
    this.position = position;
  }

  fork(): OnnxSequence {
    return new OnnxSequence(this.home, this);
  }

  dispose(): void {
    this.cache = newCache(this.home);
    this.fed = newFed(this.home.layout);
    this.position = 0;
    this.eviction = undefined;
  }

  /** Takes over what is known of an earlier prompt with the same beginning. */
  private recall(ids: readonly number[], most: number): number {
    const known = this.home.memory.recall(ids, most);
    if (known) this.cache = known;
    return known?.rows ?? 0;
  }

  /** Reads what was fed and the cache does not hold, after it went back further than it was asked to. */
  private async readAgain(signal: AbortSignal | undefined): Promise<Step["reread"]> {
    const { fed, cache } = this;
    const from = cache.rows;
    if (!fed || from === fed.count) return undefined;
    const started = performance.now();
    const input = fed.slice(from, fed.count);
    const positions = input.ids.map((_, index) => from + index);
    try {
      await this.read(input, { from: 0, positions, sees: undefined, wantedFrom: Infinity, hidden: false, signal });
    } catch (error) {
      // What was read stays read; the rest is still to come.
      throw signal?.aborted ? error : runFailure(error);
    }
    cache.snapshot(false);
    return { tokens: input.ids.length, ms: performance.now() - started };
  }

  /** Runs the model over `input`, a chunk at a time, and hands over what each step put out. */
  private async read(
    { ids, soft }: FeedInput,
    { from: first, positions, sees, wantedFrom, hidden, signal }: Reading,
    take?: (outputs: Outputs, wanted: number) => void,
  ): Promise<void> {
    const { batcher, layout } = this.home;
    const size = layout.embeddingSize;
    let softRow = 0;
    for (let from = first; from < ids.length; from += CHUNK) {
      signal?.throwIfAborted();
      const chunk = ids.slice(from, from + CHUNK);
      const softRows = soft ? chunk.filter((id) => id === -1).length : 0;
      const wanted = Math.max(0, from + chunk.length - Math.max(from, wantedFrom));
      const step: StepInput = {
        ids: chunk,
        soft: softRows > 0 ? soft!.subarray(softRow * size, (softRow + softRows) * size) : undefined,
        positions: positions.slice(from, from + CHUNK),
        rows: this.cache.rows,
        width: this.cache.width,
        sees: sees && ((query, row) => sees(from + query, row)),
        wanted,
      };
      const outputs = await batcher.run({ step, cache: this.cache, hidden });
      softRow += softRows;
      this.cache.append(outputs, chunk.length);
      take?.(outputs, wanted);
    }
  }

  private check({ ids, soft }: FeedInput, options: FeedOptions, next: number): void {
    const { layout, contextLength, vocabularySize } = this.home;
    if (ids.length === 0) throw new RangeError("There is nothing to feed.");
    if (options.positions && options.positions.length !== ids.length) throw new RangeError("Each id needs a position.");
    let softRows = 0;
    for (const id of ids) {
      if (id === -1) softRows++;
      else if (!Number.isInteger(id) || id < 0 || id >= vocabularySize)
        throw new RangeError(`The model has no token ${id}.`);
    }
    if (softRows * layout.embeddingSize !== (soft?.length ?? 0))
      throw new RangeError("Each id of -1 needs one embedding.");
    if (softRows > 0 && !layout.features.softTokens) throw missing("take soft tokens");
    if (options.hidden && !layout.features.hiddenStates) throw missing("show hidden states");
    if (options.positions && (!layout.features.explicitPositions || this.fed)) throw missing("take positions");
    if (options.sees && (!layout.features.attentionBias || this.fed)) throw missing("take an attention mask");
    if (next > contextLength) {
      throw new ActionableError(
        "context-full",
        l10n.later`This needs ${next} tokens of context and the model has ${contextLength}.`,
        "Shorten the prompt, lower the token budget, or choose a model with a longer context.",
      );
    }
  }
}

/** Whether rows can stand in the cache's tensors that attention does not see: padding, and gaps in the positions. */
const canHideRows = ({ features }: GraphLayout): boolean => features.attentionBias && features.explicitPositions;

const newCache = ({ layout, contextLength, limits }: SequenceHome): ModelCache =>
  new ModelCache(layout.cache, canHideRows(layout) ? contextLength - CHUNK : 0, limits);

/** Nothing needs to be read again where all parts are rows. */
const newFed = ({ cache, embeddingSize }: GraphLayout): FedTokens | undefined =>
  cache.every(({ kind }) => kind === "rows") ? undefined : new FedTokens(embeddingSize);

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const missing = (what: string) =>
  new ActionableError(
    "capability-missing",
    l10n.later`The graph of this model cannot ${what}.`,
    "Choose another strategy or another model.",
  );

function runFailure(error: unknown): unknown {
  if (error instanceof ActionableError || error instanceof RangeError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/bad_alloc|allocat/i.test(text)) {
    return new ActionableError(
      "out-of-memory",
      "The model ran out of memory.",
      "Shorten the prompt, or choose a smaller model or dtype.",
      { cause: error },
    );
  }
  return new ActionableError(
    "run-failed",
    "ONNX Runtime failed in the middle of a step.",
    "Try again; if it stays, choose another dtype.",
    {
      cause: error,
    },
  );
}
