/** One sequence on an ONNX model: feeds it in chunks and keeps its cache. */
import type { InferenceSession } from "onnxruntime-node";
import type { Tensor } from "onnxruntime-node";
import { ActionableError } from "../../../core/protocol/rpc";
import type { FeedInput, FeedOptions, Mark, Sequence, Step } from "../../decoding/model";
import type { GraphLayout } from "./graph/graphLayout";
import { KvCache } from "./kvCache";
import type { PrefixMemory } from "./prefixMemory";
import type { StepInput } from "./stepInputs";
import { addStepInputs } from "./stepInputs";
import type { Outputs } from "./stepOutputs";
import { outputNames, readDistributions, readHidden } from "./stepOutputs";

/** Ids fed at once. A cancel acts within one chunk; larger ones are hardly faster. */
export const CHUNK = 64;

/** What the sequences of one model share. */
export interface SequenceHome {
  session: InferenceSession;
  layout: GraphLayout;
  /** Tokens. */
  contextLength: number;
  vocabularySize: number;
  memory: PrefixMemory;
}

export class OnnxSequence implements Sequence {
  private position = 0;
  /** The last eviction: older marks that stand on dropped or moved rows are void. */
  private eviction: { from: number; rows: number; length: number } | undefined;

  constructor(
    private readonly home: SequenceHome,
    private cache = new KvCache(home.layout.cache, canHideRows(home.layout)),
  ) {}

  get length(): number {
    return this.position;
  }

  get rows(): number {
    return this.cache.rows;
  }

  async feed(input: FeedInput, options: FeedOptions = {}): Promise<Step> {
    const { ids, soft } = input;
    const positions = options.positions ?? ids.map((_, index) => this.position + index);
    const next = positions.reduce((most, position) => Math.max(most, position + 1), this.position);
    this.check(input, options, next);
    const before = this.cache.rows;
    const isPrompt = before === 0 && !soft && !options.positions && !options.sees;
    const wantedFrom = ids.length - Math.min(options.distributions ?? 1, ids.length);
    const reused = isPrompt ? this.recall(ids, Math.min(wantedFrom, ids.length - 1)) : 0;
    const size = this.home.layout.embeddingSize;
    const { sees } = options;
    const distributions: Step["distributions"] = [];
    const hidden: Float32Array[] = [];
    let softRow = 0;
    try {
      for (let from = reused; from < ids.length; from += CHUNK) {
        options.signal?.throwIfAborted();
        const chunk = ids.slice(from, from + CHUNK);
        const softRows = soft ? chunk.filter((id) => id === -1).length : 0;
        const wanted = Math.max(0, from + chunk.length - Math.max(from, wantedFrom));
        const outputs = await this.run(
          {
            ids: chunk,
            soft: softRows > 0 ? soft!.subarray(softRow * size, (softRow + softRows) * size) : undefined,
            positions: positions.slice(from, from + CHUNK),
            rows: this.cache.rows,
            width: this.cache.width,
            sees: sees && ((query, row) => sees(from + query, row)),
            wanted,
          },
          options.hidden ?? false,
        );
        softRow += softRows;
        this.cache.append(outputs, chunk.length);
        distributions.push(...readDistributions(outputs, wanted));
        if (options.hidden && wanted > 0) hidden.push(readHidden(outputs, wanted));
      }
    } catch (error) {
      // A feed that was cut short has not happened.
      this.cache.truncate(before);
      throw options.signal?.aborted ? error : runFailure(error);
    }
    this.position = next;
    if (isPrompt) this.home.memory.keep(ids, this.cache);
    return { distributions, hidden: options.hidden ? joined(hidden) : undefined, reused };
  }

  mark(): Mark {
    return { length: this.position, rows: this.cache.rows };
  }

  rewind(mark: Mark): void {
    const { eviction } = this;
    const isVoid =
      eviction && mark.rows > eviction.from && (mark.length < eviction.length || mark.rows > eviction.rows);
    if (isVoid || mark.rows > this.cache.rows || mark.length > this.position) {
      throw new RangeError("The mark is not of this sequence, or rows before it were evicted since.");
    }
    this.cache.truncate(mark.rows);
    this.position = mark.length;
  }

  evict(from: number, to: number): void {
    if (!canHideRows(this.home.layout)) throw missing("drop single cache rows");
    if (!(from >= 0 && from <= to && to <= this.cache.rows))
      throw new RangeError(`There are no rows ${from} to ${to}.`);
    this.cache.evict(from, to);
    this.eviction = { from: Math.min(from, this.eviction?.from ?? from), rows: this.cache.rows, length: this.position };
  }

  continueAt(position: number): void {
    if (position < this.cache.rows) throw new RangeError(`${this.cache.rows} rows cannot stand before ${position}.`);
    this.position = position;
  }

  fork(): OnnxSequence {
    const copy = new OnnxSequence(this.home, this.cache.fork());
    copy.position = this.position;
    copy.eviction = this.eviction;
    return copy;
  }

  dispose(): void {
    this.cache = new KvCache(this.home.layout.cache, this.cache.padded);
    this.position = 0;
    this.eviction = undefined;
  }

  /** Takes over the rows of an earlier prompt with the same beginning. */
  private recall(ids: readonly number[], most: number): number {
    const known = this.home.memory.recall(ids, most);
    if (known) this.cache = known;
    return known?.rows ?? 0;
  }

  private async run(step: StepInput, hidden: boolean): Promise<Outputs> {
    const { session, layout } = this.home;
    const feeds: Record<string, Tensor> = {};
    addStepInputs(feeds, step, layout);
    this.cache.addTo(feeds);
    return session.run(feeds, outputNames(layout, step.wanted, hidden));
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
    if (options.positions && !layout.features.explicitPositions) throw missing("take positions");
    if (options.sees && !layout.features.attentionBias) throw missing("take an attention mask");
    if (next > contextLength) {
      throw new ActionableError(
        "context-full",
        `This needs ${next} tokens of context and the model has ${contextLength}.`,
        "Shorten the prompt, lower the token budget, or choose a model with a longer context.",
      );
    }
  }
}

/** Whether rows can stand in the cache's tensors that attention does not see: padding, and gaps in the positions. */
const canHideRows = ({ features }: GraphLayout): boolean => features.attentionBias && features.explicitPositions;

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
    `The graph of this model cannot ${what}.`,
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
