/**
 * The one way by which steps reach a model's graph. Where several runs go on at once, steps of one token that wait together are
 * taken in one pass, as servers do: reading the weights is most of a step's time, and is then done once for all of them.
 *
 * What a sequence comes to must not depend on who stands beside it, so passes of each size are first compared with the same steps
 * alone, bit for bit, and given up where they differ.
 */
import os from "node:os";
import type { InferenceSession } from "onnxruntime-node";
import { MOST_IN_A_PASS } from "../../../core/protocol/engineApi";
import { Tensor } from "./runtime";
import { CacheSlots } from "./cacheSlots";
import type { GraphLayout } from "./graphLayout";
import type { ModelCache } from "./modelCache";
import { rowParts } from "./patch/patchedGraph";
import { addBatchInputs, addStepInputs, canBatchInputs, type StepInput } from "./stepInputs";
import { cacheOutputs, outputNames, type Outputs } from "./stepOutputs";

/** Rows by which the slots that caches stand in side by side get wider: at each step of it all caches are copied anew. */
const SLOT_ROWS = 128;
/** Caches up to so many rows go together, and wider ones with those up to twice as wide: all cost then what the widest costs. */
const WIDE = 512;
const WIDER = 2;
/** Share of the machine's memory that copies of caches side by side may take. */
const MEMORY_SHARE = 1 / 8;

export interface PassRequest {
  step: StepInput;
  /** Not changed here: whoever asks appends what comes out. */
  cache: ModelCache;
  /** Whether hidden states are wanted. */
  hidden: boolean;
}

interface Waiting {
  request: PassRequest;
  resolve(outputs: Outputs): void;
  reject(error: unknown): void;
}

export class Batcher {
  private readonly waiting: Waiting[] = [];
  private isDraining = false;
  private parties = 0;
  private readonly slots: CacheSlots;
  /** Sequences that a pass may take; 1 where the graph takes one only. */
  private most: number;
  /** Sizes and widths of passes whose sequences came to the same as alone. */
  private readonly proven = new Set<string>();

  /** @param mostRows widest that slots may get: attention operators refuse more rows than the model has positions for */
  constructor(
    private readonly session: InferenceSession,
    private readonly layout: GraphLayout,
    private readonly mostRows: number,
  ) {
    this.most = canBatch(layout) ? MOST_IN_A_PASS : 1;
    this.slots = new CacheSlots(rowParts(layout.cache));
  }

  /** A run goes on from now on; what is returned says that it has ended. */
  join(): () => void {
    this.parties += 1;
    return () => {
      this.parties -= 1;
      if (this.parties < 2) this.slots.clear();
    };
  }

  /** @returns what the graph puts out for this sequence, as if it were alone */
  run(request: PassRequest): Promise<Outputs> {
    // Whoever is alone waits for nobody.
    if (this.parties < 2) return this.alone(request);
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      if (!this.isDraining) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.isDraining = true;
    // Each run takes up what came out and asks for its next step before this goes on.
    for (await soon(); this.waiting.length > 0; await soon()) {
      const together = this.next();
      try {
        const outputs = await this.pass(together.map(({ request }) => request));
        together.forEach(({ resolve }, index) => resolve(outputs[index]!));
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.isDraining = false;
  }

  /** Takes those that go together with the one that waits longest. */
  private next(): Waiting[] {
    const [first] = this.waiting;
    const own = first!.request.cache.width;
    const widest = Math.max(WIDE, WIDER * own);
    const fits = ({ request }: Waiting): boolean => {
      const { width } = request.cache;
      const isNear = width <= widest && own <= Math.max(WIDE, WIDER * width);
      return isNear && isSingle(request) && slotWidth([request]) <= this.mostRows;
    };
    const affordable = Math.floor((os.totalmem() * MEMORY_SHARE) / this.slots.bytesOf(widest));
    const most = Math.max(1, Math.min(this.most, affordable));
    const together = fits(first!) ? this.waiting.filter(fits).slice(0, most) : [first!];
    for (const each of together) this.waiting.splice(this.waiting.indexOf(each), 1);
    return together;
  }

  private async pass(requests: readonly PassRequest[]): Promise<Outputs[]> {
    if (requests.length > 1 && this.kindsOf(requests).every((kind) => this.proven.has(kind))) {
      try {
        return await this.together(requests);
      } catch {
        // For want of memory, say: what is wrong with a step by itself is said below.
        this.most = 1;
      }
    }
    const each: Outputs[] = [];
    for (const request of requests) each.push(await this.alone(request));
    if (this.most > 1 && requests.length > 1) await this.prove(requests, each);
    return each;
  }

  /** What a pass is proven as. */
  private kindsOf(requests: readonly PassRequest[]): string[] {
    return [`${requests.length} sequences`, `${slotWidth(requests)} rows`];
  }

  /** Whether such a pass comes to what each of its steps `alone` came to. */
  private async prove(requests: readonly PassRequest[], alone: readonly Outputs[]): Promise<void> {
    const together = await this.together(requests).catch(() => undefined);
    if (together?.every((outputs, index) => areSame(outputs, alone[index]!)))
      for (const kind of this.kindsOf(requests)) this.proven.add(kind);
    else this.most = Math.max(1, Math.min(this.most, requests.length - 1));
  }

  private alone({ step, cache, hidden }: PassRequest): Promise<Outputs> {
    const feeds: Record<string, Tensor> = {};
    addStepInputs(feeds, step, this.layout);
    cache.addTo(feeds);
    return this.session.run(feeds, outputNames(this.layout, step.wanted, hidden));
  }

  private async together(requests: readonly PassRequest[]): Promise<Outputs[]> {
    const { layout, slots, session } = this;
    const width = slotWidth(requests);
    const placed = slots.place(
      requests.map(({ cache }) => cache),
      width,
    );
    const slotOf = requests.map(({ cache }) => placed.indexOf(cache));
    const inOrder = placed.map((cache) => requests.find((request) => request.cache === cache)!);
    const feeds: Record<string, Tensor> = {};
    addBatchInputs(
      feeds,
      inOrder.map(({ step }) => ({ ...step, width })),
      layout,
    );
    slots.addTo(feeds);
    const hidden = requests.some((request) => request.hidden);
    const outputs = await session.run(feeds, outputNames(layout, 1, hidden));
    const ofCache = new Set(cacheOutputs(layout));
    return slotOf.map((slot) =>
      Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => {
          const parts = ofCache.has(name) ? output.dims[0]! / requests.length : 1;
          return [name, rowsOf(output, slot, requests.length, parts)];
        }),
      ),
    );
  }
}

const slotWidth = (requests: readonly PassRequest[]): number =>
  SLOT_ROWS * Math.ceil(Math.max(...requests.map(({ cache }) => cache.width)) / SLOT_ROWS);

const ENTROPY_NOISE = 1e-6;

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Whether a step is one token whose distribution is wanted, and nothing else. */
const isSingle = ({ step: { ids, soft, sees, wanted } }: PassRequest): boolean =>
  ids.length === 1 && soft === undefined && sees === undefined && wanted === 1;

/** Whether sequences of different lengths can stand in one pass: each of its own position, behind padding that it does not see. */
const canBatch = ({ features, inputs, cache }: GraphLayout): boolean =>
  features.attentionBias &&
  features.explicitPositions &&
  canBatchInputs(inputs) &&
  cache.every((part) => part.kind === "rows" && part.rows === "new");

/**
 * What a pass put out for one of `count` sequences, as it stands when that is alone.
 * @param output [parts × count, …], the sequences of each part side by side
 */
function rowsOf(output: Tensor, slot: number, count: number, parts: number): Tensor {
  const [rows = 0, ...rest] = output.dims;
  const size = output.size / rows;
  const data = output.data as Float32Array;
  const own = data.slice(0, parts * size);
  for (let part = 0; part < parts; part++) {
    const from = (part * count + slot) * size;
    own.set(data.subarray(from, from + size), part * size);
  }
  return new Tensor(output.type as "float32", own, [parts, ...rest]);
}

/** The sum in an entropy is rounded by where the runtime holds its terms, alone as well; all else is the same to the bit. */
function areSame(a: Outputs, b: Outputs): boolean {
  return Object.entries(b).every(([name, { data }]) => {
    const other = a[name]!.data;
    if (name !== "entropy") return bytesOf(other).equals(bytesOf(data));
    return (data as Float32Array).every((entropy, at) => Math.abs(entropy - (other[at] as number)) < ENTROPY_NOISE);
  });
}

function bytesOf(data: Tensor["data"]): Buffer {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}
